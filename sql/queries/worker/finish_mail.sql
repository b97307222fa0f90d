-- The mail server has taken it.
--   :mail_id uuid
select worker.finish_mail(mail_id => :mail_id);
