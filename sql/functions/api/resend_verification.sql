-- Another mail for a registration that waits.
create function api.resend_verification(email text, link_digest bytea, sealed_link bytea)
    returns void
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    folded  text := assay.fold_address(resend_verification.email);
    waiting assay.registrations := assay.first_registration(folded);
begin
    perform assay.set_actor('visitor');
    if waiting.id is not null then
        perform assay.mail_link('verify_email', waiting.email, null, null, waiting.id,
                                resend_verification.link_digest, resend_verification.sealed_link);
    end if;
end
$$;

comment on function api.resend_verification(text, bytea, bytea) is
    'Queues mail with another link for the oldest registration that waits for this address, if any; the client is told the same. Earlier links still work.';
