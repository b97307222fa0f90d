-- An assignment that this teacher may change.
create or replace function assay.own_assignment(teacher_id uuid, assignment_id uuid)
    returns assay.assignments
    language plpgsql stable
    set search_path = ''
as $$
declare
    found_one assay.assignments;
begin
    select a.* into found_one
      from assay.assignments a
     where a.id = own_assignment.assignment_id
       and a.teacher_id = own_assignment.teacher_id
       and (a.correction_template is not null or a.takes = 'answers')
       and a.deleted_at is null;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function assay.own_assignment(uuid, uuid) is 'The assignment if it is this teacher''s, complete (a text has its template) and not deleted, published or not; else 404 not_found.';
