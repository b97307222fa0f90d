-- assay delete-student: a student and all they wrote leave the database.
--   :email text   :reason text
select operator.delete_student(email => :email, reason => :reason) as submissions;
