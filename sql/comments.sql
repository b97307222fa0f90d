-- What need not be said twice, brought to where people look for it (\d+ in psql); runs after all functions.
do $$
declare
    one record;
begin
    -- A rule's comment is its sentence in the register.
    for one in
        select format('comment on constraint %I on %s is %L', k.conname,
                      case when k.contypid = 0 then k.conrelid::regclass::text else 'domain ' || k.contypid::regtype end,
                      e.sentence) as statement
          from pg_constraint k
          join assay.error_codes e on e.code = k.conname
         where k.connamespace = 'assay'::regnamespace
           and obj_description(k.oid, 'pg_constraint') is distinct from e.sentence
        union all
        select format('comment on index %s is %L', i.oid::regclass, e.sentence)
          from pg_class i
          join assay.error_codes e on e.code = i.relname
         where i.relnamespace = 'assay'::regnamespace
           and i.relkind = 'i'
           and not exists (select from pg_constraint k where k.conindid = i.oid)
           and obj_description(i.oid, 'pg_class') is distinct from e.sentence
    loop
        execute one.statement;
    end loop;

    -- A key, or a time of creation, that says no more than its name.
    for one in
        select format('comment on column %s.%I is %L', c.oid::regclass, a.attname,
                      case a.attname
                          when 'created_at' then 'When it was created.'
                          when 'updated_at' then 'When it was last changed.'
                          when 'id' then format('The %s.', replace(regexp_replace(c.relname, '(ss)es$|s$', '\1'), '_', ' '))
                          else format('The %s.', replace(regexp_replace(a.attname, '_id$', ''), '_', ' ')) end) as statement
          from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where c.relnamespace = 'assay'::regnamespace
           and c.relkind in ('r', 'p')
           and col_description(c.oid, a.attnum) is null
           and (a.attname in ('id', 'created_at', 'updated_at')
                or a.attname ~ '_id$'
                   and exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and a.attnum = any (k.conkey)))
    loop
        execute one.statement;
    end loop;

    -- A column of a view that has no comment of its own means what the column of that name means where it comes from:
    -- in the one relation that has it, or else in the one that the view is named after. Views of views need a pass each.
    loop
        for one in
            with origins as (
                select distinct v.oid as view, a.attnum, a.attname, v.relname, o.oid as origin, o.relname as origin_name,
                       col_description(o.oid, b.attnum) as meaning
                  from pg_class v
                  join pg_attribute a on a.attrelid = v.oid and a.attnum > 0 and not a.attisdropped
                  join pg_rewrite r   on r.ev_class = v.oid
                  join pg_depend d    on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                                     and d.refclassid = 'pg_class'::regclass and d.refobjid <> v.oid and d.refobjsubid > 0
                  join pg_attribute b on b.attrelid = d.refobjid and b.attnum = d.refobjsubid and b.attname = a.attname
                  join pg_class o     on o.oid = d.refobjid
                 where v.relnamespace in ('reporting'::regnamespace, 'api'::regnamespace)
                   and v.relkind = 'v'
                   and col_description(v.oid, a.attnum) is null
            )
            select format('comment on column %s.%I is %L', o.view::regclass, o.attname, o.meaning) as statement
              from origins o
             where o.meaning is not null
               and (o.origin_name = o.relname
                    or not exists (select from origins p where p.view = o.view and p.attnum = o.attnum and p.origin <> o.origin))
        loop
            execute one.statement;
        end loop;
        exit when not found;
    end loop;
end
$$;
