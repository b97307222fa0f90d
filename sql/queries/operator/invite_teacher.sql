-- assay teachers invite: another mail with a link to the first password.
--   :email text   :link_digest bytea   :sealed_link bytea
select operator.invite_teacher(email => :email, link_digest => :link_digest, sealed_link => :sealed_link);
