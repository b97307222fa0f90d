-- Every sealed link of mail, page by page.
create function operator.list_sealed_links(after uuid, most integer)
    returns table (mail_id uuid, link_digest bytea, sealed_link bytea)
    language sql stable security definer
    set search_path = ''
begin atomic
    select m.id, m.link_digest, m.sealed_link
      from assay.outgoing_mail m
     where m.sealed_link is not null
       and m.link_digest is not null
       and (list_sealed_links.after is null or m.id > list_sealed_links.after)
     order by m.id
     limit list_sealed_links.most;
end;

comment on function operator.list_sealed_links(uuid, integer) is
    'At most so many sealed links of mail that is not sent, after the given mail (null: from the start).';
