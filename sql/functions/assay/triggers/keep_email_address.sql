-- An address belongs to one person, student or teacher, without regard to case.
create or replace function assay.keep_email_address()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    folded text := assay.fold_address(new.email);
begin
    if tg_op = 'INSERT' then
        insert into assay.email_addresses (address, student_id, teacher_id)
        values (folded,
                case tg_table_name when 'students' then new.id end,
                case tg_table_name when 'teachers' then new.id end);
        delete from assay.registrations r where r.address = folded;
    elsif folded is distinct from assay.fold_address(old.email) then
        update assay.email_addresses e
           set address = folded
         where e.student_id = new.id or e.teacher_id = new.id;
        delete from assay.registrations r where r.address = folded;
    end if;
    return null;
end
$$;

comment on function assay.keep_email_address() is
    'An e-mail address belongs to one student or teacher, without regard to case (email_taken), whoever writes it. What others have registered for it and not verified goes.';

create or replace trigger keep_email_address
    after insert or update of email on assay.students
    for each row execute function assay.keep_email_address();

create or replace trigger keep_email_address
    after insert or update of email on assay.teachers
    for each row execute function assay.keep_email_address();
