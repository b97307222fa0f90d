-- POST /auth/register: the letter to send; the client is told the same whoever has the address.
--   :name text   :email text   :password_hash text   :mail_token bytea
select r.mail, r.recipient_email as email, r.recipient_name as name, null::json as body
  from api.register(name => :name, email => :email, password_hash => :password_hash, mail_token => :mail_token) as r;
