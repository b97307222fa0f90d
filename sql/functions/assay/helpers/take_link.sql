-- A link that somebody opened.
create or replace function assay.take_link(digest bytea, purpose text)
    returns assay.links
    language plpgsql volatile
    set search_path = ''
as $$
declare
    link assay.links;
begin
    -- The address first, as everybody locks it who decides about it.
    perform assay.lock_address(r.address)
       from assay.links l
       join assay.registrations r on r.id = l.registration_id
      where l.digest = take_link.digest;
    select l.* into link
      from assay.links l
     where l.digest = take_link.digest
       and l.purpose = take_link.purpose
       and l.expires_at > now()
       for update;
    return link;
end
$$;

comment on function assay.take_link(bytea, text) is
    'The link with this digest and purpose, locked until the end of the transaction; null when it is unknown or has expired.';
