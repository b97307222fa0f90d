-- Where a student stands with an assignment.
create or replace function assay.assignment_state(score integer, pending boolean, deadline timestamptz)
    returns text
    language sql stable
begin atomic
    select case
        when assignment_state.score is not null then 'graded'
        when assignment_state.pending then 'pending'
        when now() < assignment_state.deadline then 'open'
        else 'closed'
    end;
end;

comment on function assay.assignment_state(integer, boolean, timestamptz) is
    'graded (there is a score), pending (a text waits to be graded), open (the deadline has not passed) or closed.';
