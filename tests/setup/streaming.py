"""A primary and a streaming replica of it, from the embedded wheel's programs, and what may happen to them."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg

from app.db.migrate import migrate
from app.dev import embedded_postgres
from tests.conftest import scratch

QUICK = {"fsync": "off", "full_page_writes": "off"}
SECONDS = 300


@dataclass(frozen=True)
class Node:
    """A server: its folder, and its URL for a superuser."""

    data: Path
    url: str

    @property
    def sockets(self) -> str:
        return parse_qs(urlsplit(self.url).query)["host"][0]

    def run(self, name: str, *arguments: str) -> None:
        """A program of the wheel, as the user of this server."""
        program, owner = embedded_postgres.program(name), Path(self.sockets).stat()
        assert program
        subprocess.run(
            [program, *arguments], check=True, cwd="/", user=owner.st_uid, group=owner.st_gid, extra_groups=[],
            stdout=subprocess.DEVNULL, env={"LC_ALL": "C"},
        )  # fmt: skip

    def control(self, *arguments: str) -> None:
        """pg_ctl; waits for what it begins."""
        self.run("pg_ctl", "-D", str(self.data), "-t", str(SECONDS), "-w", *arguments)

    def signalled(self, number: signal.Signals) -> None:
        """To all its processes, the postmaster first, so that it starts no others."""
        postmaster = psutil.Process(int((self.data / "postmaster.pid").read_text().split()[0]))
        postmaster.send_signal(number)
        for process in postmaster.children(recursive=True):
            process.send_signal(number)

    def end(self) -> None:
        """Kills what is left of it, stopped processes too."""
        with contextlib.suppress(FileNotFoundError, psutil.NoSuchProcess):
            self.signalled(signal.SIGKILL)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Its processes are there, its socket takes connections, and nothing is heard from it."""
        self.signalled(signal.SIGSTOP)
        try:
            yield
        finally:
            self.signalled(signal.SIGCONT)


@dataclass(frozen=True)
class Pair:
    first: Node
    second: Node

    @property
    def primary(self) -> str:
        return self.first.url

    @property
    def replica(self) -> str:
        return self.second.url

    @property
    def both(self) -> str:
        """One URL of both, the first one first."""
        database = urlsplit(self.primary).path.strip("/")
        return f"postgresql://postgres@/{database}?host={self.first.sockets},{self.second.sockets}"

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

    def synchronise(self) -> None:
        """From now on nothing is committed before the replica has it on its disk. The replica, once it is promoted,
        waits for nobody."""
        with psycopg.connect(self.primary, autocommit=True) as admin:
            admin.execute("alter system set synchronous_standby_names = '*'")
            admin.execute("select pg_reload_conf()")
            until(admin, "select count(*) = 1 from pg_stat_replication where sync_state = 'sync'")


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
            with replica_of(Node(folder / "primary/postgres", server.url), folder) as pair:
                yield pair
        finally:
            server.stop()


@contextmanager
def replica_of(primary: Node, folder: Path) -> Iterator[Pair]:
    data, sockets = folder / "replica", folder / "s"
    owner = Path(primary.sockets).stat()
    for made in (data, sockets):
        made.mkdir(mode=0o700)
        os.chown(made, owner.st_uid, owner.st_gid)
    replica = Node(data, f"postgresql://postgres@/{urlsplit(primary.url).path.strip('/')}?host={sockets}")
    primary.run("pg_basebackup", "-h", primary.sockets, "-U", "postgres", "-D", str(data), "-R", "-c", "fast")
    options = f"-c listen_addresses='' -c fsync=off -c unix_socket_directories={sockets}"
    replica.control("-l", str(data / "log"), "-o", options, "start")
    try:
        yield Pair(primary, replica)
    finally:
        replica.control("-m", "immediate", "stop")
