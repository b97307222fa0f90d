-- assay doctor: a notification, as those that wake workers are sent.
--   :channel text   :payload text
select pg_notify(:channel::text, :payload::text);
