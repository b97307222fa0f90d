-- The link in the letter was opened: the address is the student's.
create function api.verify_email(mail_token bytea)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
begin
    perform assay.act_as('visitor');
    update assay.students s
       set email_verified_at = coalesce(s.email_verified_at, now())
      from assay.links l
     where l.digest = verify_email.mail_token
       and l.purpose = 'verify_email'
       and l.expires_at > now()
       and s.id = l.student_id;
    if not found then
        perform assay.refuse('invalid_verification_token');
    end if;
end
$$;

comment on function api.verify_email(bytea) is
    'Marks the student''s address as verified; 400 invalid_verification_token when the link is unknown, replaced or expired. Opening it twice is no error: mail scanners do.';
