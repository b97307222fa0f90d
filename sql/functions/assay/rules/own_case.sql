-- A case of one of this teacher's assignments.
create or replace function assay.own_case(teacher_id uuid, case_id uuid)
    returns assay.cases
    language plpgsql stable
    set search_path = ''
as $$
declare
    found_one assay.cases;
begin
    select c.* into found_one
      from assay.cases c
      join assay.assignments a on a.id = c.assignment_id
     where c.id = own_case.case_id
       and a.teacher_id = own_case.teacher_id
       and a.deleted_at is null;
    if not found then
        perform assay.refuse('not_found');
    end if;
    return found_one;
end
$$;

comment on function assay.own_case(uuid, uuid) is 'The case if it belongs to an assignment of this teacher that is not deleted; else 404 not_found.';
