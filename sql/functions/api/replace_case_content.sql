-- A teacher brings the text of a case.
-- enable_seqscan: a plan made while there are few cases is kept by the session, and must not read all of many later.
create function api.replace_case_content(token_digest bytea, case_id uuid, content text)
    returns api.full_cases
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    me    assay.teachers := assay.teacher(token_digest);
    one   assay.cases    := assay.own_case(me.id, replace_case_content.case_id);
    shown api.full_cases;
begin
    perform assay.set_actor('teacher', me.id);
    update assay.cases c set content = replace_case_content.content where c.id = one.id;
    select c.* into shown from api.full_cases c where c.id = one.id;
    return shown;
end
$$;

comment on function api.replace_case_content(bytea, uuid, text) is
    'Gives a case of an own assignment its text. 404 not_found, 409 case_is_final once it was tried, or conflict (case_of_one) when it is about a submission.';
