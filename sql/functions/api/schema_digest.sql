-- The one door that asks nobody's name: what it shows is no secret, and /ready has no token.
create function api.schema_digest()
    returns text
    language sql stable security definer
    set search_path = ''
begin atomic
    select encode(sha256(convert_to(coalesce(string_agg(f.path || ' ' || f.sha256 || E'\n', '' order by f.path collate "C"), ''), 'UTF8')), 'hex')
      from migration.files f;
end;

comment on function api.schema_digest() is
    'One SHA-256 over the files in force here; it equals that of the files of a process when its migrations are current.';
