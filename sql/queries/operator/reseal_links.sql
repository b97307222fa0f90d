-- assay rotate-secret: new tokens for old ones; answers how many were still the old ones.
--   :mail_ids uuid[]   :earlier bytea[]   :sealed bytea[]
select operator.reseal_links(mail_ids => :mail_ids, earlier => :earlier, sealed => :sealed) as resealed;
