-- assay teachers delete: the person goes, what students earned stays.
--   :email text   :reason text   :force boolean
select d.classes, d.assignments, d.submissions
  from operator.delete_teacher(email => :email, reason => :reason, force => :force) as d;
