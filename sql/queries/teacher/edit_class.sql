-- PATCH /teacher/classes/{class_id}: the changed class.
--   :token_digest bytea   :class_id uuid   :body json {name?, instructions?}   :if_match text[]
select to_json(c) as body
  from api.edit_class(
           token_digest              => :token_digest,
           class_id           => :class_id,
           name               => :body::json ->> 'name',
           instructions_given => :body::jsonb ? 'instructions',
           instructions       => :body::json ->> 'instructions',
           if_match           => :if_match) as c;
