-- How well models, and people, agree on the cases of one assignment of this teacher.
-- enable_seqscan: a plan made while there are few cases is kept by the session, and must not read all of many later.
create function api.list_agreement(token_digest bytea, assignment_id uuid)
    returns setof api.agreement
    language plpgsql stable security definer
    set search_path = ''
    set enable_seqscan = off
as $$
declare
    me  assay.teachers    := assay.teacher(token_digest);
    one assay.assignments := assay.own_assignment(me.id, list_agreement.assignment_id);
begin
    return query
    select g.*
      from api.agreement g
     where g.assignment_id = one.id;
end
$$;

comment on function api.list_agreement(bytea, uuid) is
    'Rows of reporting.agreement of an own assignment, of earlier prompts and rubrics too; 404 not_found.';
