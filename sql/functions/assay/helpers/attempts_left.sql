-- How often a student may still have a question checked, or hand it in.
create or replace function assay.attempts_left(student_id uuid, question assay.questions)
    returns integer
    language sql stable
begin atomic
    select n.attempts_left
      from assay.attempts_in(attempts_left.student_id, (attempts_left.question).assignment_id) n
     where n.question_id = (attempts_left.question).id;
end;

comment on function assay.attempts_left(uuid, assay.questions) is 'Of one question what assay.attempts_in says.';
