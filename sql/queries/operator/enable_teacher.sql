-- assay teachers enable: may log in again.
--   :email text   :reason text
select operator.enable_teacher(email => :email, reason => :reason);
