-- Enabled models that end within so many days or have ended, and who does their work then.
--   :within_days integer
select m.provider, m.model, m.retires_on, m.is_past, m.successor
  from worker.list_model_retirements(within_days => :within_days) as m
 order by m.provider, m.retires_on, m.model;
