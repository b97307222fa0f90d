-- A registration becomes a student.
create or replace function assay.open_registration(link assay.links, password_hash text default null)
    returns uuid
    language plpgsql volatile
    set search_path = ''
as $$
#variable_conflict use_column
declare
    chosen  assay.registrations;
    student uuid;
begin
    select r.* into chosen from assay.registrations r where r.id = (open_registration.link).registration_id;
    if not found or exists (select from assay.email_addresses e where e.address = chosen.address) then
        return null;
    end if;
    -- One statement: the trigger that ends all registrations of the address would take the link along.
    with made as (
        insert into assay.students as s (name, email, password_hash, created_at)
        values (chosen.name, chosen.email, coalesce(open_registration.password_hash, chosen.password_hash), chosen.created_at)
        returning s.id
    ), moved as (
        update assay.links l
           set student_id = m.id, registration_id = null
          from made m
         where l.digest = (open_registration.link).digest
    )
    select m.id into student from made m;
    return student;
exception when unique_violation then
    return null;
end
$$;

comment on function assay.open_registration(assay.links, text) is
    'Makes the link''s registration a student, with another password when one is given, and the link the student''s. Null when the address has an account by now.';
