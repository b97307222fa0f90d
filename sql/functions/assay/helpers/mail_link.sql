-- Mail with a link, to be sent soon.
create or replace function assay.mail_link(
    kind text, recipient text, student_id uuid, teacher_id uuid, registration_id uuid,
    link_digest bytea, sealed_link bytea)
    returns void
    language plpgsql volatile
    set search_path = ''
as $$
declare
    address text := assay.fold_address(mail_link.recipient);
begin
    if not assay.may_mail(address) then
        return;
    end if;
    perform assay.make_link(mail_link.link_digest, mail_link.kind, mail_link.student_id, mail_link.teacher_id,
                            mail_link.registration_id, mailed => true);
    insert into assay.outgoing_mail (kind, recipient, address, link_digest, sealed_link)
    values (mail_link.kind, mail_link.recipient, address, mail_link.link_digest, mail_link.sealed_link);
end
$$;

comment on function assay.mail_link(text, text, uuid, uuid, uuid, bytea, bytea) is
    'Queues mail of this kind with a link for a student, a teacher or a registration; nothing when the address has had its five mails of the hour and still holds a link that works (assay.may_mail).';
