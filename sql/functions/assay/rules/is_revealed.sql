-- May a student see more of a submission than its total?
create or replace function assay.is_revealed(assignment_id uuid, submission_id uuid)
    returns boolean
    language sql stable
begin atomic
    select exists (
        select
          from assay.submissions s
          join assay.assignments a on a.id = s.assignment_id
         where s.id = is_revealed.submission_id
           and a.id = is_revealed.assignment_id
           and (a.released_at is not null
                or a.reveal in ('at_once', 'when_graded')
                or now() >= a.deadline));
end;

comment on function assay.is_revealed(uuid, uuid) is
    'True when a submission to this assignment shows its student scores of questions, reasons, right answers and explanations: once it is graded, unless the assignment waits for its deadline; always once its teacher released the results. False without a submission.';
