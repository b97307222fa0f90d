-- Does what is handed in need an AI?
create or replace function assay.is_marked_by_ai(assignment_id uuid)
    returns boolean
    language sql stable
begin atomic
    select exists (select from assay.questions q
                    where q.assignment_id = is_marked_by_ai.assignment_id
                      and q.kind in ('criterion', 'open')
                      and q.approved_at is not null
                      and q.voided_at is null);
end;

comment on function assay.is_marked_by_ai(uuid) is 'True when an assignment has criteria or open questions that count.';
