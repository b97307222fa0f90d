-- assay create-teacher: a teacher's account.
--   :name text   :email text   :password_hash text   :link_digest bytea
select operator.create_teacher(name => :name, email => :email, password_hash => :password_hash, link_digest => :link_digest) as id;
