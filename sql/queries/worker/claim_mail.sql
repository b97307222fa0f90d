-- Mail that is due, for this process.
--   :most integer   :lease_seconds double precision
select m.id, m.kind, m.recipient, m.link_digest, m.sealed_link, m.attempt
  from worker.claim_mail(most => :most, lease_seconds => :lease_seconds) as m;
