-- Until when may a student dispute a mark of a submission?
create or replace function assay.regrade_until(submission_id uuid)
    returns timestamptz
    language sql stable
begin atomic
    select assay.revealed_at(s.id) + make_interval(days => a.regrade_days)
      from assay.submissions s
      join assay.assignments a on a.id = s.assignment_id
     where s.id = regrade_until.submission_id;
end;

comment on function assay.regrade_until(uuid) is
    'regrade_days after a submission was revealed (assay.revealed_at): strictly before that its marks may be disputed. Null while the result is not released.';
