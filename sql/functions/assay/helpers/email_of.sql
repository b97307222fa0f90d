-- An address as its owner typed it.
create or replace function assay.email_of(owner assay.email_addresses)
    returns text
    language sql stable
    set search_path = ''
begin atomic
    select coalesce((select s.email from assay.students s where s.id = (email_of.owner).student_id),
                    (select t.email from assay.teachers t where t.id = (email_of.owner).teacher_id));
end;

comment on function assay.email_of(assay.email_addresses) is 'The address as its student or teacher typed it.';
