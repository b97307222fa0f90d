-- The sentence of every rule that is a constraint or an index, and which field of what was sent it speaks of.
create function api.list_rules()
    returns table (name text, sentence text, field text)
    language sql stable security definer
    set search_path = ''
begin atomic
    select c.conname::text,
           min(obj_description(c.oid, 'pg_constraint')),
           min(case when c.conrelid = 'assay.rate_limits'::regclass and a.attname = 'rule' then 'limit'
                    else regexp_replace(a.attname, '^draft_', '') end)
      from pg_catalog.pg_constraint c
      left join pg_catalog.pg_attribute a
        on c.contype = 'c' and cardinality(c.conkey) = 1 and a.attrelid = c.conrelid and a.attnum = c.conkey[1]
     where c.connamespace = 'assay'::regnamespace
       and obj_description(c.oid, 'pg_constraint') is not null
     group by c.conname
    union all
    select i.relname::text, obj_description(i.oid, 'pg_class'), null
      from pg_catalog.pg_class i
     where i.relnamespace = 'assay'::regnamespace
       and i.relkind = 'i'
       and obj_description(i.oid, 'pg_class') is not null
     order by 1;
end;

comment on function api.list_rules() is
    'Name and sentence (its comment) of every named constraint and rule index of schema assay, and for a rule about one column the name that clients know it by, for error messages.';
