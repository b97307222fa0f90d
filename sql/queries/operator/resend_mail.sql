-- assay mail resend: mail that has failed is tried again.
--   :mail_id uuid
select operator.resend_mail(mail_id => :mail_id);
