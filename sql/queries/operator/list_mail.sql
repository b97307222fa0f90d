-- assay mail list: what is not sent, oldest first.
--   :most integer
select m.id, m.created_at, m.kind, m.recipient, m.status, m.attempt, m.next_attempt_at, m.last_error
  from operator.list_mail(most => :most) as m
 order by m.created_at, m.id;
