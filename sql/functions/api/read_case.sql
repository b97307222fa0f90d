-- One case of this teacher.
-- enable_seqscan: a plan made while there are few cases is kept by the session, and must not read all of many later.
create function api.read_case(token_digest bytea, case_id uuid)
    returns api.full_cases
    language plpgsql stable security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    me    assay.teachers := assay.teacher(token_digest);
    one   assay.cases    := assay.own_case(me.id, read_case.case_id);
    shown api.full_cases;
begin
    select c.* into shown from api.full_cases c where c.id = one.id;
    return shown;
end
$$;

comment on function api.read_case(bytea, uuid) is 'A case of an own assignment with its work, tries, marks and totals; 404 not_found.';
