-- POST /teacher/classes: the new class.
--   :token bytea   :body json {name}
select to_json(c) as body
  from api.create_class(token => :token, name => :body::json ->> 'name') as c;
