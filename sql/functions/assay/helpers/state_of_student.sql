-- Where this student stands with this assignment.
create or replace function assay.state_of_student(student_id uuid, assignment_id uuid, deadline timestamptz)
    returns text
    language sql stable
begin atomic
    select assay.assignment_state(
        (select s.score
           from assay.submissions s
          where s.student_id = state_of_student.student_id
            and s.assignment_id = state_of_student.assignment_id),
        exists (select
                  from assay.pending_submissions p
                 where p.student_id = state_of_student.student_id
                   and p.assignment_id = state_of_student.assignment_id),
        state_of_student.deadline);
end;

comment on function assay.state_of_student(uuid, uuid, timestamptz) is 'graded, pending, open or closed, as assay.assignment_state says.';
