-- May a student see more of a submission than its total?
create or replace function assay.is_revealed(assignment_id uuid, submission_id uuid)
    returns boolean
    language sql stable
begin atomic
    select exists (
        select
          from assay.submissions s
         where s.id = is_revealed.submission_id
           and s.assignment_id = is_revealed.assignment_id
           and now() >= assay.revealed_at(s.id));
end;

comment on function assay.is_revealed(uuid, uuid) is
    'True when a submission to this assignment shows its student scores of questions, reasons, right answers and explanations (assay.revealed_at has come). False without a submission.';
