-- The sentence of every rule that is a constraint or an index.
create function api.list_rules()
    returns table (name text, sentence text)
    language sql stable security definer
    set search_path = ''
begin atomic
    select c.conname::text, min(obj_description(c.oid, 'pg_constraint'))
      from pg_catalog.pg_constraint c
     where c.connamespace = 'assay'::regnamespace
       and obj_description(c.oid, 'pg_constraint') is not null
     group by c.conname
    union all
    select i.relname::text, obj_description(i.oid, 'pg_class')
      from pg_catalog.pg_class i
     where i.relnamespace = 'assay'::regnamespace
       and i.relkind = 'i'
       and obj_description(i.oid, 'pg_class') is not null
     order by 1;
end;

comment on function api.list_rules() is 'Name and sentence (its comment) of every named constraint and rule index of schema assay, for error messages.';
