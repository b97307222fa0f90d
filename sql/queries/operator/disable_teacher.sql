-- assay teachers disable: every session ends, and no login.
--   :email text   :reason text   :forget_keys boolean
select operator.disable_teacher(email => :email, reason => :reason, forget_keys => :forget_keys) as sessions;
