-- An answer counts in a submission of its own student to its own assignment.
create or replace function assay.answer_of_submission()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
begin
    if not exists (select from assay.submissions s
                     join assay.questions q on q.assignment_id = s.assignment_id
                    where s.id = new.submission_id
                      and s.student_id = new.student_id
                      and q.id = new.question_id
                      and q.approved_at is not null)
    then
        perform assay.refuse('answer_of_submission');
    end if;
    return new;
end
$$;

comment on function assay.answer_of_submission() is
    'An answer counts in a submission of the same student to the assignment of its question, which is approved (answer_of_submission).';

create or replace trigger answer_of_submission
    before insert or update of submission_id, student_id, question_id on assay.answers
    for each row when (new.submission_id is not null)
    execute function assay.answer_of_submission();
