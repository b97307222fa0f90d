-- POST /teacher/teachers: the colleague; mail to them is queued.
--   :token_digest bytea   :body json {name, email}   :link_digest bytea   :sealed_link bytea
select to_json(t) as body
  from json_to_record(:body::json) as s (name text, email text)
 cross join lateral api.invite_teacher(
           token_digest => :token_digest, name => s.name, email => s.email, link_digest => :link_digest, sealed_link => :sealed_link) as t;
