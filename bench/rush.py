"""A deadline rush: 5,000 texts handed in over HTTP in 20 seconds by 500 connections; and a worker's memory.

    python -m bench.rush            # the rush, then 100,000 gradings with 1,000 calls in flight; writes the page
    python -m bench.rush --quick    # a tenth of it; prints only

Everything is real: PostgreSQL with fsync on, `assay serve`, `assay worker`, `assay simulate-ai`, the SDKs.
"""

import argparse
import asyncio
import contextlib
import heapq
import os
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg

from app.db.migrate import migrate
from bench.queues.server import Server, started
from bench.queues.tables import write
from tests.worker.rows import SECRET, School, found

ROOT = Path(__file__).resolve().parents[1]
TEACHERS, DELAY_SECONDS = 150, 4.0
ESSAY = "Bees collect nectar from flowers, carry pollen between them, and store honey for the winter. " * 20
SESSIONS = """
insert into assay.sessions (digest, student_id)
select sha256(convert_to('rush-' || s.id, 'UTF8')), s.id from assay.students s
"""
TASKS = """
select e.student_id::text, a.id::text
  from assay.enrolments e
  join assay.classes c on c.id = e.class_id
  join assay.assignments a on a.teacher_id = c.teacher_id
 order by e.student_id
"""
BACKLOG = """
insert into assay.pending_submissions (student_id, assignment_id, content)
select e.student_id, a.id, %(text)s || e.student_id
  from assay.assignments a
  join assay.classes c on c.teacher_id = a.teacher_id
  join assay.enrolments e on e.class_id = c.id
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything; seconds."""

    texts: int
    offered_in: float
    connections: int
    concurrency: int
    gradings: int
    in_flight: int


FULL = Size(5_000, 20.0, 500, 500, 100_000, 1_000)
QUICK = Size(500, 2.0, 50, 200, 5_000, 200)


@contextlib.contextmanager
def assay(
    url: str, scratch: Path, services: dict[str, str], *words: str, **settings: object
) -> Iterator["subprocess.Popen[bytes]"]:
    """An assay command in a process of its own; ended with SIGTERM."""
    environment = {
        **os.environ,
        **services,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": url,
        "ASSAY_SECRET_KEYS": SECRET,
        "ASSAY_DATA_DIR": str(scratch / "data"),
        "LOG_DIR": str(scratch / "logs"),
        "LOG_LEVEL": "WARNING",
        "DRAIN_NOTICE_SECONDS": "0",
        **{name.upper(): str(value) for name, value in settings.items()},
    }
    command = [sys.executable, "-m", "app", *words]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def addresses(simulator: "subprocess.Popen[bytes]") -> dict[str, str]:
    """The SDKs' variables, from the simulator's first line."""
    line = simulator.stdout.readline().decode() if simulator.stdout else ""
    return dict(pair.split("=", 1) for pair in line.split())


def database(server: Server, name: str, students: int, each: int, key: str) -> School:
    """A school in a database of its own."""
    server.ask(f"create database {name}", "postgres")
    migrate(server.of(name))
    school = found(server.of(name), teachers=TEACHERS, students=students, each=each, key=key)
    server.ask(SESSIONS, name)
    server.ask("vacuum analyze", name)
    return school


async def offer(base: str, size: Size, tasks: Sequence[tuple[str, str]]) -> tuple[list[float], int]:
    """Hands in evenly over the time, from as many connections; seconds until each was accepted, and refusals."""
    seen: list[float] = []
    refused = 0
    began = time.monotonic() + 1
    coming = iter(enumerate(tasks))

    async def student(session: aiohttp.ClientSession) -> None:
        nonlocal refused
        for place, (one, task) in coming:
            await asyncio.sleep(max(0.0, began + size.offered_in * place / len(tasks) - time.monotonic()))
            headers = {"Authorization": f"Bearer rush-{one}", "Prefer": "respond-async"}
            sent = time.monotonic()
            address = f"{base}/student/assignments/{task}/submission"
            async with session.post(address, json={"content": ESSAY + one}, headers=headers) as answer:
                await answer.read()
                refused += answer.status != 202
            seen.append(time.monotonic() - sent)

    connector = aiohttp.TCPConnector(limit=size.connections)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(student(session) for _ in range(size.connections)))
    return seen, refused


def wait_for(server: Server, name: str, query: str, wanted: int, seconds: float) -> None:
    """Until the query answers so; RuntimeError when it does not in time."""
    deadline = time.monotonic() + seconds
    while server.ask(query, name) != wanted:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{query}: {server.ask(query, name)}, not {wanted}")
        time.sleep(0.2)


