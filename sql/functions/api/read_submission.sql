-- One submission to an assignment of this teacher, with its text.
create function api.read_submission(token_digest bytea, submission_id uuid)
    returns api.full_submissions
    language plpgsql stable security definer
    set search_path = ''
as $$
declare
    me         assay.teachers    := assay.teacher(token_digest);
    one        assay.submissions := assay.own_submission(me.id, read_submission.submission_id);
    submission api.full_submissions;
begin
    select s.* into submission from api.full_submissions s where s.id = one.id;
    return submission;
end
$$;

comment on function api.read_submission(bytea, uuid) is 'A submission to an own assignment, with its text; else 404 not_found.';
