-- What the results of a teacher's own assignment say about it.
create function api.read_analysis(token_digest bytea, assignment_id uuid)
    returns api.analyses
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me    assay.teachers    := assay.teacher(token_digest);
    one   assay.assignments := assay.own_assignment(me.id, read_analysis.assignment_id);
    found_one api.analyses;
begin
    select n.* into found_one from api.analyses n where n.assignment_id = one.id;
    return found_one;
end
$$;

comment on function api.read_analysis(bytea, uuid) is
    'Scores and questions of an own assignment in figures; else 404 not_found.';
