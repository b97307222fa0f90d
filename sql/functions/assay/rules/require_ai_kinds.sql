-- Is there something that an AI can mark?
create or replace function assay.require_ai_kinds(assignment_id uuid)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
begin
    if not exists (select from assay.assignments a where a.id = require_ai_kinds.assignment_id and a.takes = 'text')
       and not exists (select from assay.questions_of_cases(require_ai_kinds.assignment_id))
    then
        perform assay.refuse('case_needs_ai_kinds');
    end if;
end
$$;

comment on function assay.require_ai_kinds(uuid) is
    'Raises 422 case_needs_ai_kinds unless the assignment takes a text, or has open questions.';
