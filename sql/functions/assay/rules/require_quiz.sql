-- Are its questions written one by one?
create or replace function assay.require_quiz(assignment_id uuid)
    returns void
    language plpgsql stable
    set search_path = ''
as $$
begin
    if exists (select from assay.assignments a where a.id = require_quiz.assignment_id and a.takes = 'text') then
        perform assay.refuse('template_follows_rubric');
    end if;
end
$$;

comment on function assay.require_quiz(uuid) is
    'Raises 409 template_follows_rubric for an assignment that takes a text: its criteria add up and are its template, so they change together (PUT …/rubric).';
