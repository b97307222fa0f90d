-- Somebody registers; nobody learns whether the address was known, and nothing that is live changes.
create function api.register(name text, email text, password_hash text, link_digest bytea, sealed_link bytea)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    folded text := assay.fold_address(register.email);
    owner  assay.email_addresses;
    made   uuid;
begin
    perform assay.set_actor('visitor');
    perform assay.lock_address(folded);
    select e.* into owner from assay.email_addresses e where e.address = folded;
    if found then
        perform assay.mail_link('already_registered', assay.email_of(owner), owner.student_id, owner.teacher_id, null,
                                register.link_digest, register.sealed_link);
    elsif assay.may_mail(folded) then
        insert into assay.registrations as r (name, email, password_hash)
        values (assay.nfc(register.name), register.email, register.password_hash)
        returning r.id into made;
        perform assay.mail_link('verify_email', register.email, null, null, made,
                                register.link_digest, register.sealed_link);
    end if;
end
$$;

comment on function api.register(text, text, text, bytea, bytea) is
    'Queues mail: to an address without an account the link that makes this registration one (others that wait for the same address stay as they are), to the owner of an account that somebody tried to register. No more than five an hour.';
