"""`assay doctor` at the database: what was done to a good one is found, and said in a sentence."""

import re
import secrets as random
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.fernet import Fernet

from app.doctor import database, host, notifications, queue, secrets
from app.doctor.checks import examine
from app.doctor.finding import Deployment, Finding
from app.security.keyring import Ring
from app.security.passwords import digest
from app.settings import Settings
from tests.conftest import named
from tests.setup.console import alone

OURS, ANOTHER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TEACHER = "insert into assay.teachers (name, email) values ('Tove', 'tove@school.example') returning id"


def wrong(look: Callable[[Deployment], Iterable[Finding]], url: str, **settings: Any) -> list[str]:
    """What a check finds wrong; each finding says what to do."""
    known = {"database_url": url, "assay_secret_keys": OURS}
    found = list(look(Deployment(Settings(_env_file=None, **(known | settings)), url)))
    assert all(finding.remedy for finding in found)
    return [finding.wrong for finding in found]


def done(url: str, statement: str, *values: object) -> Any:
    with psycopg.connect(url, autocommit=True) as admin:
        cursor = admin.execute(statement.encode(), values or None)
        row = cursor.fetchone() if cursor.description else None
    return row and row[0]


@contextmanager
def login(db: str, may: str) -> Iterator[tuple[str, str]]:
    """The name and URL of a role without rights of its own, to which these roles are granted."""
    name, password = f"login_{random.token_hex(4)}", random.token_hex(8)
    done(db, f"create role {name} login password '{password}'")
    try:
        done(db, f"grant {may} to {name} with inherit false, set true")
        with psycopg.connect(db) as connection:
            known = connection.info.get_parameters() | {"user": name, "password": password}
        yield name, "postgresql://?" + "&".join(f"{key}={value}" for key, value in known.items())
    finally:
        done(db, f"drop owned by {name}; drop role {name}")


def test_for_a_login_without_rights_a_database_that_assay_migrate_made_is_well(db: str, tmp_path: Path) -> None:
    well = {
        "database",
        "commits",
        "roles",
        "powers",
        "owner",
        "migrations",
        "privileges",
        "notifications",
        "clock",
        "sealed",
        "queue",
    }
    with login(db, "assay_owner, assay_api, assay_worker, assay_operator") as (_, url):
        settings = Settings(_env_file=None, database_url=url, assay_secret_keys=OURS, assay_data_dir=tmp_path)
        found = {check.name: found for check, found in examine(Deployment(settings, url)) if check.name in well}
        assert found == {name: [] for name in well}
        done(db, "delete from migration.files where path = 'comments.sql'; truncate migration.versions")
        assert wrong(database.in_force, url) == ["1 files are not in force: sql/comments.sql."]
        with psycopg.connect(url, application_name="assay listener"):
            assert wrong(queue.queue, url) == ["No worker is alive."]


@pytest.mark.parametrize(
    ("look", "statement", "expected"),
    [
        (database.ownership, "alter schema api owner to postgres", "The schemas api do not belong to assay_owner"),
        (database.privileges, "grant select on assay.teachers to assay_api",
         "Relations that the application's roles can read or write at all, or that a reader can beyond selecting from"
         " reporting: assay.teachers assay_api."),
        (database.privileges, "revoke execute on function worker.list_models from assay_worker",
         "Functions that everybody may execute, that a role cannot although its work needs them"),
        (database.privileges, "alter table assay.submissions disable trigger score_in_range",
         "Rules that are not in force: triggers that were disabled, constraints that were never validated, indexes that"
         " are not valid: trigger score_in_range on assay.submissions."),
        (database.privileges, "create extension pg_stat_statements", ""),
        (database.in_force, "truncate migration.versions; delete from migration.files where path = 'comments.sql'",
         "1 files are not in force: sql/comments.sql."),
        (database.in_force, "drop schema api cascade; delete from migration.files where path ~ 'functions/api/read_me'",
         "1 files are not in force: sql/functions/api/read_me.sql."),
        (database.in_force, "insert into migration.versions values ('newer', 1000)",
         "The database has migrations that this version does not know."),
        (queue.queue, f"with t as ({TEACHER}) insert into assay.jobs (kind, teacher_id, subject_id, created_at)"
         " select 'grade_text', id, id, now() - interval '15 minutes' from t",
         "No worker is alive, and the oldest job has been waiting for 15 min."),
        (queue.queue, f"with t as ({TEACHER}) insert into assay.jobs (kind, teacher_id, subject_id, created_at)"
         " select 'grade_text', id, id, now() - interval '3 hours' from t;"
         " insert into assay.workers (slot, lease_until) values ('a:1', now() + interval '1 hour')",
         "1 workers are alive, and the oldest job has been waiting for 3 h."),
    ],
)  # fmt: skip
def test_what_was_done_to_a_database_is_found(
    db: str, look: Callable[[Deployment], Iterable[Finding]], statement: str, expected: str
) -> None:
    assert wrong(look, db) == []
    done(db, statement)
    assert [one[: len(expected)] for one in wrong(look, db)] == ([expected] if expected else [])


def test_a_login_that_cannot_become_a_role_and_one_that_has_its_rights_are_found(db: str) -> None:
    with login(db, "assay_owner, assay_worker, assay_operator") as (name, url):
        assert wrong(database.roles, url) == [f"The login {name} cannot act as assay_api."]
        done(db, f"grant assay_api to {name} with inherit true, set true")
        assert wrong(database.roles, url) == []
        assert about(name, database.powers, db) == [f"The login {name} has the rights of assay_api at all times."]
        done(db, f"grant assay_api to {name} with inherit false, set true")
        assert about(name, database.powers, db) == []
        here = done(db, "select current_database()")
        done(db, f"grant temporary on database {here} to public")
        lost = f"The privileges on the database {here} are not those of sql/roles.sql."
        assert about(here, database.powers, url) == [lost]


