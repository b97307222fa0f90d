"""`python -m bench.idempotency`: what a POST costs without an Idempotency-Key, with a new one, and with one again.

Classes are opened over HTTP, in turns; what is measured is the CPU time of the API process and of PostgreSQL for one
request. `--beside CHECKOUT`: those without a key are asked of that checkout's code too, on a database of its own.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg

from app.dev import embedded_postgres
from bench import data, servers
from bench.compare import say, scratch
from bench.load import Invalid

AT_ONCE = 8
MODES: dict[str, Callable[[int], str | None]] = {
    "no key": lambda number: None,
    "a new key": lambda number: f'"{uuid.uuid4()}"',
    "a key again": lambda number: f'"{number % AT_ONCE}"',
}


@dataclass
class Contestant:
    """One checkout's API on a database of its own."""

    name: str
    server: servers.Server
    token: str
    modes: tuple[str, ...]
    postmaster: psutil.Process
    api: dict[str, list[float]] = field(default_factory=dict)  # microseconds a request, by mode
    database: dict[str, list[float]] = field(default_factory=dict)


def main() -> int:
    """0: measured."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--beside", type=Path, help="another checkout, with an environment of the same packages")
    options.add_argument("--requests", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=9)
    given = options.parse_args()
    with scratch(None) as folder, ExitStack() as stack:
        server = embedded_postgres.start(folder / "data")
        stack.callback(server.stop)
        roots = {"this checkout": servers.ROOT} | ({"beside": given.beside.resolve()} if given.beside else {})
        contestants = [
            contestant(stack, server.url, folder, name, root, tuple(MODES) if root == servers.ROOT else ("no key",))
            for name, root in roots.items()
        ]
        for number in range(given.rounds):
            for one in contestants:
                for mode in one.modes:
                    measure(one, mode, given.requests)
            say(f"round {number + 1} of {given.rounds}")
    print("| request | code | µs of the API | µs of PostgreSQL |\n| --- | --- | --- | --- |")
    for mode in MODES:
        for one in contestants:
            if mode in one.modes:
                print(f"| {mode} | {one.name} | {spread(one.api[mode])} | {spread(one.database[mode])} |")
    return 0


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


def contestant(stack: ExitStack, url: str, folder: Path, name: str, root: Path, modes: tuple[str, ...]) -> Contestant:
    """A server on an empty database with one teacher, who may ask as often as they like."""
    with psycopg.connect(url, autocommit=True) as admin:
        database = f"bench_{len(name)}"
        admin.execute(f"create database {database} template template0 encoding 'UTF8'".encode())
    own = data.named(url, database)
    migrate = [sys.executable, "-m", "app", "migrate"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "DATABASE_URL": own, "LOG_DIR": str(folder)}
    subprocess.run(migrate, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    server = stack.enter_context(servers.assay(own, folder, name=database, root=root))
    token = uuid.uuid4().hex
    with psycopg.connect(own, autocommit=True) as admin:
        admin.execute("update assay.rate_limits set rule = '100000000/minute'")
        made = "insert into assay.teachers (name, email) values ('Tove', 'tove@school.example') returning id"
        row = admin.execute(made).fetchone()
        assert row is not None
        session = "insert into assay.sessions (digest, teacher_id) values (sha256(convert_to(%s, 'UTF8')), %s)"
        admin.execute(session, (token, row[0]))
        pid = admin.execute("select split_part(pg_read_file('postmaster.pid'), chr(10), 1)::integer").fetchone()
    assert pid is not None
    return Contestant(name, server, token, modes, psutil.Process(pid[0]))


def measure(one: Contestant, mode: str, requests: int) -> None:
    """One run; its first requests do not count."""
    asyncio.run(ask(one, mode, requests // 10))
    api, database = one.server.cpu_seconds(), postgres_seconds(one.postmaster)
    asyncio.run(ask(one, mode, requests))
    one.api.setdefault(mode, []).append((one.server.cpu_seconds() - api) / requests * 1e6)
    one.database.setdefault(mode, []).append((postgres_seconds(one.postmaster) - database) / requests * 1e6)


def postgres_seconds(postmaster: psutil.Process) -> float:
    """CPU time of the server's processes; those that have ended are counted by the first one."""
    total = postmaster.cpu_times().children_user + postmaster.cpu_times().children_system
    for process in (postmaster, *postmaster.children()):
        total += process.cpu_times().user + process.cpu_times().system
    return float(total)


async def ask(one: Contestant, mode: str, requests: int) -> None:
    """So many classes. Raises Invalid for anything but 201."""
    numbers = iter(range(requests))
    async with httpx2.AsyncClient(base_url=one.server.address, trust_env=False, timeout=60) as client:

        async def some() -> None:
            for number in numbers:
                key = MODES[mode](number)
                headers = {"Authorization": f"Bearer {one.token}", **({"Idempotency-Key": key} if key else {})}
                answer = await client.post("/teacher/classes", headers=headers, json={"name": "9B"})
                if answer.status_code != 201:
                    raise Invalid(f"{answer.status_code}: {answer.text}")

        await asyncio.gather(*(some() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    raise SystemExit(main())