def rush(server: Server, scratch: Path, size: Size) -> list[str]:
    """The rush; lines of the table."""
    school = database(server, "rush", size.texts, 1, f"sk-sim-{{}}-sim:delay={DELAY_SECONDS:g}")
    url = server.of("rush")
    with psycopg.connect(url) as connection:
        tasks = connection.execute(TASKS).fetchall()
    with assay(url, scratch, {}, "simulate-ai", "--port", "0") as simulator:
        services = addresses(simulator)
        port = free_port()
        with (
            assay(url, scratch, services, "serve", "--port", str(port), "--no-worker"),
            assay(url, scratch, services, "worker", worker_concurrency=size.concurrency),
        ):
            wait_for(server, "rush", "select count(*)::int from assay.workers", 1, 60)
            wait_until_ready(port)
            began = time.monotonic()
            seen, refused = asyncio.run(offer(f"http://127.0.0.1:{port}", size, tasks))
            offered = time.monotonic() - began
            wait_for(server, "rush", "select count(*)::int from assay.finished_jobs", len(tasks) - refused, 600)
    ended = float(server.ask(
        "select extract(epoch from max(finished_at) - (select min(submitted_at) from assay.submissions))"
        " from assay.finished_jobs", "rush",
    ))  # fmt: skip
    graded = server.ask("select count(*)::int from assay.submissions", "rush")
    ideal = ideal_seconds(len(tasks), size)
    seen.sort()
    assert len(school.students) == len(tasks)
    return [
        f"| texts offered by {size.connections} connections | {len(tasks):,} in {offered:.1f} s |",
        f"| accepted, graded | {len(tasks) - refused:,}, {graded:,} |",
        f"| accepted within, p50 / p99 / longest | {1000 * seen[len(seen) // 2]:.0f} /"
        f" {1000 * seen[int(len(seen) * 0.99)]:.0f} / {1000 * seen[-1]:.0f} ms |",
        f"| all graded after the first was accepted | {ended:.1f} s; the ideal with answers of {DELAY_SECONDS:g} s,"
        f" {size.concurrency} in flight: {ideal:.1f} s; times the ideal: {ended / ideal:.2f} (goal 1.2) |",
    ]


def ideal_seconds(texts: int, size: Size) -> float:
    """When the last is graded if each place takes the next text the moment it is free."""
    free = [0.0] * size.concurrency
    for place in range(texts):
        heapq.heappush(free, max(heapq.heappop(free), size.offered_in * place / texts) + DELAY_SECONDS)
    return max(free)


def memory(server: Server, scratch: Path, size: Size) -> list[str]:
    """Many gradings by one worker process, and what it holds of memory meanwhile; lines of the table."""
    students = size.gradings // 20
    database(server, "memory", students, 20, "sk-sim-{}-sim:delay=1")
    url = server.of("memory")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(BACKLOG, {"text": ESSAY})
    jobs = int(server.ask("select count(*) from assay.jobs", "memory"))
    seen: list[tuple[int, int]] = []
    with (
        assay(url, scratch, {}, "simulate-ai", "--port", "0") as simulator,
        assay(url, scratch, addresses(simulator), "worker", worker_concurrency=size.in_flight) as worker,
    ):
        most = 0
        began = time.monotonic()
        while (done := jobs - int(server.ask("select count(*) from assay.jobs", "memory"))) < jobs:
            most = max(most, int(server.ask("select count(*) from assay.jobs where worker_id is not null", "memory")))
            seen.append((done, psutil.Process(worker.pid).memory_info().rss))
            if time.monotonic() - began > 1500:
                break
            time.sleep(1)
        rate = done / (time.monotonic() - began)
    early = max(rss for done, rss in seen if done <= jobs * 0.2)
    late = max(rss for done, rss in seen if done >= seen[-1][0] * 0.8)
    return [
        f"| a worker process with {min(most, size.in_flight):,} calls in flight holds | {early / 1e6:.0f} MB in the"
        f" first fifth of {seen[-1][0]:,} gradings, {late / 1e6:.0f} MB in the last ({rate:.0f} gradings/s meanwhile) |"
    ]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_until_ready(port: int) -> None:
    """Until the API accepts connections."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)


def main() -> None:
    """One command."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--quick", action="store_true", help="a tenth of everything, nothing is written")
    options.add_argument("--only", choices=("rush", "memory"), help="of the two")
    given = options.parse_args()
    size = QUICK if given.quick else FULL
    command = shlex.join(["python", "-m", "bench.rush", *sys.argv[1:]])
    print(f"$ {command}", flush=True)
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name:
        scratch = Path(name)
        scratch.chmod(0o711)
        with started(scratch) as server:
            if given.only != "memory":
                lines += rush(server, scratch, size)
            if given.only != "rush":
                lines += memory(server, scratch, size)
    text = "\n".join(["## A deadline rush, and memory", "", f"`{command}`", "", "| | |", "| --- | --- |", *lines])
    print(text)
    if not given.quick and not given.only:
        write(text, "rush")


if __name__ == "__main__":
    main()
