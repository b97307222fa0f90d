-- POST /auth/password/forgot: mail is queued when somebody has the address; the client is told the same.
--   :email text   :link_digest bytea   :sealed_link bytea
select api.forgot_password(email => :email, link_digest => :link_digest, sealed_link => :sealed_link);
