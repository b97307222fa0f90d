-- A teacher gives up a case.
-- enable_seqscan: a plan made while there are few cases is kept by the session, and must not read all of many later.
create function api.delete_case(token_digest bytea, case_id uuid)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    me  assay.teachers := assay.teacher(token_digest);
    one assay.cases    := assay.own_case(me.id, delete_case.case_id);
begin
    perform assay.set_actor('teacher', me.id);
    delete from assay.cases c where c.id = one.id;
end
$$;

comment on function api.delete_case(bytea, uuid) is
    'Deletes a case of an own assignment with its tries and marks, and takes those that wait out of the queue; its submission stays. 404 not_found.';
