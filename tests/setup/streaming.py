"""A primary and a streaming replica of it, from the embedded wheel's programs."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from app.db.migrate import migrate
from app.dev import embedded_postgres
from tests.conftest import scratch

QUICK = {"fsync": "off", "full_page_writes": "off"}
SECONDS = 60


@dataclass(frozen=True)
class Pair:
    """URLs of both, for a superuser."""

    primary: str
    replica: str

    def pause(self) -> None:
        """The replica receives what the primary does, and replays none of it."""
        with psycopg.connect(self.replica, autocommit=True) as admin:
            admin.execute("select pg_wal_replay_pause()")
            until(admin, "select pg_get_wal_replay_pause_state() = 'paused'")

    def resume(self) -> None:
        with psycopg.connect(self.replica, autocommit=True) as admin:
            admin.execute("select pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Waits until the replica has what the primary has now."""
        with psycopg.connect(self.primary, autocommit=True) as admin:
            row = admin.execute("select pg_current_wal_insert_lsn()::text").fetchone()
        assert row
        with psycopg.connect(self.replica, autocommit=True) as admin:
            until(admin, f"select pg_last_wal_replay_lsn() >= '{row[0]}'")


def until(connection: psycopg.Connection[tuple[bool]], question: str) -> None:
    """Waits for a fact of the database."""
    deadline = time.monotonic() + SECONDS
    while connection.execute(question.encode()).fetchone() != (True,):
        assert time.monotonic() < deadline, question
        time.sleep(0.02)


@contextmanager
def primary_and_replica() -> Iterator[Pair]:
    """Both are migrated, run, and end with the block."""
    with scratch() as folder:
        server = embedded_postgres.start(folder / "primary", QUICK)
        try:
            migrate(server.url)
            with replica_of(server.url, folder) as replica:
                yield Pair(server.url, replica)
        finally:
            server.stop()


@contextmanager
def replica_of(url: str, folder: Path) -> Iterator[str]:
    (host,) = parse_qs(urlsplit(url).query)["host"]
    data, sockets = folder / "replica", folder / "s"
    owner = Path(host).stat()
    for made in (data, sockets):
        made.mkdir(mode=0o700)
        os.chown(made, owner.st_uid, owner.st_gid)

    def run(name: str, *arguments: str) -> None:
        program = embedded_postgres.program(name)
        assert program
        subprocess.run(
            [program, *arguments], check=True, cwd="/", user=owner.st_uid, group=owner.st_gid, extra_groups=[],
            stdout=subprocess.DEVNULL, env={"LC_ALL": "C"},
        )  # fmt: skip

    run("pg_basebackup", "-h", host, "-U", "postgres", "-D", str(data), "-R", "-c", "fast")
    options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={sockets}"
    run("pg_ctl", "-D", str(data), "-l", str(data / "log"), "-t", str(SECONDS), "-w", "-o", options, "start")
    try:
        yield f"postgresql://postgres@/{urlsplit(url).path.strip('/')}?host={sockets}"
    finally:
        run("pg_ctl", "-D", str(data), "-t", str(SECONDS), "-w", "-m", "immediate", "stop")
