"""Down and up again: every migration's rollback undoes it, no more and no less."""

import psycopg
from psycopg import sql

from app.migrate import SQL, migrate
from tests.house.test_files import MIGRATIONS
from tests.house.test_offenders import statement


def lines(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    return [str(row[0]) for row in connection.execute(statement("snapshot")).fetchall()]


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
