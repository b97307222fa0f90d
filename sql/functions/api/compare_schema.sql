-- Asks nobody's name: what it shows is no secret, and /ready has no token.
create function api.compare_schema(digest text)
    returns text
    language sql stable security definer
    set search_path = ''
begin atomic
    select case
               when v.number is null then 'behind'
               when v.number < (select max(w.number) from migration.versions w) then 'ahead'
               else 'current'
           end
      from (select compare_schema.digest) as asked (digest)
      left join migration.versions v on v.digest = asked.digest;
end;

comment on function api.compare_schema(text) is
    'How this database stands to a process, by the digest of its SQL files: `current` (exactly these are in force), `ahead` (they were, newer ones followed: the process may go on) or `behind` (they never were: migrate).';
