-- GET /teacher/classes/{class_id}: one of this teacher's.
--   :token_digest bytea   :class_id uuid
select to_json(c) as body
  from api.read_class(token_digest => :token_digest, class_id => :class_id) as c;
