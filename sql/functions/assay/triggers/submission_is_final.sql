-- What was handed in stays as it was handed in, also while it waits to be graded.
create or replace function assay.submission_is_final()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    perform assay.refuse(409, 'submission_is_final',
        'A submission keeps its id, its text, its student, its assignment, its time and its first score for ever.');
    return null;
end
$$;

comment on function assay.submission_is_final() is
    'A submission''s id, text, student, assignment, time and first score never change, nor do those of one that waits to be graded, and no job becomes one of another kind; the table cannot be truncated, whoever tries (submission_is_final).';

create or replace trigger submission_is_final
    before update on assay.submissions
    for each row when (
        (new.id, new.content, new.student_id, new.assignment_id, new.submitted_at, new.original_score)
        is distinct from
        (old.id, old.content, old.student_id, old.assignment_id, old.submitted_at, old.original_score))
    execute function assay.submission_is_final();

create or replace trigger submissions_stay
    before truncate on assay.submissions
    for each statement execute function assay.submission_is_final();

create or replace trigger submission_is_final
    before update of kind, submission_id, content, student_id, assignment_id, created_at on assay.jobs
    for each row when (
        (new.kind, new.submission_id) is distinct from (old.kind, old.submission_id)
        or old.kind = 'grading'
        and (new.content, new.student_id, new.assignment_id, new.created_at)
            is distinct from
            (old.content, old.student_id, old.assignment_id, old.created_at))
    execute function assay.submission_is_final();
