-- POST /auth/password/forgot: the letter to send; the client is told the same whoever has the address.
--   :email text   :mail_token bytea
select r.mail, r.recipient_email as email, r.recipient_name as name, null::json as body
  from api.forgot_password(email => :email, mail_token => :mail_token) as r;
