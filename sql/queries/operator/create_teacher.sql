-- assay create-teacher: the teacher, and the letter that sets their first password when none was given.
--   :name text   :email text   :password_hash text   :mail_token bytea
select t.mail, :email::text as email, :name::text as name, json_build_object('id', t.id, 'name', :name::text, 'email', :email::text) as body
  from operator.create_teacher(name => :name::text, email => :email::text, password_hash => :password_hash, mail_token => :mail_token) as t;
