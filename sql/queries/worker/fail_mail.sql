-- It could not be sent; `ended`: and will not be tried again.
--   :mail_id uuid   :attempt integer   :error text   :permanent boolean
select worker.fail_mail(mail_id => :mail_id, attempt => :attempt, error => :error, permanent => :permanent) as ended;
