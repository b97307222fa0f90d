-- Every write to a table of people's leaves a row in the audit.
-- Arguments of the trigger: the columns of the key, and those whose change is not recorded.
create or replace function assay.write_audit()
    returns trigger
    language plpgsql
    set search_path = ''
as $$
declare
    keys    text[] := string_to_array(tg_argv[0], ' ');
    ignored text[] := string_to_array(tg_argv[1], ' ');
    said    text[] := assay.signed_actor();  -- once: each asks for the secret
    row_key text;
    changes text;
    same    text;
    entries text;
begin
    if tg_op = 'INSERT' and keys = '{id}' then  -- what there is most of, without a statement made for it
        insert into assay.audit (table_name, actor, actor_id, reason, row_key, action)
        select tg_table_name, said[1], nullif(said[2], '')::uuid, assay.audit_reason(), r.id, 'inserted' from new_rows r;
        return null;
    end if;
    row_key := (select format('concat_ws(''/'', %s)', string_agg('r.' || quote_ident(k), ', ')) from unnest(keys) k);
    case tg_op
    when 'INSERT' then
        entries := format('select %s, ''inserted'', null::text[] from new_rows r', row_key);
    when 'DELETE' then
        entries := format('select %s, ''deleted'', null::text[] from old_rows r', row_key);
    else
        if not exists (select from new_rows) then
            return null;
        end if;
        select string_agg(format('case when n.%1$I is distinct from o.%1$I then %1$L end', a.attname), ', ' order by a.attnum)
          into changes
          from pg_catalog.pg_attribute a
         where a.attrelid = tg_relid
           and a.attnum > 0
           and not a.attisdropped
           and a.attname <> all (ignored);
        select string_agg(format('n.%1$I = o.%1$I', k), ' and ') into same from unnest(keys) k;
        -- A row whose key itself changed is one that went and one that came.
        entries := format(
            'select %1$s, ''changed'', r.columns
               from (select n.*, array_remove(array[%2$s], null) as columns from new_rows n join old_rows o on %3$s) r
              where r.columns <> ''{}''
              union all
             select %1$s, ''deleted'', null from (select o.* from old_rows o where not exists (select from new_rows n where %3$s)) r
              union all
             select %1$s, ''inserted'', null from (select n.* from new_rows n where not exists (select from old_rows o where %3$s)) r',
            row_key, changes, same);
    end case;
    execute 'insert into assay.audit (table_name, actor, actor_id, reason, row_key, action, columns) '
            'select $1, $2, $3, $4, e.* from (' || entries || ') e'
      using tg_table_name, said[1], nullif(said[2], '')::uuid, assay.audit_reason();
    return null;
end
$$;

comment on function assay.write_audit() is
    'Writes who inserted, changed or deleted which row, and which columns changed (never a value), to assay.audit.';

-- Updates at depth 1 and more are other triggers keeping total_gold_coins: not recorded, at no cost.
do $$
declare
    audited record;
begin
    for audited in
        select *
          from (values
            ('students',    'id',                  ''),
            ('teachers',    'id',                  ''),
            ('classes',     'id',                  ''),
            ('enrolments',  'class_id student_id', ''),
            ('assignments', 'id',                  'updated_at collected_at'),
            ('submissions', 'id',                  'graded_at'),
            ('questions',   'id',                  ''),
            ('options',     'question_id number',  ''),
            ('regrade_requests', 'id',             ''),
            ('cases',       'id',                  ''),
            ('tries',       'id',                  ''),
            ('api_keys',    'teacher_id provider', 'last_ok_at last_refused_at last_limited_at backoff_until calls_at_once calls_today calls_on'),
            ('ai_models',   'provider model',      ''),
            ('encouragements', 'language band number', ''),
            ('rate_limits', 'scope',               'updated_at')) as t (name, key, ignored)
    loop
        execute format('create or replace trigger audit_inserts after insert on assay.%I referencing new table as new_rows
                            for each statement execute function assay.write_audit(%L, %L)', audited.name, audited.key, audited.ignored);
        execute format('create or replace trigger audit_updates after update on assay.%I referencing old table as old_rows new table as new_rows
                            for each statement when (pg_trigger_depth() = 0)
                            execute function assay.write_audit(%L, %L)', audited.name, audited.key, audited.ignored);
        execute format('create or replace trigger audit_deletes after delete on assay.%I referencing old table as old_rows
                            for each statement execute function assay.write_audit(%L, %L)', audited.name, audited.key, audited.ignored);
    end loop;
end
$$;
