-- PATCH /teacher/classes/{class_id}: the class with its new name.
--   :token bytea   :class_id uuid   :body json {name}
select to_json(c) as body
  from api.edit_class(token => :token, class_id => :class_id, name => :body::json ->> 'name') as c;
