-- How often a student may still have a question checked, or hand it in.
create or replace function assay.attempts_left(student_id uuid, question assay.questions)
    returns integer
    language sql stable
begin atomic
    select case
        when exists (select from assay.submissions s
                      where s.student_id = attempts_left.student_id and s.assignment_id = a.id)
          or exists (select from assay.pending_submissions p
                      where p.student_id = attempts_left.student_id and p.assignment_id = a.id) then 0
        else (select case when bool_or(x.score = (attempts_left.question).max_score) then 0 else a.attempts - count(*) end
                from assay.answers x
               where x.student_id = attempts_left.student_id
                 and x.question_id = (attempts_left.question).id
                 and x.checked_at is not null)
    end::integer
      from assay.assignments a
     where a.id = (attempts_left.question).assignment_id;
end;

comment on function assay.attempts_left(uuid, assay.questions) is
    'The attempts of the assignment less those that were checked; 0 once one was all right or the assignment was handed in.';
