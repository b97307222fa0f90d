-- Where a student stands with an assignment.
create or replace function assay.assignment_state(student_id uuid, assignment_id uuid, deadline timestamptz, score integer)
    returns text
    language sql stable
    set search_path = ''
begin atomic
    select case
        when assignment_state.score is not null then 'graded'
        when exists (select from assay.jobs j
                      where j.student_id = assignment_state.student_id
                        and j.assignment_id = assignment_state.assignment_id
                        and j.kind = 'grading'
                        and j.submission_id is null) then 'pending'
        when now() < assignment_state.deadline then 'open'
        else 'closed'
    end;
end;

comment on function assay.assignment_state(uuid, uuid, timestamptz, integer) is
    'graded (there is a score), pending (a text waits to be graded), open (the deadline has not passed) or closed.';
