-- POST /teacher/classes: the new class.
--   :token bytea   :body json {name, instructions?}
select to_json(c) as body
  from api.create_class(token => :token, name => :body::json ->> 'name', instructions => :body::json ->> 'instructions') as c;
