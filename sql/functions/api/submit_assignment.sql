-- A student hands in a text, or what they answered: once, before the deadline.
-- enable_seqscan: a plan made while the queue is empty is kept by the session, and must not read the whole queue later.
create function api.submit_assignment(token_digest bytea, assignment_id uuid, content text, answers api.sent_answer[] default '{}')
    returns table (job api.jobs, submission api.graded_texts)
    language plpgsql volatile security definer
    set search_path = ''
    set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    me        assay.students := assay.student(token_digest);
    takes     text;
    title     text;
    earlier   uuid;
    handed_in uuid;
begin
    perform assay.set_actor('student', me.id);
    if not assay.is_visible(me.id, submit_assignment.assignment_id) then
        perform assay.refuse('not_found');
    end if;
    select a.takes, a.title into takes, title from assay.assignments a where a.id = submit_assignment.assignment_id;
    perform assay.require_what_is_taken(takes, content is not null, cardinality(answers) > 0);

    if takes = 'answers' then
        perform assay.lock_answers(me.id);
        select s.id into earlier
          from assay.submissions s
         where s.assignment_id = submit_assignment.assignment_id
           and s.student_id = me.id;
        if found then
            perform assay.refuse('already_submitted', jsonb_build_object('submission_id', earlier));
        end if;
        select p.job_id into earlier
          from assay.pending_submissions p
         where p.assignment_id = submit_assignment.assignment_id
           and p.student_id = me.id;
        if found then
            perform assay.refuse('submission_pending', jsonb_build_object('job_id', earlier));
        end if;
        -- Locked before anything is marked, so that the key that marks it is the one that stands (assay.remark).
        perform from assay.assignments a where a.id = submit_assignment.assignment_id for share;
        if cardinality(answers) > 0 then
            -- What is saved already is not saved again: answers that were lost to an outage come again after the deadline.
            perform assay.save_answer(me.id, q.id, n.picked, n.indents, n.texts)
               from unnest(answers) n
              cross join lateral assay.visible_question(me.id, submit_assignment.assignment_id, n.number) q
              where not exists (select from assay.answers x
                                 where x.student_id = me.id
                                   and x.question_id = q.id
                                   and x.checked_at is null
                                   and (x.picked, x.indents, x.texts) is not distinct from (n.picked, n.indents, n.texts))
              order by n.number;
        end if;
        handed_in := assay.hand_in_at_once(me.id, submit_assignment.assignment_id);
        if handed_in is not null then
            select g.* into submission from api.graded_texts g where g.id = handed_in;
            return next;
            return;
        end if;
        content := assay.text_of_answers(me.id, submit_assignment.assignment_id);
    end if;

    loop
        select p.job_id into earlier
          from assay.pending_submissions p
         where p.assignment_id = submit_assignment.assignment_id
           and p.student_id = me.id;
        if found then
            perform assay.refuse('submission_pending', jsonb_build_object('job_id', earlier));
        end if;

        insert into assay.pending_submissions as p (student_id, assignment_id, content)
        values (me.id, submit_assignment.assignment_id, content)
            on conflict on constraint submission_pending do nothing
        returning p.job_id, 'grading', 'queued', p.assignment_id, null, null, p.submitted_at, null, null, null, title into job;

        if found then
            return next;
            return;
        end if;
    end loop;       -- another request was first: look again at what it made
end
$$;

comment on function api.submit_assignment(bytea, uuid, text, api.sent_answer[]) is
    'Accepts a text as a job; answers (saved first, all or none) with what was saved before are a submission at once, or a job where an AI marks some of them. 404 not_found, also for a number that there is not, 409 already_submitted (with submission_id), submission_pending (with job_id), no_attempts_left or deadline_passed, 422 nothing_answered or answer_fits_question.';
