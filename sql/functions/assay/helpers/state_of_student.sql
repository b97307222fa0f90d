-- Where this student stands with this assignment.
create or replace function assay.state_of_student(student_id uuid, assignment_id uuid, deadline timestamptz)
    returns text
    language sql stable
begin atomic
    select n.state
      from assay.standing_of(state_of_student.student_id, state_of_student.assignment_id, state_of_student.deadline) n;
end;

comment on function assay.state_of_student(uuid, uuid, timestamptz) is 'graded, pending, open or closed, as assay.assignment_state says.';
