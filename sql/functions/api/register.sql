-- A student registers; nobody learns whether the address was known.
create function api.register(name text, email text, password_hash text, mail_token bytea)
    returns table (mail text, recipient_email text, recipient_name text)
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    known  assay.email_addresses;
    folded text := assay.fold_address(register.email);
    person assay.students;
begin
    perform assay.act_as('visitor');

    select e.* into known from assay.email_addresses e where e.address = folded;
    if not found then
        begin
            insert into assay.students (name, email, password_hash)
            values (register.name, register.email, register.password_hash)
            returning * into person;
        exception when unique_violation then
            select e.* into strict known from assay.email_addresses e where e.address = folded;
        end;
    end if;

    if known.teacher_id is not null then
        return query select 'already_registered', t.email, t.name from assay.teachers t where t.id = known.teacher_id;
        return;
    end if;
    if known.student_id is not null then
        -- Not verified yet: the latest registration counts, and the links of earlier ones are dead.
        update assay.students s
           set name = register.name, password_hash = register.password_hash
         where s.id = known.student_id and s.email_verified_at is null
        returning s.* into person;
        if not found then
            return query select 'already_registered', s.email, s.name from assay.students s where s.id = known.student_id;
            return;
        end if;
        update assay.links l
           set expires_at = now()
         where l.student_id = person.id and l.purpose = 'verify_email' and l.expires_at > now();
    end if;

    if assay.make_link(register.mail_token, 'verify_email', person.id, null, interval '24 hours') then
        return query select 'verify_email', person.email, person.name;
    end if;
end
$$;

comment on function api.register(text, text, text, bytea) is
    'Creates a student who must verify the address, or renews a registration that was not verified. Answers the letter to send: verify_email, already_registered, or none when five went out within the hour.';
