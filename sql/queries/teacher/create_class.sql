-- POST /teacher/classes: the new class.
--   :token_digest bytea   :body json {name, instructions?}
select to_json(c) as body
  from api.create_class(token_digest => :token_digest, name => :body::json ->> 'name', instructions => :body::json ->> 'instructions') as c;
