-- Is it graded by criteria?
create or replace function assay.has_rubric(assignment_id uuid)
    returns boolean
    language sql stable
    set search_path = ''
begin atomic
    select exists (select from assay.questions q
                    where q.assignment_id = has_rubric.assignment_id
                      and q.kind = 'criterion'
                      and q.approved_at is not null);
end;

comment on function assay.has_rubric(uuid) is 'True when the texts of an assignment are graded by the criteria of a rubric.';
