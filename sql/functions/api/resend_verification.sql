-- Another letter for a student whose address is not verified.
create function api.resend_verification(email text, mail_token bytea)
    returns table (mail text, recipient_email text, recipient_name text)
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    person assay.students;
begin
    perform assay.act_as('visitor');
    select s.* into person
      from assay.email_addresses e
      join assay.students s on s.id = e.student_id
     where e.address = assay.fold_address(resend_verification.email)
       and s.email_verified_at is null;
    if found and assay.make_link(resend_verification.mail_token, 'verify_email', person.id, null, interval '24 hours') then
        return query select 'verify_email', person.email, person.name;
    end if;
end
$$;

comment on function api.resend_verification(text, bytea) is
    'Answers the letter verify_email when an unverified student has this address, else nothing; the client is told the same.';
