"""Down and up again: every migration's rollback undoes it, no more and no less."""

import re

import psycopg
import pytest
from psycopg import sql

from app.migrate import ALSO_APPLIED, SQL, Result, migrate
from app.replay import MigrationError
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


# The columns that come back when a migration is undone stand last in their table, and their number is another one.
COMES_BACK = {"0012.submission-counts": "column assay.assignments "}


def unnumbered(found: list[str], migration: str) -> list[str]:
    """The same lines, but without the numbers of the columns of a table in which one has come back."""
    start = COMES_BACK.get(migration)
    if start is None:
        return found
    return sorted(re.sub(r"^\d+ ", "", line.removeprefix(start)) if line.startswith(start) else line for line in found)


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
            assert unnumbered(lines(connection), migration.stem) == unnumbered(before, migration.stem)
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


def test_counts_of_submissions_come_along(empty_db: str) -> None:
    counts = "select assignment_id, submissions from assay.submission_counts"
    with psycopg.connect(empty_db, autocommit=True) as connection:
        run(connection, "roles.sql")
        for migration in (one for one in MIGRATIONS if one.stem < "0012"):
            run(connection, f"schema/{migration.stem}.sql")
        teacher = connection.execute("insert into assay.teachers (name, email) values ('A', 'a@b.c') returning id")
        made = connection.execute(
            "insert into assay.assignments (teacher_id, title, instructions, correction_template, max_score, deadline,"
            " submission_count) select %s, 'T', 'I', 'C', 9, now(), n from generate_series(0, 2) n"
            " returning id, submission_count",
            teacher.fetchone(),
        ).fetchall()
        run(connection, "schema/0012.submission-counts.sql")
        assert set(connection.execute(counts).fetchall()) == {one for one in made if one[1]}
        run(connection, "schema/0012.submission-counts.rollback.sql")
        assert set(connection.execute("select id, submission_count from assay.assignments").fetchall()) == set(made)


OTHER_TEXT = "update migration.files set sha256 = %s where path = %s"
FORGOTTEN = (
    "delete from migration._yoyo_migration where migration_id = %s",
    "delete from migration.files where path = %s",
)


@pytest.mark.parametrize(
    "still_to_come",
    [
        pytest.param(["0014.students-with-room"], id="all three"),
        pytest.param(["0014.students-with-room", "0013.students-named", "0012.submission-counts"], id="that of 0004"),
    ],
)
def test_a_database_made_with_another_text_becomes_like_all_others(empty_db: str, still_to_come: list[str]) -> None:
    migrate(empty_db)
    with psycopg.connect(empty_db, autocommit=True) as connection:
        fresh = lines(connection)
        connection.execute("set session_replication_role = replica")  # counts are not written by hand
        made = connection.execute(
            "with t as (insert into assay.teachers (name, email) values ('A', 'a@b.c') returning id),"
            " a as (insert into assay.assignments"
            " (teacher_id, title, instructions, correction_template, max_score, deadline)"
            " select t.id, 'T', 'I', 'C', 9, now() from t returning id)"
            " insert into assay.submission_counts select a.id, 7 from a returning assignment_id, submissions"
        ).fetchall()
        for path, digest in ALSO_APPLIED.items():
            connection.execute(OTHER_TEXT, (digest, path))
        for migration in still_to_come:
            if migration.startswith("0013"):
                run(connection, f"schema/{migration}.rollback.sql")
            for statement, of in zip(FORGOTTEN, (migration, f"schema/{migration}.sql"), strict=True):
                connection.execute(statement, (of,))
    assert migrate(empty_db).applied == tuple(reversed(still_to_come))
    with psycopg.connect(empty_db) as connection:
        assert lines(connection) == fresh
        assert connection.execute("select * from assay.submission_counts").fetchall() == made
    assert migrate(empty_db) == Result()


def test_a_text_that_no_landed_file_had_is_refused(empty_db: str) -> None:
    migrate(empty_db)
    with psycopg.connect(empty_db, autocommit=True) as connection:
        connection.execute(OTHER_TEXT, ("0" * 64, "schema/0004.assignments.sql"))
        connection.execute(FORGOTTEN[1], ("schema/0014.students-with-room.sql",))
    with pytest.raises(MigrationError, match=r"0004\.assignments\.sql was edited after it had been applied"):
        migrate(empty_db)
