-- A student hands in a text: once, before the deadline.
-- enable_seqscan: a plan made while the queue is empty is kept by the session, and must not read the whole queue later.
create function api.submit_assignment(token bytea, assignment_id uuid, content text)
    returns api.jobs
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    me       assay.students := assay.student(token);
    accepted api.jobs;
    pending  uuid;
begin
    perform assay.set_actor('student', me.id);
    if not assay.is_visible(me.id, submit_assignment.assignment_id) then
        perform assay.refuse('not_found');
    end if;

    loop
        select p.job_id into pending
          from assay.pending_submissions p
         where p.assignment_id = submit_assignment.assignment_id
           and p.student_id = me.id;
        if found then
            perform assay.refuse('submission_pending', jsonb_build_object('job_id', pending));
        end if;

        insert into assay.pending_submissions as p (student_id, assignment_id, content)
        values (me.id, submit_assignment.assignment_id, submit_assignment.content)
            on conflict on constraint submission_pending do nothing
        returning p.job_id, 'grading', 'queued', p.assignment_id, null, null, p.submitted_at, null, null into accepted;

        if found then
            return accepted;
        end if;
    end loop;       -- another request was first: look again at what it made
end
$$;

comment on function api.submit_assignment(bytea, uuid, text) is
    'Accepts a text as a job. 404 not_found, 409 already_submitted (with submission_id), submission_pending (with job_id) or deadline_passed.';
