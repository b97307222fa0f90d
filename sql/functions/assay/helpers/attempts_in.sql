-- How often a student may still have each question of an assignment checked, or hand it in.
create or replace function assay.attempts_in(student_id uuid, assignment_id uuid)
    returns table (question_id uuid, attempts_left integer)
    language sql stable
begin atomic
    select q.id,
           case when over.it or bool_or(x.score = q.max_score) then 0 else a.attempts - count(x.id) end::integer
      from assay.assignments a
     cross join lateral (
           select exists (select from assay.submissions s where s.student_id = attempts_in.student_id and s.assignment_id = a.id)
               or exists (select from assay.pending_submissions p where p.student_id = attempts_in.student_id and p.assignment_id = a.id) as it
           offset 0) over
      join assay.questions q on q.assignment_id = a.id
      left join assay.answers x on x.student_id = attempts_in.student_id and x.question_id = q.id and x.checked_at is not null
     where a.id = attempts_in.assignment_id
     group by q.id, a.attempts, over.it;
end;

comment on function assay.attempts_in(uuid, uuid) is
    'For each question of an assignment its attempts less those that were checked; 0 once one was all right or the assignment was handed in.';
