-- Which database this is, on whichever server of a primary and its replicas.
create or replace function assay.this_database()
    returns text
    language sql stable
    set search_path = ''
begin atomic
    select format('%s/%s', c.system_identifier, d.oid)
      from pg_control_system() c
     cross join pg_database d
     where d.datname = current_database();
end;

comment on function assay.this_database() is 'The same text on a primary and all its replicas, another one in every other database: the identifier of the server''s data and the number of the database.';
