-- The link in the mail was opened: its registration becomes the account.
create function api.verify_email(link_digest bytea)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    link assay.links;
begin
    perform assay.set_actor('visitor');
    link := assay.take_link(verify_email.link_digest, 'verify_email');
    if link.student_id is null and assay.open_registration(link) is null then
        perform assay.refuse('invalid_verification_token');
    end if;
end
$$;

comment on function api.verify_email(bytea) is
    'Makes the link''s registration a student; 400 invalid_verification_token when the link is unknown or expired, or the address has an account by now. Opening it twice is no error: mail scanners do.';
