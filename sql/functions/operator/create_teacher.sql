-- The first teacher, from the command line.
create function operator.create_teacher(name text, email text, password_hash text, mail_token bytea)
    returns table (mail text, id uuid)
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform assay.act_as('operator');
    return query
    insert into assay.teachers as t (name, email, password_hash)
    values (create_teacher.name, create_teacher.email, create_teacher.password_hash)
    returning case when t.password_hash is null then 'set_password' end, t.id;

    if create_teacher.mail_token is not null then
        insert into assay.links (digest, purpose, teacher_id, expires_at)
        select create_teacher.mail_token, 'set_password', e.teacher_id, now() + interval '7 days'
          from assay.email_addresses e
         where e.address = assay.fold_address(create_teacher.email);
    end if;
end
$$;

comment on function operator.create_teacher(text, text, text, bytea) is
    'Creates a teacher; without a password hash, with a link (its SHA-256) that sets the first password within 7 days. Raises email_taken.';
