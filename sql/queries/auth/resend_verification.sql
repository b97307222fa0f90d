-- POST /auth/verify/resend: mail is queued when a registration waits; the client is told the same whoever has the address.
--   :email text   :link_digest bytea   :sealed_link bytea
select api.resend_verification(email => :email, link_digest => :link_digest, sealed_link => :sealed_link);