def about(name: str, look: Callable[[Deployment], Iterable[Finding]], url: str) -> list[str]:
    """Of what is found: roles are the whole server's, and so are other tests' logins."""
    return [found for found in wrong(look, url) if name in found]


def test_a_login_that_only_serves_is_as_it_should_be_and_is_found_with_more(db: str, tmp_path: Path) -> None:
    with login(db, "assay_api, assay_worker") as (name, url):
        settings = Settings(_env_file=None, database_url=url, assay_secret_keys=OURS, assay_data_dir=tmp_path)
        seen = {check.name: found for check, found in examine(Deployment(settings, url))}
        asked = ("database", "commits", "roles", "owner", "migrations", "privileges", "notifications", "queue")
        assert [seen[check] for check in asked] == [[]] * len(asked)
        assert str(seen["sealed"]).startswith(f"since {name} cannot act as assay_operator")
        for power in ("createdb", "createrole", "bypassrls", "replication"):
            done(db, f"alter role {name} {power}")
            (one,) = about(name, database.powers, db)
            assert one == f"The login {name} serves, and has powers that this does not need: {power}."
            done(db, f"alter role {name} no{power}")
        assert about(name, database.powers, url) == []
        done(db, "truncate migration.versions; delete from migration.files where path = 'comments.sql'")
        assert wrong(database.in_force, url) == ["The database is behind this version."]


def test_a_database_in_another_encoding_is_found(postgres: str) -> None:
    name = f"assay_latin_{random.token_hex(4)}"
    done(postgres, f"create database {name} template template0 encoding 'LATIN1' locale 'C' locale_provider libc")
    try:
        assert wrong(database.reachable, named(postgres, name)) == ["The database is in LATIN1."]
    finally:
        done(postgres, f"drop database {name}")


def test_notifications_that_do_not_arrive_are_found(db: str, empty_db: str) -> None:
    assert wrong(notifications.heard, db, database_listen_url=db) == []
    (elsewhere,) = wrong(notifications.heard, db, database_listen_url=empty_db)
    assert elsewhere.startswith("A notification that is sent over DATABASE_URL is not heard over DATABASE_LISTEN_URL")
    (nobody,) = wrong(notifications.heard, db, database_listen_url="postgresql://nobody@127.0.0.1:9/none")
    assert nobody.startswith("Nobody can listen over DATABASE_LISTEN_URL: ")


def test_what_no_master_key_opens_is_found(db: str) -> None:
    teacher, token = done(db, TEACHER), "t" * 43
    for provider, master in (("openai", OURS), ("anthropic", ANOTHER)):
        sealed = Ring((master,)).seal(teacher, provider, f"sk-sim-{provider}")
        done(db, "insert into assay.api_keys (teacher_id, provider, sealed, last4) values (%s, %s, %s, 'last')",
             teacher, provider, sealed)  # fmt: skip
    link = Ring((ANOTHER,)).seal_link(digest(token), "https://assay.example", token)
    done(db, "select api.register('Anna', 'anna@school.example', 'hash', %s, %s)", digest(token), link)
    mail = done(db, "select id from assay.outgoing_mail")
    assert wrong(secrets.sealed, db) == [
        "1 of 2 stored keys of teachers cannot be opened with any of ASSAY_SECRET_KEYS; the first is the anthropic key"
        f" of teacher {teacher}.",
        f"1 mails wait whose links cannot be opened with any of ASSAY_SECRET_KEYS; the first is {mail}.",
    ]
    assert wrong(secrets.sealed, db, assay_secret_keys=f"{OURS},{ANOTHER}") == []


def test_processes_that_run_and_count_each_by_itself_are_found(db: str, empty_db: str) -> None:
    listener: Any = {"application_name": "assay listener"}
    with psycopg.connect(db, **listener), psycopg.connect(empty_db, **listener):  # the second is another assay's
        assert wrong(host.counting_now, db) == []
        assert wrong(queue.queue, db) == ["No worker is alive."]
        with psycopg.connect(db, **listener):
            (one,) = wrong(host.counting_now, db)
            assert one.startswith("2 processes of the API count requests each by itself (memory://)")


def test_a_clock_that_is_an_hour_ahead_is_found(db: str, tmp_path: Path) -> None:
    """By a process whose clock is: its library is that of Debian's package libfaketime."""
    libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    if not libraries:
        pytest.skip("libfaketime is not there (Debian: apt-get install libfaketime)")
    code = (
        "import sys; from app.doctor.database import clock; from app.doctor.finding import Deployment;"
        "from app.settings import Settings;"
        "print(*(found.wrong for found in clock(Deployment(Settings(_env_file=None), sys.argv[1]))))"
    )
    ahead = {"LD_PRELOAD": str(libraries[0]), "FAKETIME": "+1h", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    hour = r"This host's clock is 3[56]\d\d s away from the database's"  # less what it took to ask
    for variables, said in ((ahead, hour), ({}, "\n")):
        done = subprocess.run(
            [sys.executable, "-c", code, db], cwd=tmp_path, env=alone(variables), capture_output=True, text=True
        )
        assert re.match(said, done.stdout), done.stderr
