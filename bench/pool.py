"""`python -m bench.pool`: our pool of connections and asyncpg's own, side by side, in turns.

First statement by statement in one process, then as requests a second of `assay serve` (needs wrk; left out without).
`--seconds N` for each turn, `--turns N`.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg
from cryptography.fernet import Fernet

from app.db import database
from app.db.database import Database, open_connection, open_pool
from app.db.migrate import migrate
from app.db.queries import load
from app.dev import embedded_postgres
from bench.servers import Server, free_port

CONNECTIONS, CLIENTS = 6, 32
OURS, THEIRS = "ours", "asyncpg"


class AsyncpgPool:
    """asyncpg's pool with the arguments that suit us best: nothing is reset, connections stay."""

    def __init__(self, url: str, size: int, name: str, role: str, statement_seconds: float = 30.0) -> None:
        opened = partial(open_connection, url, name, role, statement_seconds)

        async def connect(*_: Any, **__: Any) -> asyncpg.Connection:
            return await opened()

        async def leave(_: asyncpg.Connection) -> None:
            """Nothing to reset."""

        self.pool = asyncpg.create_pool(
            min_size=0, max_size=size, connect=connect, reset=leave, max_inactive_connection_lifetime=0
        )

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        await self.pool  # opens it once
        rows: list[asyncpg.Record] = await self.pool.fetch(sql, *arguments)
        return rows

    async def close(self) -> None:
        await self.pool.close()


POOLS: dict[str, Any] = {OURS: open_pool, THEIRS: AsyncpgPool}


async def statements(url: str, pool: Any, seconds: float) -> tuple[float, float]:
    """Statements a second of 32 callers, and microseconds of this process's CPU for each."""
    query, done = load()["auth/list_rate_limits"], 0
    async with Database(url, size=CONNECTIONS, pool=pool) as asked:
        await asyncio.gather(*(asked.rows(query, ()) for _ in range(CLIENTS)))
        began, cpu = time.monotonic(), time.process_time()

        async def caller() -> None:
            nonlocal done
            while time.monotonic() - began < seconds:
                await asked.rows(query, (), read=True)
                done += 1

        await asyncio.gather(*(caller() for _ in range(CLIENTS)))
        return done / (time.monotonic() - began), (time.process_time() - cpu) / done * 1e6


def requests(url: str, name: str, seconds: float) -> tuple[float, float]:
    """Requests a second of `GET /ready`, one statement each, at 32 connections; the server's CPU for each, in us."""
    port, wrk = free_port(), shutil.which("wrk")
    assert wrk
    command = [sys.executable, "-m", "bench.pool", "--serve", name, "--port", str(port)]
    given = {"DATABASE_URL": url, "LOG_LEVEL": "WARNING", "LOG_DIR": tempfile.gettempdir()}
    environment = {**os.environ, **given, "ASSAY_SECRET_KEYS": Fernet.generate_key().decode()}
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/ready"
        wait = ["--retry", "100", "--retry-delay", "1", "--retry-all-errors"]
        subprocess.run(["curl", "-sf", *wait, "-o", os.devnull, address], check=True)
        running = Server(name, address, server.pid)
        before = running.cpu_seconds()
        done = subprocess.run(
            [wrk, "-t1", f"-c{CLIENTS}", f"-d{seconds:g}", address], check=True, capture_output=True, text=True
        )
        count = int(done.stdout.split(" requests in ")[0].split()[-1])
        rate = float(done.stdout.split("Requests/sec:")[1].split()[0])
        return rate, (running.cpu_seconds() - before) / count * 1e6
    finally:
        server.terminate()
        server.wait()


def serve(name: str, port: int) -> int:
    """`assay serve` with one of the pools."""
    from app.cli import main as assay

    database.Database.__init__.__kwdefaults__ = None
    defaults = list(database.Database.__init__.__defaults__ or ())
    defaults[-1] = POOLS[name]
    database.Database.__init__.__defaults__ = tuple(defaults)
    return assay(["serve", "--no-worker", "--no-migrate", "--port", str(port)])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--serve", choices=list(POOLS))
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    if given.serve:
        return serve(given.serve, given.port)
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL may run as another user
        with embedded_postgres.database(os.environ.get("DATABASE_URL"), Path(folder) / "data") as url:
            migrate(url)
            compare(url, given.seconds, given.turns)
    return 0


def compare(url: str, seconds: float, count: int) -> None:
    """Prints both, each time in turns."""
    found: dict[str, list[tuple[float, float]]] = {OURS: [], THEIRS: []}
    for _ in range(count):
        for name, pool in POOLS.items():
            found[name].append(asyncio.run(statements(url, pool, seconds)))
    for name, turns in found.items():
        rate, cpu = median(one[0] for one in turns), median(one[1] for one in turns)
        print(f"{name:8} {rate:8.0f} statements a second, {cpu:5.1f} us of CPU each", flush=True)
    if shutil.which("wrk") is None:
        print("no wrk here: requests a second are left out")
        return
    served: dict[str, list[tuple[float, float]]] = {OURS: [], THEIRS: []}
    for _ in range(count):
        for name in POOLS:
            served[name].append(requests(url, name, seconds))
    for part, what in enumerate(("requests a second", "us of the server's CPU for each")):
        ours, theirs = (median(one[part] for one in served[name]) for name in (OURS, THEIRS))
        print(f"{what}: ours {ours:.0f}, asyncpg's {theirs:.0f}: {ours / theirs - 1:+.1%}")


if __name__ == "__main__":
    sys.exit(main())
