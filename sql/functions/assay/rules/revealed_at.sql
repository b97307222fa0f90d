-- Since when may a student see more of a submission than its total?
create or replace function assay.revealed_at(submission_id uuid)
    returns timestamptz
    language sql stable
begin atomic
    select case when a.reveal = 'after_deadline' then greatest(s.released_at, least(a.deadline, a.released_at))
                else s.released_at end
      from assay.submissions s
      join assay.assignments a on a.id = s.assignment_id
     where s.id = revealed_at.submission_id
       and s.released_at is not null;
end;

comment on function assay.revealed_at(uuid) is
    'When a submission showed, or will show, its student scores of questions, reasons, right answers and explanations: once its result was released, unless the assignment waits for its deadline, or until its teacher releases the results. Later edits do not move it. Null while the result is not released.';
