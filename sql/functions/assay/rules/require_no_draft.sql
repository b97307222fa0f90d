-- Is a new template on its way?
create or replace function assay.require_no_draft(assignment_id uuid)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
begin
    if exists (select from assay.assignment_drafts d where d.assignment_id = require_no_draft.assignment_id) then
        perform assay.refuse('assignment_not_ready');
    end if;
end
$$;

comment on function assay.require_no_draft(uuid) is
    'Raises 409 assignment_not_ready while a new template is being built for the assignment.';
