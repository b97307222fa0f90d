"""Down and up again: every migration's rollback undoes it, no more and no less."""

import psycopg
from psycopg import sql

from app.migrate import SQL, Result, migrate
from tests.house.test_files import MIGRATIONS

# Everything that a database has in assay's schemas, one line each: two databases are the same when these are.
SNAPSHOT = """
with rooms as (
    select n.oid from pg_namespace n where n.nspname in ('assay', 'reporting', 'work', 'api')
), relations as (
    select c.* from pg_class c join rooms r on r.oid = c.relnamespace
)
select concat_ws(' ', 'schema', n.nspname, n.nspacl) as line
  from pg_namespace n join rooms r on r.oid = n.oid
union all
select concat_ws(' ', 'relation', c.oid::regclass, c.relkind, c.reloptions, c.relacl, c.relowner::regrole)
  from relations c
union all
select concat_ws(' ', 'column', c.oid::regclass, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
                 a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, col_description(c.oid, a.attnum))
  from relations c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where c.relkind in ('r', 'p', 'v')
union all
select concat_ws(' ', 'index', pg_get_indexdef(c.oid))
  from relations c where c.relkind = 'i'
union all
select concat_ws(' ', 'constraint', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid),
                 obj_description(k.oid, 'pg_constraint'))
  from pg_constraint k join rooms r on r.oid = k.connamespace
union all
select concat_ws(' ', 'function', pg_get_functiondef(p.oid), p.proacl, p.proowner::regrole,
                 obj_description(p.oid, 'pg_proc'))
  from pg_proc p join rooms r on r.oid = p.pronamespace where p.prokind = 'f'
union all
select concat_ws(' ', 'view', c.oid::regclass, pg_get_viewdef(c.oid)) from relations c where c.relkind = 'v'
union all
select concat_ws(' ', 'comment', c.oid::regclass, obj_description(c.oid, 'pg_class')) from relations c
union all
select concat_ws(' ', 'trigger', pg_get_triggerdef(t.oid), t.tgenabled)
  from pg_trigger t join relations c on c.oid = t.tgrelid where not t.tgisinternal
union all
select concat_ws(' ', 'default', d.defaclrole::regrole, n.nspname, d.defaclobjtype, d.defaclacl)
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
 order by 1;
"""


def lines(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    return [str(row[0]) for row in connection.execute(SNAPSHOT).fetchall()]


def run(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    text = (SQL / name).read_text("utf-8")
    connection.execute(sql.SQL(text))


def test_each_migration_goes_down_and_up_again_to_the_same(empty_db: str) -> None:
    with psycopg.connect(empty_db, autocommit=True) as connection:
        run(connection, "roles.sql")
        connection.execute("set role assay_owner")
        for migration in MIGRATIONS:
            before = lines(connection)
            run(connection, f"schema/{migration.stem}.sql")
            after = lines(connection)
            run(connection, f"schema/{migration.stem}.rollback.sql")
            assert lines(connection) == before, migration.stem
            run(connection, f"schema/{migration.stem}.sql")
            assert lines(connection) == after, migration.stem


def test_a_database_with_all_its_functions_goes_all_the_way_down_and_up_again(empty_db: str) -> None:
    migrate(empty_db)
    with psycopg.connect(empty_db, autocommit=True) as connection:
        before = lines(connection)
        connection.execute("set role assay_owner")
        for migration in reversed(MIGRATIONS):
            run(connection, f"schema/{migration.stem}.rollback.sql")
        assert lines(connection) == []
        connection.execute("delete from migration._yoyo_migration")
        connection.execute("delete from migration.files")
    migrate(empty_db)
    with psycopg.connect(empty_db) as connection:
        assert lines(connection) == before


# What 0004 made in the first databases: the count was a column.
FIRST = """
drop table assay.submission_counts cascade;
alter table assay.assignments
    add column submission_count integer not null default 0,
    add constraint submission_count_not_negative check (submission_count >= 0);
delete from migration._yoyo_migration where migration_id >= '0012';
delete from migration.files where path >= 'schema/0012' and path < 'schema/1';
update migration.files set sha256 = '4fa75ed289c0294a6dc2a76d10aa1b28cbb4e35b8e113ae63a7f7fbc8e22720e'
 where path = 'schema/0004.assignments.sql';
"""


def test_a_database_of_the_first_0004_becomes_like_all_others(empty_db: str) -> None:
    migrate(empty_db)
    with psycopg.connect(empty_db, autocommit=True) as connection:
        fresh = lines(connection)
        for migration in reversed([one for one in MIGRATIONS if one.stem > "0012"]):
            run(connection, f"schema/{migration.stem}.rollback.sql")
        connection.execute(FIRST)
        teacher = connection.execute("insert into assay.teachers (name, email) values ('A', 'a@b.c') returning id")
        made = connection.execute(
            "insert into assay.assignments (teacher_id, title, instructions, correction_template, max_score, deadline,"
            " submission_count) select %s, 'T', 'I', 'C', 9, now(), n from generate_series(0, 2) n"
            " returning id, submission_count",
            teacher.fetchone(),
        ).fetchall()
    assert migrate(empty_db).applied[0] == "0012.submission-counts"
    with psycopg.connect(empty_db) as connection:
        counts = connection.execute("select assignment_id, submissions from assay.submission_counts").fetchall()
        assert set(counts) == {one for one in made if one[1]}
        assert lines(connection) == fresh
    assert migrate(empty_db) == Result()
