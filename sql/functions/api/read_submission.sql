-- One submission to an assignment of this teacher, with its text.
create function api.read_submission(token bytea, submission_id uuid)
    returns table (submission api.submissions, content text, title text)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    me  assay.teachers    := assay.teacher(token);
    one assay.submissions := assay.own_submission(me.id, read_submission.submission_id);
begin
    select s.* into submission from api.submissions s where s.id = one.id;
    content := one.content;
    select a.title into title from assay.assignments a where a.id = one.assignment_id;
    return next;
end
$$;

comment on function api.read_submission(bytea, uuid) is
    'A submission to an own assignment, with its text and the assignment''s title; else 404 not_found.';
