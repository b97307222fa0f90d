-- POST and GET /auth/verify: the address is the student's.
--   :mail_token bytea
select json_build_object('status', 'verified') as body
  from api.verify_email(mail_token => :mail_token);
