-- POST /auth/login, first half: the hash that the password is compared with.
--   :email text
select l.account_id, l.password_hash
  from api.read_login(email => :email) as l;
