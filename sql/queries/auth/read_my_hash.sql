-- POST /auth/password/change and /auth/me/delete, first half: the hash that the password is compared with.
--   :token_digest bytea
select h.account_id, h.password_hash
  from api.read_my_hash(token_digest => :token_digest) as h;
