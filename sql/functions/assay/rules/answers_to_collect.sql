-- Who saved answers to an assignment that closed, and has not handed them in?
create or replace function assay.answers_to_collect(assignment_id uuid)
    returns table (student_id uuid, saved_at timestamptz, retry_at timestamptz)
    language sql stable
begin atomic
    select w.student_id, w.saved_at,
           case when p.job_id is not null then 'infinity'::timestamptz
                else coalesce(greatest(f.last_at + interval '1 minute', assay.free_after_failures(w.student_id, a.id)), a.deadline) end
      from assay.assignments a
     cross join lateral (
           select x.student_id, max(x.saved_at) as saved_at
             from assay.questions q
             join assay.answers x on x.question_id = q.id and x.submission_id is null
            where q.assignment_id = a.id
              and q.approved_at is not null
            group by x.student_id
           having bool_or(not assay.is_blank(x.picked, x.texts))) w
      left join assay.pending_submissions p on p.assignment_id = a.id and p.student_id = w.student_id
     cross join lateral (
           select max(j.finished_at) as last_at, min(j.finished_at) as first_at, bool_or(j.cause not in ('outage', 'text')) as is_hopeless
             from assay.finished_jobs j
            where j.student_id = w.student_id
              and j.assignment_id = a.id
              and j.error_code is not null
              and j.finished_at >= a.deadline) f
     where a.id = answers_to_collect.assignment_id
       and w.saved_at < a.deadline
       and f.is_hopeless is not true
       and coalesce(f.first_at > now() - interval '24 hours', true)
       and coalesce(assay.free_after_failures(w.student_id, a.id) < now() + interval '24 hours', true)
       and assay.is_visible(w.student_id, a.id)
       and not exists (select from assay.submissions s where s.assignment_id = a.id and s.student_id = w.student_id);
end;

comment on function assay.answers_to_collect(uuid) is
    'Students who saved something for an assignment before its deadline and have no submission: when they saved last, and when it may be handed in for them; infinity: it waits for its job. While every AI service fails, that is a minute after each failure, until 24 hours after the first; what else a job failed with (a rule, an operator who ended it, a fault of assay) ends it.';
