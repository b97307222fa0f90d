-- A submission is graded again.
create function api.regrade_submission(token_digest bytea, submission_id uuid, replace_teacher_score boolean)
    returns api.jobs
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    me       assay.teachers    := assay.teacher(token_digest);
    one      assay.submissions := assay.own_submission(me.id, regrade_submission.submission_id);
    accepted api.jobs;
begin
    perform assay.set_actor('teacher', me.id);
    if not regrade_submission.replace_teacher_score and assay.is_score_of_person(one) then
        perform assay.refuse('score_of_teacher');
    end if;
    if exists (select from assay.assignments a where a.id = one.assignment_id and a.takes = 'text') or assay.is_marked_by_ai(one.assignment_id) then
        perform assay.require_key(me.id);
    end if;

    insert into assay.pending_regrades as r (submission_id, replace_teacher_score)
    values (one.id, regrade_submission.replace_teacher_score)
    returning r.job_id, 'grading', 'queued', one.assignment_id, one.id, null, now(), null, null, null,
              (select a.title from assay.assignments a where a.id = one.assignment_id) into accepted;
    return accepted;
end
$$;

comment on function api.regrade_submission(bytea, uuid, boolean) is
    'Accepts a regrade of a submission to an own assignment as a job; a failed one leaves the old score. 404 not_found, 409 conflict when a person gave the total, or every part of it (unless that may be replaced), or a regrade is pending, 422 api_key_missing.';
