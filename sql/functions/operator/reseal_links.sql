-- Links of mail are sealed anew.
create function operator.reseal_links(mail_ids uuid[], earlier bytea[], sealed bytea[])
    returns integer
    language plpgsql volatile security definer
    set search_path = ''
as $$
declare
    resealed integer;
begin
    update assay.outgoing_mail m
       set sealed_link = n.sealed
      from unnest(reseal_links.mail_ids, reseal_links.earlier, reseal_links.sealed) as n (mail_id, earlier, sealed)
     where m.id = n.mail_id
       and m.sealed_link = n.earlier;
    get diagnostics resealed = row_count;
    return resealed;
end
$$;

comment on function operator.reseal_links(uuid[], bytea[], bytea[]) is
    'Puts a new token in the place of each earlier one; a link that was erased meanwhile, since its mail was sent, stays so. Answers how many were changed.';
