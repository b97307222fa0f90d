-- What there is to read here.
create or replace view reporting.catalog as
select o.name,
       o.kind,
       split_part(o.description, E'\nExample: ', 1) as sentence,
       nullif(split_part(o.description, E'\nExample: ', 2), '') as example
  from (select format('reporting.%I', c.relname) as name, 'view' as kind, obj_description(c.oid, 'pg_class') as description
          from pg_catalog.pg_class c
         where c.relnamespace = 'reporting'::regnamespace and c.relkind = 'v'
        union all
        select format('reporting.%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), 'function', obj_description(p.oid, 'pg_proc')
          from pg_catalog.pg_proc p
         where p.pronamespace = 'reporting'::regnamespace) o;

comment on view reporting.catalog is
'One row per view and function of this schema.
Example: select name, sentence, example from reporting.catalog order by name;';
comment on column reporting.catalog.name     is 'Its name, with the arguments of a function.';
comment on column reporting.catalog.kind     is 'view or function.';
comment on column reporting.catalog.sentence is 'What it shows.';
comment on column reporting.catalog.example  is 'A query to begin with.';
