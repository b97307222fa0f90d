-- PATCH /auth/me: another name.
--   :token_digest bytea   :body json {name}   :if_match text[]
select json_strip_nulls(to_json(me)) as body
  from json_to_record(:body::json) as s (name text)
 cross join lateral api.edit_me(token_digest => :token_digest, new_name => s.name, if_match => :if_match) as me;
