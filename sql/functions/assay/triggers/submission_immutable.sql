-- What was handed in stays as it was handed in, also while it waits to be graded.
create or replace function assay.submission_immutable()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse('submission_immutable');
    return null;
end
$$;

comment on function assay.submission_immutable() is
    'A submission''s id, text, student, assignment, time and first score never change, nor do those of one that waits to be graded, and no job becomes one about something else; the table cannot be truncated, whoever tries (submission_immutable).';

create or replace trigger submission_immutable
    before update on assay.submissions
    for each row when (
        (new.id, new.content, new.student_id, new.assignment_id, new.submitted_at, new.original_score)
        is distinct from
        (old.id, old.content, old.student_id, old.assignment_id, old.submitted_at, old.original_score))
    execute function assay.submission_immutable();

create or replace trigger submissions_no_truncate
    before truncate on assay.submissions
    for each statement execute function assay.submission_immutable();

create or replace trigger submission_immutable
    before update on assay.pending_submissions
    for each row execute function assay.submission_immutable();

create or replace trigger submission_immutable
    before update of kind, teacher_id, student_id, subject_id, created_at on assay.jobs
    for each row when (
        (new.kind, new.teacher_id, new.student_id, new.subject_id, new.created_at)
        is distinct from
        (old.kind, old.teacher_id, old.student_id, old.subject_id, old.created_at))
    execute function assay.submission_immutable();
