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
end
$$;
