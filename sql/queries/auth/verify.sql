-- POST and GET /auth/verify: the registration is a student.
--   :link_digest bytea
select json_build_object('status', 'verified') as body
  from api.verify_email(link_digest => :link_digest);
