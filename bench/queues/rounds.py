"""Runs every queue through the same rounds, each in a process of its own, one after the other."""

import json
import os
import signal
import statistics
import subprocess
import sys
import time
import venv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg

from bench.queues.server import Server, furnish, started
from bench.queues.statements import CLEAN, EMPTY, LEFT, PRELOAD, SCRIPT, SEED

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "bench/peers/queues"
CONCURRENCY, SLEEPING = 100, 200
GIVE_UP_SECONDS = 60.0
SETS = 10  # hand-ins of each student, so that rounds need not repeat any


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of everything."""

    rounds: int
    jobs: int
    drain_seconds: float
    enqueue: int
    wakes: int
    sleepers: int
    finished: int
    old_seconds: float
    calls: int


@dataclass(slots=True)
class Results:
    """Every number, by what was measured and which queue: `(part, queue)`."""

    plan: Plan
    numbers: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    queues: list[str] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)

    def median(self, part: str, queue: str) -> float | None:
        """Over the rounds; None when it was not measured."""
        seen = self.numbers.get((part, queue))
        return statistics.median(seen) if seen else None

    def as_json(self) -> dict[str, Any]:
        return {f"{part} / {queue}": seen for (part, queue), seen in self.numbers.items()}


@dataclass(frozen=True, slots=True)
class Sides:
    """How each queue under test is started."""

    commands: Mapping[str, Sequence[str]]

    def start(self, queue: str, **orders: Any) -> "subprocess.Popen[str]":
        """Starts it; it prints JSON lines."""
        command = [*self.commands[queue], json.dumps({"concurrency": CONCURRENCY, **orders})]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def ask(self, queue: str, **orders: Any) -> dict[str, Any]:
        """Starts it, waits for its end, and answers what it said last. Raises RuntimeError when it said nothing."""
        with killed(self.start(queue, **orders)) as process:
            said: dict[str, Any] = heard(process)
        return said


def heard(process: "subprocess.Popen[str]") -> Any:
    """The next line it says. Raises RuntimeError when it ends without one."""
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError(f"a side ended without a word: {process.args!r}")
    return json.loads(line)


@contextmanager
def killed(process: "subprocess.Popen[str]") -> Any:
    """Kills it at the end of the block."""
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()


def install(folder: Path) -> tuple[Path, Path]:
    """The peers' interpreter and their graphile-worker script, installed by the ordinary clients."""
    folder.mkdir(parents=True, exist_ok=True)
    python, modules = folder / "python/bin/python", folder / "node"
    if not (folder / "complete").exists():
        print("installing the peers …", flush=True)
        venv.create(folder / "python", with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
        subprocess.run([*pip, "--requirement", str(PEERS / "requirements.lock")], check=True, stderr=subprocess.DEVNULL)
        modules.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            (modules / name).write_bytes((PEERS / name).read_bytes())
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"]
        subprocess.run(["npm", "ci", *quiet], cwd=modules, check=True, stderr=subprocess.DEVNULL)
        (folder / "complete").touch()
    (modules / "graphile_side.mjs").write_bytes((PEERS / "graphile_side.mjs").read_bytes())
    return python, modules


def run(plan: Plan, scratch: Path, folder: Path | None, only: tuple[str, ...] | None, skip: Sequence[str]) -> Results:
    """The whole benchmark."""
    python, modules = install((folder or scratch / "peers").absolute())
    sides = Sides(
        {
            "assay": [sys.executable, "-m", "bench.queues.assay"],
            "bare": [sys.executable, "-m", "bench.queues.bare"],
            "graphile-worker": ["node", str(modules / "graphile_side.mjs")],
            "pgqueuer": [str(python), str(PEERS / "pgqueuer_side.py")],
            "procrastinate": [str(python), str(PEERS / "procrastinate_side.py")],
        }
    )
    results = Results(plan, queues=[queue for queue in sides.commands if only is None or queue in only])
    with started(scratch) as server:
        print("furnishing the school …", flush=True)
        furnish(server, plan.jobs, SETS)
        results.versions["PostgreSQL"] = str(server.ask("show server_version"))
        for queue in results.queues:
            if queue not in ("assay", "bare"):
                sides.ask(queue, url=server.of("bench"), task="install", real=False, jobs=0)
        for number in range(plan.rounds):
            for queue in results.queues:
                round_of(queue, True, plan, server, sides, results)
                if "noop" not in skip:
                    round_of(queue, False, plan, server, sides, results)
                print(f"round {number + 1}: {queue} done", flush=True)
        if "million" not in skip and "assay" in results.queues:
            after_a_million(plan, server, sides, results)
        if "old" not in skip and "assay" in results.queues:
            under_an_old_transaction(plan, server, sides, results)
        if "sdk" not in skip and "assay" in results.queues:
            with_the_sdks(plan, scratch, server, results)
    return results


def round_of(queue: str, real: bool, plan: Plan, server: Server, sides: Sides, results: Results) -> None:
    """One queue through everything once."""
    url, suffix = server.of("bench"), "" if real else " no-op"

    def clean() -> None:
        server.ask(CLEAN)
        if queue in EMPTY:
            server.ask(EMPTY[queue])
        server.ask("vacuum analyze assay.students, assay.assignments, assay.jobs, assay.pending_submissions")
        server.settle()

    clean()
    said = sides.ask(queue, url=url, task="enqueue", real=real, jobs=plan.enqueue)
    results.numbers["enqueue" + suffix, queue].append(said["rate"])
    clean()
    if real:
        said = sides.ask(queue, url=url, task="wake", real=real, jobs=plan.wakes)
        milliseconds = sorted(said["milliseconds"])
        results.numbers["wake p50", queue].append(statistics.median(milliseconds))
        results.numbers["wake p99", queue].append(milliseconds[int(len(milliseconds) * 0.99)])
        clean()
    rate, cpu = drain(queue, real, plan, server, sides)
    results.numbers["drain" + suffix, queue].append(rate)
    results.numbers["cpu" + suffix, queue].append(cpu)
    if real:
        clean()
        ended, written = sleep(queue, plan, server, sides)
        results.numbers["sleep", queue].append(ended)
        results.numbers["sleep written", queue].append(written)


def preload(queue: str, real: bool, after: int, jobs: int, server: Server, database: str) -> None:
    """Puts so many jobs into a queue's table."""
    script = SCRIPT.format(after=after, until=after + jobs)
    server.ask(PRELOAD[queue][0 if real else 1].format(script=script), database)
    server.ask("analyze", database)
    server.settle()


def drain(queue: str, real: bool, plan: Plan, server: Server, sides: Sides) -> tuple[float, float]:
    """Jobs a second, and CPU seconds per 1,000 jobs of worker and server together, from the first fiftieth on."""
    preload(queue, real, 0, plan.jobs, server, "bench")
    with (
        psycopg.connect(server.of("bench"), autocommit=True) as watch,
        killed(sides.start(queue, url=server.of("bench"), task="drain", real=real, jobs=plan.jobs)) as process,
    ):
        heard(process)
        worker = psutil.Process(process.pid)
        first: tuple[float, int, float] | None = None
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            left = int(watch.execute(LEFT[queue].encode()).fetchone()[0])  # type: ignore[index]
            now = (time.monotonic(), left, sum(worker.cpu_times()[:2]) + server.cpu_seconds())
            if first is None and left < plan.jobs * 0.98:
                first = now
            elif first is not None and (left == 0 or now[0] - first[0] >= plan.drain_seconds):
                break
            if now[0] > deadline:
                raise RuntimeError(f"{queue} stands still with {left} jobs left")
            time.sleep(0.15)
    done = first[1] - now[1]
    return done / (now[0] - first[0]), (now[2] - first[2]) / done * 1000


def sleep(queue: str, plan: Plan, server: Server, sides: Sides) -> tuple[float, float]:
    """Quarter-second jobs, 200 in flight: the share of the ideal when all have ended, and when all are written."""
    preload(queue, True, 0, plan.sleepers, server, "bench")
    url = server.of("bench")
    with killed(
        sides.start(queue, url=url, task="sleep", real=True, jobs=plan.sleepers, concurrency=SLEEPING)
    ) as process:
        began, ended_at = heard(process)["working"], heard(process)["worked"]
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while server.ask("select count(*) from assay.finished_jobs") < plan.sleepers:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{queue} does not end")
            time.sleep(0.1)
    written_at = float(server.ask("select extract(epoch from max(finished_at)) from assay.finished_jobs"))
    ideal = plan.sleepers / SLEEPING * 0.25
    return ideal / (ended_at - began), ideal / (written_at - began)


def after_a_million(plan: Plan, server: Server, sides: Sides, results: Results) -> None:
    """Drains after a million finished jobs, and in turn with them in the same tables without any."""
    server.ask(CLEAN)
    server.settle()
    server.ask("create database million template bench strategy file_copy", "postgres")
    server.ask(SEED.format(many=plan.finished), "million")
    server.ask("vacuum analyze", "million")
    for number in range(plan.rounds + 1):
        turns = ("bench", "million") if number % 2 else ("million", "bench")
        rate = {database: steady(plan, server, sides, database, number) for database in turns}
        if number:  # the first one fills caches
            results.numbers["million", "assay"].append(rate["million"] / rate["bench"])
        print(f"after a million, round {number}", flush=True)
    server.ask("drop database million", "postgres")


def under_an_old_transaction(plan: Plan, server: Server, sides: Sides, results: Results) -> None:
    """Drains after a transaction has been open for a minute in which as many jobs finished, and before it began."""
    server.ask(CLEAN)
    steady(plan, server, sides, "bench", 0)
    for number in range(plan.rounds):
        server.ask("vacuum analyze")
        fresh = steady(plan, server, sides, "bench", 3 * number + 1)
        with psycopg.connect(server.of("bench"), application_name="old transaction") as old:
            old.execute("set transaction isolation level repeatable read")
            old.execute("select pg_current_xact_id(), count(*) from assay.students")
            began = time.monotonic()
            steady(plan, server, sides, "bench", 3 * number + 2)
            time.sleep(max(0.0, plan.old_seconds - (time.monotonic() - began)))
            rate = steady(plan, server, sides, "bench", 3 * number + 3)
        results.numbers["old", "assay"].append(rate / fresh)
        print(f"under an old transaction, round {number + 1}", flush=True)


def steady(plan: Plan, server: Server, sides: Sides, database: str, number: int) -> float:
    """Jobs a second of assay, by the times that its finished jobs bear, without the first and last twentieth."""
    preload("assay", True, number * plan.jobs, plan.jobs, server, database)
    began = server.ask("select now()::text", database)
    since = f"from assay.finished_jobs where finished_at >= '{began}'"
    with killed(sides.start("assay", url=server.of(database), task="drain", real=True, jobs=plan.jobs)) as process:
        heard(process)
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while server.ask(f"select count(*) {since}", database) < plan.jobs:
            if time.monotonic() > deadline:
                raise RuntimeError(f"assay stands still in {database}")
            time.sleep(0.2)
    at = "percentile_disc({}) within group (order by finished_at)"
    seconds = f"select extract(epoch from {at.format(0.95)} - {at.format(0.05)}) {since}"
    return 0.9 * plan.jobs / float(server.ask(seconds, database))


def with_the_sdks(plan: Plan, scratch: Path, server: Server, results: Results) -> None:
    """Gradings a second with the real SDKs and a stub in another process, and the same calls without any database."""
    server.ask(CLEAN)
    with killed(stub(scratch)) as simulator:
        address = simulator.stdout.readline().split()
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **dict(pair.split("=", 1) for pair in address)}
        for number in range(plan.rounds + 1):
            for part in ("calls", "gradings"):
                if part == "gradings":
                    preload("assay", True, number * plan.jobs, plan.calls, server, "bench")
                orders = json.dumps({"part": part, "url": server.of("bench"), "jobs": plan.calls})
                command = [sys.executable, "-m", "bench.queues.sdk", orders]
                done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
                if number:
                    results.numbers[part, "assay"].append(json.loads(done.stdout)["rate"])
            print(f"with the SDKs, round {number}", flush=True)


def stub(folder: Path) -> "subprocess.Popen[str]":
    """`assay simulate-ai` on a free port."""
    command = [sys.executable, "-m", "app", "simulate-ai", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LOG_DIR": str(folder / "logs")}
    return subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
