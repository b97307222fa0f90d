-- What is marked of a case, question by question.
create or replace function assay.questions_of_cases(assignment_id uuid)
    returns setof assay.questions
    language sql stable
begin atomic
    select q.*
      from assay.questions q
     where q.assignment_id = questions_of_cases.assignment_id
       and q.kind in ('criterion', 'open')
       and q.approved_at is not null
       and q.voided_at is null;
end;

comment on function assay.questions_of_cases(uuid) is
    'The criteria and open questions of an assignment that count; none: the work gets one score as a whole.';
