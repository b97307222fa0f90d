-- Columns of a type that cuts, forgets the time zone, or rounds: text, timestamptz, numeric and jsonb do not.
-- as in: create table assay.bare (x varchar(3))
select format('%s.%I', a.attrelid::regclass, a.attname) as offender, format_type(a.atttypid, a.atttypmod) as type
  from pg_attribute a join pg_class c on c.oid = a.attrelid
 where c.relnamespace = 'assay'::regnamespace
   and c.relkind in ('r', 'p')
   and a.attnum > 0
   and not a.attisdropped
   and a.atttypid in ('varchar'::regtype, 'bpchar'::regtype, 'timestamp'::regtype, 'timetz'::regtype, 'json'::regtype, 'money'::regtype,
                      'real'::regtype, 'double precision'::regtype);
