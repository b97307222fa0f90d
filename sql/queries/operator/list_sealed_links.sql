-- assay rotate-secret: the next sealed links of mail, after the given one.
--   :after uuid   :most integer
select l.mail_id, l.link_digest, l.sealed_link
  from operator.list_sealed_links(after => :after, most => :most) as l
 order by l.mail_id;
