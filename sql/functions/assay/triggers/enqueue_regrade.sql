-- A submission that is to be graded again has a job that does it.
create or replace function assay.enqueue_regrade()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    insert into assay.jobs (id, kind, teacher_id, student_id, subject_id)
    select new.job_id, case when a.takes = 'answers' or assay.has_rubric(a.id) then 'regrade_questions' else 'regrade_text' end, a.teacher_id, s.student_id, s.id
      from assay.submissions s
      join assay.assignments a on a.id = s.assignment_id
     where s.id = new.submission_id;
    return null;
end
$$;

comment on function assay.enqueue_regrade() is 'Puts the job that grades a submission again, as it was graded before, into the queue of the assignment''s teacher.';

create or replace trigger enqueue_regrade
    after insert on assay.pending_regrades
    for each row execute function assay.enqueue_regrade();
