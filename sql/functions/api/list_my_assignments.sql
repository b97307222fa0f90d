-- The assignments of the classes this student is in, or of one of them, newest first.
create function api.list_my_assignments(token_digest bytea, after uuid, most integer, class_id uuid default null)
    returns table (id uuid, title text, max_score integer, deadline timestamptz, state text, score integer, job_id uuid, takes text)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me assay.students := assay.student(token_digest);
begin
    return query
    select v.id, v.title, v.max_score, v.deadline, v.state, v.score, v.job_id, v.takes
      from assay.visible_assignments(me.id, list_my_assignments.after, list_my_assignments.most, list_my_assignments.class_id) v;
end
$$;

comment on function api.list_my_assignments(bytea, uuid, integer, uuid) is
    'Assignments of the calling student''s classes, or for one of them, with their state (open, pending, graded, closed), score, what they take and, when pending, the job that grades them, after the given id, newest first.';
