-- The first teacher, from the command line.
create function operator.create_teacher(name text, email text, password_hash text, link_digest bytea)
    returns uuid
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    made uuid;
begin
    perform assay.set_actor('operator');
    insert into assay.teachers as t (name, email, password_hash)
    values (assay.nfc(create_teacher.name), create_teacher.email, create_teacher.password_hash)
    returning t.id into made;
    if create_teacher.link_digest is not null then
        perform assay.make_link(create_teacher.link_digest, 'invitation', null, made, null, mailed => false);
    end if;
    return made;
end
$$;

comment on function operator.create_teacher(text, text, text, bytea) is
    'Creates a teacher, in the place of registrations that wait for the address; without a password hash, with a link (its SHA-256) that sets the first password within 7 days. Raises email_taken.';
