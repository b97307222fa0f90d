-- What waits to be graded has a job that does it.
create or replace function assay.enqueue_grading()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    insert into assay.jobs (id, kind, teacher_id, student_id, subject_id, created_at)
    select new.job_id, case when a.takes = 'answers' or assay.has_rubric(a.id) then 'grade_questions' else 'grade_text' end, a.teacher_id, new.student_id, a.id, new.submitted_at
      from assay.assignments a
     where a.id = new.assignment_id;
    return null;
end
$$;

comment on function assay.enqueue_grading() is 'Puts the job that grades a text as a whole, or a text by its criteria or answers by their questions, into the queue of the assignment''s teacher.';

create or replace trigger enqueue_grading
    after insert on assay.pending_submissions
    for each row execute function assay.enqueue_grading();
