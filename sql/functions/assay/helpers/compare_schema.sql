-- How this database stands to a process of assay.
create or replace function assay.compare_schema(digest text, migrations text[] default '{}')
    returns text
    language sql stable
    set search_path = ''
begin atomic
    select case
               when v.number = (select max(w.number) from migration.versions w) then 'current'
               when v.number is not null then 'ahead'
               -- These very files never were in force here; if all its migrations were, and more, newer ones are.
               when cardinality(compare_schema.migrations) > 0
                    and not exists (select unnest(compare_schema.migrations)
                                    except
                                    select m.migration_id from migration._yoyo_migration m)
                    and exists (select
                                  from migration._yoyo_migration m
                                 where m.migration_id <> all (compare_schema.migrations)) then 'ahead'
               else 'behind'
           end
      from (select compare_schema.digest) as asked (digest)
      left join migration.versions v on v.digest = asked.digest;
end;

comment on function assay.compare_schema(text, text[]) is
    'How this database stands to a process, by the digest of its SQL files and the names of its migrations: `current` (exactly these are in force), `ahead` (they were and newer ones followed, or the database has all its migrations and more: the process may go on) or `behind` (migrate).';
