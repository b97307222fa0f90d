-- A student hands in a text: once, before the deadline.
-- enable_seqscan: a plan made while the line is empty is kept by the session, and must not read the whole line later.
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
    perform assay.act_as('student', me.id);
    if not assay.is_visible(me.id, submit_assignment.assignment_id) then
        perform assay.refuse('not_found');
    end if;

    loop
        select j.id into pending
          from assay.jobs j
         where j.student_id = me.id
           and j.assignment_id = submit_assignment.assignment_id
           and j.kind = 'grading'
           and j.submission_id is null;
        if found then
            perform assay.refuse('submission_pending', jsonb_build_object('job_id', pending));
        end if;

        insert into assay.jobs as j (kind, teacher_id, student_id, assignment_id, content)
        select 'grading', a.teacher_id, me.id, a.id, submit_assignment.content
          from assay.assignments a
         where a.id = submit_assignment.assignment_id
            on conflict (student_id, assignment_id) where kind = 'grading' and submission_id is null do nothing
        returning j.id, j.kind, 'queued', j.assignment_id, null, null, j.created_at, null, null into accepted;

        if found then
            return accepted;
        end if;
    end loop;       -- another request was first: look again at what it made
end
$$;

comment on function api.submit_assignment(bytea, uuid, text) is
    'Accepts a text as a job. 404 not_found, 409 already_submitted (with submission_id), submission_pending (with job_id) or deadline_passed.';
