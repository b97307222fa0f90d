-- Which of the registrations that wait for an address is meant when only the address is said.
create or replace function assay.first_registration(address text)
    returns assay.registrations
    language sql stable
    set search_path = ''
begin atomic
    select r.*
      from assay.registrations r
     where r.address = first_registration.address
       and exists (select from assay.links l where l.registration_id = r.id and l.expires_at > now())
     order by r.id
     limit 1;
end;

comment on function assay.first_registration(text) is
    'The oldest registration of this (case-folded) address whose link still works, so that none that comes after it, from whoever, changes what the address''s owner was told; null when there is none.';
