-- Where this student stands with this assignment, and with what.
create or replace function assay.standing_of(student_id uuid, assignment_id uuid, deadline timestamptz)
    returns table (state text, score integer, job_id uuid)
    language sql stable
begin atomic
    select assay.assignment_state(s.score, p.job_id is not null, standing_of.deadline),
           case when s.released_at is not null then s.score end, p.job_id
      from (values (1)) one
      left join assay.submissions s on s.student_id = standing_of.student_id and s.assignment_id = standing_of.assignment_id
      left join assay.pending_submissions p on p.student_id = standing_of.student_id and p.assignment_id = standing_of.assignment_id;
end;

comment on function assay.standing_of(uuid, uuid, timestamptz) is
    'One row: the state, as assay.assignment_state says, the score once it is released, and the job of a text that waits to be graded.';
