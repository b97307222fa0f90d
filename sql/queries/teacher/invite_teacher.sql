-- POST /teacher/teachers: the colleague, and the letter to send them.
--   :token bytea   :body json {name, email}   :mail_token bytea
select 'set_password' as mail, t.email, t.name, to_json(t) as body
  from api.invite_teacher(token => :token, name => :body::json ->> 'name', email => :body::json ->> 'email', mail_token => :mail_token) as t;
