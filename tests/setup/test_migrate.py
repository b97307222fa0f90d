"""Migrations: one transaction, once, by whoever comes first; what cannot be done is refused in a sentence."""

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from app.db.migrate import LOCK, SQL, Result, digest, migrate, pending, read_files
from app.db.sql_objects import MigrationError
from tests.setup.conftest import SMALL, Migrating, Tree, rows

COMPARE = "functions/assay/helpers/compare_schema.sql"
FOREVER = {"schema/0003.forever.sql": "create table assay.half (id int); select pg_advisory_lock(4711);"}


def names(url: str, schema: str) -> set[object]:
    """Tables, views and routines of a schema."""
    relations = f"select relname from pg_class where relnamespace = '{schema}'::regnamespace and relkind in ('r', 'v')"
    routines = f"select proname from pg_proc where pronamespace = '{schema}'::regnamespace"
    return {row[0] for row in rows(url, f"{relations} union all {routines}")}


def eventually(condition: Callable[[], object], seconds: float = 300) -> bool:
    """Whether it comes true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_new_database_gets_everything_and_the_second_time_there_is_nothing_to_do(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    result = migrate(empty_db, sql)
    assert result.applied == ("0001.schemas", "0002.coins")
    assert rows(empty_db, "insert into assay.coins (amount) values (3) returning seen") == [(True,)]
    assert rows(empty_db, "select api.total()") == [(3,)]
    assert migrate(empty_db, sql) == Result()
    assert pending(empty_db, sql) == []


def test_an_unchanged_tree_costs_one_query(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    with psycopg.connect(empty_db, autocommit=True) as watcher:
        try:
            watcher.execute("create extension pg_stat_statements")
            watcher.execute("select pg_stat_statements_reset()")
        except psycopg.Error:
            pytest.skip("the server has no pg_stat_statements loaded")
        migrate(empty_db, sql)
        asked = watcher.execute(
            "select query, calls from pg_stat_statements s join pg_database d on d.oid = s.dbid"
            " where d.datname = current_database() and query not like '%pg_stat_statements%'"
        ).fetchall()
    assert [(" ".join(query.split())[:46], calls) for query, calls in asked] == [
        ("select path, sha256 from migration.files where", 1)
    ]


def test_of_many_processes_at_once_one_migrates_and_the_others_wait(
    empty_db: str, tree: Tree, migrating: Migrating
) -> None:
    sql = tree({})
    processes = [migrating(empty_db, sql) for _ in range(5)]
    answers = [process.communicate(timeout=300) for process in processes]
    assert [process.returncode for process in processes] == [0] * 5, answers
    assert sum("0002.coins" in out for out, _ in answers) == 1
    assert sum(out.strip() == repr(Result()) for out, _ in answers) == 4


def test_a_migration_that_is_killed_half_way_leaves_nothing_behind(
    empty_db: str, tree: Tree, migrating: Migrating
) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    tree(FOREVER)
    with psycopg.connect(empty_db, autocommit=True) as holder:
        holder.execute("select pg_advisory_lock(4711)")
        process = migrating(empty_db, sql)
        waiting = "select count(*) from pg_locks where locktype = 'advisory' and objid = 4711 and not granted"
        assert eventually(lambda: rows(empty_db, waiting) == [(1,)])
        process.kill()
        process.communicate()
    with psycopg.connect(empty_db) as next_one:
        next_one.execute("set lock_timeout = '2min'")
        next_one.execute(LOCK.encode())
    assert "half" not in names(empty_db, "assay")
    tree({"schema/0003.forever.sql": None})
    assert migrate(empty_db, sql) == Result()


def test_a_syntax_error_in_a_function_rolls_the_migrations_back_and_is_located(empty_db: str, tree: Tree) -> None:
    broken = "-- one\n-- two\ncreate function api.broken() returns int language sql\nbegin atomic selekt 1; end;\n"
    sql = tree({"functions/api/broken.sql": broken})
    with pytest.raises(MigrationError, match=r'^sql/functions/api/broken\.sql:4: syntax error at or near "selekt"'):
        migrate(empty_db, sql)
    assert rows(empty_db, "select count(*) from pg_namespace where nspname in ('assay', 'migration')") == [(0,)]


def test_an_error_in_a_migration_is_located(empty_db: str, tree: Tree) -> None:
    sql = tree(
        {"schema/0003.wrong.sql": "\ncreate table assay.fine (id int);\ncreate table assay.wrong (id nothing);\n"}
    )
    with pytest.raises(MigrationError, match=r'^sql/schema/0003\.wrong\.sql:3: type "nothing" does not exist'):
        migrate(empty_db, sql)


def test_an_edited_landed_migration_is_refused_by_name(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    tree({"schema/0002.coins.sql": "create table assay.coins (id int);"})
    with pytest.raises(MigrationError, match=r"sql/schema/0002\.coins\.sql was edited after it had been applied"):
        migrate(empty_db, sql)


def test_a_database_ahead_of_the_files_is_refused_by_name(empty_db: str, tree: Tree) -> None:
    sql = tree({"schema/0003.more.sql": "create table assay.more (id int);"})
    migrate(empty_db, sql)
    tree({"schema/0003.more.sql": None})
    with pytest.raises(MigrationError, match=r"ahead of these files: 0003\.more was applied"):
        migrate(empty_db, sql)


def test_a_database_from_before_the_first_release_is_refused_and_left_as_it_was(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    with psycopg.connect(empty_db, autocommit=True) as connection:
        connection.execute("create schema migration")
        connection.execute("create table migration.files (path text, sha256 text)")
        connection.execute("insert into migration.files values ('functions/work/take_jobs.sql', 'x')")
    with pytest.raises(MigrationError, match="from before the first release of assay and cannot be migrated"):
        migrate(empty_db, sql)
    assert rows(empty_db, "select path from migration.files") == [("functions/work/take_jobs.sql",)]
    assert names(empty_db, "migration") == {"files"}


def test_a_database_that_is_not_in_utf8_is_refused(postgres: str, tree: Tree) -> None:
    from tests.conftest import execute, named

    execute(
        postgres, "create database assay_latin template template0 encoding 'LATIN1' locale_provider libc locale 'C'"
    )
    try:
        with pytest.raises(MigrationError, match="assay needs a database in UTF8; 'assay_latin' is in LATIN1"):
            migrate(named(postgres, "assay_latin"), tree({}))
    finally:
        execute(postgres, "drop database assay_latin with (force)")


def test_a_database_that_cannot_be_reached_is_one_sentence_without_the_password() -> None:
    for url in ("postgresql://me:hunter2@127.0.0.1:1/x", "postgresql:/me:hunter2@", "mysql://me:hunter2@h/x"):
        with pytest.raises(MigrationError) as refused:
            migrate(url)
        assert "hunter2" not in str(refused.value)
        assert "\n" not in str(refused.value)


def test_a_file_may_need_another_of_its_folder_whatever_their_names(empty_db: str, tree: Tree) -> None:
    sql = tree(
        {
            "functions/reporting/a.sql": "create or replace view reporting.a as select * from reporting.b;",
            "functions/reporting/b.sql": "create or replace view reporting.b as select 1 as x;",
            "functions/worker/a.sql": "create function worker.a() returns int begin atomic select worker.b(); end;",
            "functions/worker/b.sql": "create function worker.b() returns int begin atomic select 1; end;",
        }
    )
    migrate(empty_db, sql)
    tree({"functions/worker/b.sql": "create function worker.b() returns int begin atomic select 2; end;"})
    migrate(empty_db, sql)
    assert rows(empty_db, "select worker.a()") == [(2,)]


def test_what_no_file_makes_any_more_is_dropped(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    tree(
        {"functions/api/total.sql": None, "functions/reporting/coins.sql": None, "functions/assay/mark_seen.sql": None}
    )
    assert migrate(empty_db, sql).dropped == (
        "drop routine api.total()",
        "drop routine assay.mark_seen()",
        "drop trigger mark_seen on assay.coins",
        "drop view reporting.coins",
    )
    assert names(empty_db, "assay") == {"coins"}


def test_a_view_that_something_outside_depends_on_is_not_dropped(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    with psycopg.connect(empty_db) as connection:
        connection.execute("create view public.mine as select * from reporting.coins")
    tree({"functions/reporting/coins.sql": None, "functions/api/total.sql": None})
    with pytest.raises(
        MigrationError, match=r"view reporting\.coins .* view public\.mine depends on view reporting\.coins"
    ):
        migrate(empty_db, sql)
    assert names(empty_db, "reporting") == {"coins"}


def test_views_and_triggers_are_replaced_in_place(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    with psycopg.connect(empty_db) as connection:
        connection.execute("create view public.mine as select * from reporting.coins")
    tree({"functions/reporting/coins.sql": "create or replace view reporting.coins as table assay.coins"})
    assert migrate(empty_db, sql).replaced == ("functions/reporting/coins.sql",)
    assert rows(empty_db, "select count(*) from public.mine") == [(0,)]


def test_a_view_or_trigger_function_whose_shape_changes_is_made_anew(empty_db: str, tree: Tree) -> None:
    sql = tree({"functions/assay/half.sql": "create function assay.half(n int) returns int language sql return n / 2;"})
    migrate(empty_db, sql)
    tree({"functions/reporting/coins.sql": "create view reporting.coins as select amount from assay.coins;"})
    tree({"functions/assay/half.sql": "create function assay.half(n int) returns text return n / 2 || '';"})
    migrate(empty_db, sql)
    assert rows(empty_db, "insert into assay.coins (amount) values (3) returning seen") == [(True,)]
    assert rows(empty_db, "select *, assay.half(4) from reporting.coins") == [(3, "2")]


def test_a_migration_that_was_rolled_back_by_hand_is_applied_again(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    with psycopg.connect(empty_db) as connection:
        connection.execute("delete from migration._yoyo_migration where migration_id = '0002.coins'")
        connection.execute("drop table assay.coins cascade")
    assert migrate(empty_db, sql).applied == ("0002.coins",)


def test_a_migration_waits_for_traffic_only_for_a_while_and_comes_again(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    tree({"schema/0003.more.sql": "alter table assay.coins add column more int;"})
    done: list[Result] = []
    with psycopg.connect(empty_db) as busy:
        busy.execute("select * from assay.coins")
        thread = threading.Thread(target=lambda: done.append(migrate(empty_db, sql)))
        thread.start()
        gave_up = "select count(*) from pg_stat_database where datname = current_database() and xact_rollback > 0"
        assert eventually(lambda: rows(empty_db, gave_up) == [(1,)])
        assert not done
    thread.join(30)
    assert [result.applied for result in done] == [("0003.more",)]


def test_two_databases_of_one_server_may_be_migrated_at_once(
    empty_db: str, postgres: str, tree: Tree, migrating: Migrating
) -> None:
    from tests.conftest import execute, named

    execute(postgres, "create database assay_second template template0 encoding 'UTF8'")
    try:
        both = [migrating(empty_db, tree({})), migrating(named(postgres, "assay_second"), tree({}))]
        assert [(process.communicate(timeout=300)[1], process.returncode) for process in both] == [("", 0)] * 2
    finally:
        execute(postgres, "drop database assay_second with (force)")


def test_a_folder_whose_name_is_a_pattern_is_read_as_it_is(empty_db: str, tree: Tree, tmp_path: Path) -> None:
    awkward = tmp_path / "[a] *"
    tree({}).rename(awkward)
    assert migrate(empty_db, awkward).applied == ("0001.schemas", "0002.coins")


def test_the_digest_of_files_changes_with_any_text(tree: Tree) -> None:
    before = digest(read_files(tree({})))
    assert digest(read_files(tree({"functions/api/total.sql": "-- another"}))) != before


def test_a_process_knows_whether_the_database_is_ahead_of_its_files_or_behind(empty_db: str, tree: Tree) -> None:
    sql = tree({COMPARE: (SQL / COMPARE).read_text("utf-8")})

    def state(known: str) -> object:
        return rows(empty_db, f"select assay.compare_schema('{known}')")[0][0]

    old = digest(read_files(sql))
    migrate(empty_db, sql)
    tree({"functions/reporting/coins.sql": "create or replace view reporting.coins as table assay.coins"})
    new = digest(read_files(sql))
    assert (state(old), state(new)) == ("current", "behind")
    migrate(empty_db, sql)
    assert (state(old), state(new)) == ("ahead", "current")
    tree(SMALL)  # the version before is deployed again
    assert digest(read_files(sql)) == old
    migrate(empty_db, sql)
    assert (state(old), state(new)) == ("current", "ahead")


def test_traffic_that_never_pauses_waits_for_a_migration_and_loses_nothing(db: str, tmp_path: Path) -> None:
    shutil.copytree(SQL, tmp_path / "sql")
    file = tmp_path / "sql/functions/api/read_me.sql"
    file.write_text(f"-- Another.\n{file.read_text('utf-8')}", "utf-8")
    ended, went_on = threading.Event(), threading.Barrier(9)

    def ask() -> int:
        """As a request does: who asks, a row of theirs, a job; again and again."""
        count = 0
        with psycopg.connect(db) as connection:
            while not ended.is_set():
                connection.execute("lock table assay.sessions in access share mode")
                connection.execute("lock table assay.students in row share mode")
                connection.execute("select pg_sleep(0.1)")
                connection.execute("lock table assay.jobs in row exclusive mode")
                connection.commit()
                count += 1
                if count == 1:
                    went_on.wait(60)
        return count

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask) for _ in range(8)]
        try:
            went_on.wait(60)
            assert migrate(db, tmp_path / "sql").replaced == ("functions/api/read_me.sql",)
        finally:
            ended.set()
        assert all(one.result() for one in asking)
