"""`assay doctor` at servers that are of the wrong kind: old ones, standbys, others' replicas, mail without TLS."""

import os
import pwd
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.smtp import AuthResult

from app.doctor import database, mail
from app.doctor.checks import WRONG_ABOVE, examine
from app.doctor.finding import Deployment, Finding
from app.doctor.replica import replica
from app.settings import Settings
from tests.conftest import scratch
from tests.mail_server import Inbox, listening
from tests.setup.console import assay
from tests.setup.streaming import Pair, primary_and_replica

OLD = Path("/usr/lib/postgresql/15/bin")
REPLICA = "Let it name a streaming replica of DATABASE_URL's server, or leave it out."


def found(look: Callable[[Deployment], Iterable[Finding]], url: str = "", **settings: Any) -> list[tuple[str, str]]:
    """What a check finds wrong, and what to do about it."""
    known = {"database_url": url} if url else {}
    made = Deployment(Settings(_env_file=None, **(known | settings)), url)
    return [(finding.wrong, finding.remedy) for finding in look(made)]


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with primary_and_replica() as both:
        yield both


@pytest.fixture(scope="module")
def old() -> Iterator[str]:
    """The URL of a PostgreSQL 15, where one is installed."""
    if not OLD.is_dir():
        pytest.skip("PostgreSQL 15 is not installed (Debian 12: apt-get install postgresql-15)")
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    with scratch() as folder:
        data = folder / "old"
        data.mkdir(mode=0o700)
        os.chown(data, owner.pw_uid, owner.pw_gid)

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [OLD / program, *arguments], check=True, cwd="/", user=owner.pw_uid, group=owner.pw_gid,
                extra_groups=[], stdout=subprocess.DEVNULL, env={"LC_ALL": "C"},
            )  # fmt: skip

        run("initdb", "-D", str(data), "-U", "postgres", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={data}"
        run("pg_ctl", "-D", str(data), "-w", "-l", str(data / "log"), "-o", options, "start")
        try:
            yield f"postgresql://postgres@/postgres?host={data}"
        finally:
            run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


def test_an_old_server_is_found_and_nothing_else_is_asked_of_it(old: str, tmp_path: Path) -> None:
    assert found(database.reachable, old) == [
        ("The server is PostgreSQL 15.", "assay needs PostgreSQL 18 or newer."),
    ]
    said = assay("doctor", cwd=tmp_path, DATABASE_URL=old)
    assert (said.returncode, said.stderr) == (1, "")
    assert "\ndatabase: WRONG: The server is PostgreSQL 15.\n" in said.stdout
    for check in ("roles", "migrations", "privileges", "queue"):
        assert f"\n{check}: not looked at, for what is wrong above\n" in said.stdout
    refused = assay("migrate", cwd=tmp_path, DATABASE_URL=old)
    assert refused.returncode == 1
    assert "PostgreSQL 18" in refused.stderr, refused.stderr


def test_a_standby_is_no_place_for_writes(pair: Pair, tmp_path: Path) -> None:
    assert found(database.reachable, pair.primary) == []
    assert found(database.reachable, pair.replica) == [
        ("DATABASE_URL leads to a standby, which takes no writes.",
         "Let it name the primary: list all hosts and add target_session_attrs=read-write."),
    ]  # fmt: skip
    assert found(database.reachable, pair.both + "&target_session_attrs=read-write") == []
    made = Deployment(Settings(_env_file=None, database_url=pair.replica, assay_data_dir=tmp_path), pair.replica)
    looked = {check.name: findings for check, findings in examine(made)}
    assert [name for name in ("roles", "migrations", "queue") if looked[name] != WRONG_ABOVE] == []


def test_a_replica_is_one_of_this_very_server(pair: Pair, db: str) -> None:
    assert found(replica, pair.primary, database_replica_url=pair.replica) == []
    assert found(replica, db, database_replica_url=pair.replica) == [
        ("DATABASE_REPLICA_URL leads to a replica of another server.", REPLICA)
    ]
    assert found(replica, pair.primary, database_replica_url=pair.primary) == [
        ("DATABASE_REPLICA_URL leads to a server that is no replica: reads may miss what was written.", REPLICA)
    ]


@contextmanager
def as_long_as(url: str, done: str, undone: str) -> Iterator[psycopg.Connection[Any]]:
    """What one statement does is in force until the other undoes it."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(done.encode())
        try:
            yield admin
        finally:
            admin.execute(undone.encode())


@pytest.mark.parametrize(
    ("role", "power", "named"),
    [
        ("assay_api", "superuser", "superuser"), ("assay_worker", "login", "login"),
        ("assay_owner", "createdb createrole", "createrole, createdb"),
        ("assay_operator", "bypassrls replication", "bypassrls, replication"), ("assay_dba_read", "login", "login"),
    ],
)  # fmt: skip
def test_a_role_has_no_powers_over_the_server(pair: Pair, role: str, power: str, named: str) -> None:
    assert found(database.powers, pair.primary) == []
    remedy = f"alter role {role} {' '.join(f'no{one}' for one in named.split(', '))}"
    with as_long_as(pair.primary, f"alter role {role} {power}", remedy) as admin:
        assert found(database.powers, pair.primary) == [
            (f"The role {role} has powers that it must not have: {named}.", f"Take them away: `{remedy}`.")
        ]
        admin.execute(remedy.encode())  # what it says to do
        assert found(database.powers, pair.primary) == []


@pytest.mark.parametrize(
    ("role", "of"),
    [
        ("assay_api", "assay_worker"), ("assay_worker", "pg_execute_server_program"),
        ("assay_dba_read", "pg_read_all_data, pg_write_all_data"),
    ],
)  # fmt: skip
def test_a_role_is_a_member_of_no_other(pair: Pair, role: str, of: str) -> None:
    remedy = f"revoke {of} from {role}"
    with as_long_as(pair.primary, f"grant {of} to {role}", remedy):
        assert found(database.powers, pair.primary) == [
            (f"The role {role} may do what {of} may, as a member of it.", f"Take that away: `{remedy}`.")
        ]
    assert found(database.powers, pair.primary) == []


def test_a_password_is_not_sent_in_the_clear_to_find_out_whether_it_is_right() -> None:
    """0.0.0.0 is this machine, but no address that says so."""
    asked: list[object] = []

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        asked.append(data)
        return AuthResult(success=True)

    with listening(Inbox(), authenticator=authenticate, auth_require_tls=False) as port:
        ours: Any = {"mail_from": "assay@school.example"}
        (one,) = found(mail.server, smtp_url=f"smtp://user:hunter2@0.0.0.0:{port}", **ours)
        assert one == (
            f"The mail server 0.0.0.0:{port} offers no TLS: the password of SMTP_URL would be sent in the clear.",
            "Let SMTP_URL begin with smtps://, or end in ?starttls=1 with the port that has it, often 587.",
        )
        assert asked == []
        assert found(mail.server, smtp_url=f"smtp://0.0.0.0:{port}", **ours) == []  # there is none to send
