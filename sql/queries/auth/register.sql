-- POST /auth/register: mail is queued, whoever has the address; the client is told the same.
--   :name text   :email text   :password_hash text   :link_digest bytea   :sealed_link bytea
select api.register(
           name => :name, email => :email, password_hash => :password_hash, link_digest => :link_digest, sealed_link => :sealed_link);
