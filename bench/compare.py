"""assay beside a FastAPI service, a hello-world and pgbench, on the same rows, in one run: what http.py does."""

import argparse
import contextlib
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.dev import embedded_postgres
from bench import data, load, report, servers
from bench.load import TEXTS, Invalid, Run
from bench.servers import Server

CONNECTIONS = (2, 32)
FLAT = ("scores", "submissions")  # measured again at a hundred times the rows
Key = tuple[str, str, int]  # who, endpoint, connections


@dataclass
class Results:
    """All valid runs, in the order in which they were made."""

    runs: dict[Key, list[Run]] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    seeds: dict[int, float] = field(default_factory=dict)
    facts: list[str] = field(default_factory=list)
    invalid: int = 0  # runs that did not count and were made again

    def rate(self, who: str, endpoint: str, connections: int) -> float | None:
        """The median of the requests per second; None when it was not measured."""
        runs = self.runs.get((who, endpoint, connections))
        return statistics.median(run.per_second for run in runs) if runs else None

    def cpu(self, who: str, endpoint: str, connections: int) -> float | None:
        """The median of the server process's CPU time for a request, in microseconds."""
        runs = self.runs.get((who, endpoint, connections))
        return statistics.median(run.cpu for run in runs) if runs else None

    def p99(self, who: str, endpoint: str, connections: int) -> float | None:
        """The median of the 99th percentiles, in milliseconds."""
        runs = self.runs.get((who, endpoint, connections))
        return statistics.median(run.p99 for run in runs) if runs else None


@dataclass(frozen=True)
class Contestant:
    """Whoever is measured: a name, what it can be asked, and how one run of it is made."""

    name: str
    endpoints: tuple[str, ...]
    run: Callable[[str, int, float], Run]


def main() -> int:
    """0: measured; 1: a run did not count; 2: wrk is missing."""
    options = parser().parse_args()
    if shutil.which("wrk") is None:
        print("wrk is not installed: apt install wrk (Debian, Ubuntu), brew install wrk (macOS).", file=sys.stderr)
        return 2
    seconds, rounds = (1, 3) if options.quick else (options.seconds, options.rounds)
    began = time.monotonic()
    results = Results()
    connections = CONNECTIONS[-1:] if options.quick else CONNECTIONS
    try:
        with scratch(options.scratch) as folder:
            measure(results, folder, connections, seconds, rounds, large=not options.quick)
    except Invalid as invalid:
        print(f"This run does not count. {invalid}", file=sys.stderr)
        return 1
    table = report.page(results, seconds, rounds, time.monotonic() - began)
    print(table)
    if not options.quick:
        report.write(table)
    return 0


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--quick", action="store_true", help="32 connections only, no million rows, nothing is written"
    )
    options.add_argument("--seconds", type=int, default=3, help="length of one run")
    options.add_argument("--rounds", type=int, default=3, help="runs of each, taking turns")
    options.add_argument("--scratch", type=Path, help="keep databases and the peers' environment here (on a real disk)")
    return options


@contextlib.contextmanager
def scratch(given: Path | None) -> Iterator[Path]:
    """A folder on disk that an unprivileged server can reach; removed again unless it was given."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.absolute()
        return
    folder = Path(tempfile.mkdtemp(prefix="assay-bench-"))
    folder.chmod(0o711)  # PostgreSQL does not run as root: its own user walks through
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(
    results: Results, folder: Path, connections: tuple[int, ...], seconds: int, rounds: int, *, large: bool
) -> None:
    """Everything, on one PostgreSQL."""
    say("making the peers' environment")
    python = servers.peers_python(folder)
    shutil.rmtree(folder / "data", ignore_errors=True)
    postgres = embedded_postgres.start(folder / "data")
    try:
        say("seeding 10,000 submissions")
        small = data.create(postgres.url, "bench_small", data.SMALL)
        results.seeds[small.submissions] = small.seconds
        peer_url = data.copy_for_peer(postgres.url, "bench_small", "bench_peer")
        results.facts = report.facts(small.url)
        tokens = tokens_file(folder, small.students)
        with (
            servers.assay(small.url, folder) as assay,
            servers.peer(python, peer_url, folder) as peer,
            servers.hello(python, folder) as hello,
        ):
            compare(assay.address, peer.address, small)
            contestants = [
                through_wrk("assay", assay, small, tokens),
                through_wrk("peer", peer, data.Seeded(peer_url, small.students, 0.0), tokens),
                through_wrk("hello", hello, small, tokens, ("me",)),
                *through_pgbench("pgbench", small, folder),
            ]
            for server in (assay, peer, hello):
                results.memory[f"{server.name}, started"] = server.memory()["now"]
            take_turns(results, contestants, TEXTS, connections, seconds, rounds)
            for server in (assay, peer, hello):
                results.memory[server.name] = server.memory()["most"]
        if large:
            flatness(results, postgres.url, folder, small, seconds, rounds)
    finally:
        postgres.stop()
        shutil.rmtree(folder / "data", ignore_errors=True)


def flatness(results: Results, server: str, folder: Path, small: data.Seeded, seconds: int, rounds: int) -> None:
    """The same lists at 10,000 and 1,000,000 submissions, taking turns."""
    say("seeding 1,000,000 submissions")
    large = data.create(server, "bench_large", data.LARGE)
    results.seeds[large.submissions] = large.seconds
    tokens, more = tokens_file(folder, small.students), tokens_file(folder, large.students)
    with servers.assay(small.url, folder, name="small") as few, servers.assay(large.url, folder, name="large") as many:
        contestants = [
            through_wrk("small", few, small, tokens),
            through_wrk("large", many, large, more),
            *through_pgbench("pgbench small", small, folder),
            *through_pgbench("pgbench large", large, folder),
        ]
        for one in contestants:  # what a server that has been up for a while has in its caches
            for endpoint in FLAT:
                one.run(endpoint, CONNECTIONS[-1], max(2, seconds))
        take_turns(results, contestants, FLAT, CONNECTIONS[-1:], seconds, rounds)
        results.memory["assay at 1,000,000"] = many.memory()["most"]


def take_turns(
    results: Results,
    contestants: list[Contestant],
    endpoints: tuple[str, ...],
    connections: tuple[int, ...],
    seconds: int,
    rounds: int,
) -> None:
    """Each endpoint, by each contestant, in turns."""
    for number in range(1, rounds + 1):
        for endpoint in endpoints:
            for clients in connections:
                line = []
                for one in contestants[number % len(contestants) :] + contestants[: number % len(contestants)]:
                    if endpoint in one.endpoints:
                        run = valid(results, one, endpoint, clients, seconds)
                        results.runs.setdefault((one.name, endpoint, clients), []).append(run)
                        p99 = f" (p99 {run.p99:.0f} ms)" if run.p99 else ""  # pgbench does not tell
                        line.append(f"{one.name} {run.per_second:,.0f}/s{p99}")
                say(f"round {number}, {endpoint}, {clients} connections: {', '.join(sorted(line))}")


def valid(results: Results, one: Contestant, endpoint: str, clients: int, seconds: float) -> Run:
    """A run in which everything was answered. Raises Invalid when there is none in three."""
    for _ in range(2):
        try:
            return one.run(endpoint, clients, seconds)
        except Invalid as invalid:
            results.invalid += 1
            say(f"{one.name}: a run does not count, and is made again. {invalid}")
            time.sleep(2)
    return one.run(endpoint, clients, seconds)


def through_wrk(
    name: str, server: Server, seeded: data.Seeded, tokens: Path, endpoints: tuple[str, ...] = TEXTS
) -> Contestant:
    """A server behind its socket."""

    def run(endpoint: str, connections: int, seconds: float) -> Run:
        data.empty_queue(seeded.url)
        before = server.cpu_seconds()
        done = load.wrk(server.address, endpoint, seeded, connections, seconds, tokens)
        done = replace(done, cpu=(server.cpu_seconds() - before) / done.requests * 1e6)
        time.sleep(0.2)  # the last requests, whose answers wrk did not wait for, are still being stored
        stored = data.empty_queue(seeded.url)
        return counted(done, stored, connections) if endpoint == "submit" else done

    return Contestant(name, endpoints, run)


def through_pgbench(name: str, seeded: data.Seeded, folder: Path) -> list[Contestant]:
    """The statements alone; nobody when there is no pgbench."""
    program = load.pgbench_program()
    if program is None:
        return []

    def run(endpoint: str, connections: int, seconds: float) -> Run:
        data.empty_queue(seeded.url)
        done = load.pgbench(program, endpoint, seeded, connections, seconds, folder)
        stored = data.empty_queue(seeded.url)
        return counted(done, stored, connections) if endpoint == "submit" else done

    return [Contestant(name, TEXTS, run)]


def counted(run: Run, stored: int, connections: int) -> Run:
    """Every text that was accepted is in the table (and those that were under way at the end may be)."""
    if not run.requests <= stored <= run.requests + 2 * connections:
        raise Invalid(f"{run.requests} texts were accepted, {stored} are stored")
    return run


def tokens_file(folder: Path, students: int) -> Path:
    """What requests.lua reads."""
    people = [*(f"student-{n}" for n in range(students)), *(f"writer-{n}" for n in range(data.WRITERS))]
    people += [f"teacher-{n}" for n in range(students // 500 + 1)]
    file = folder / f"tokens-{students}"
    file.write_text("".join(f"{who} {data.token(who)}\n" for who in people))
    return file


def compare(assay: str, peer: str, seeded: data.Seeded) -> None:
    """Both answer the same. Raises Invalid when they do not."""
    assignment = f"/teacher/assignments/019a0000-0000-7005-8000-{seeded.assignments - 1:012x}/submissions?limit=50"
    for path, who in (
        ("/auth/me", "student-7"),
        ("/student/scores?limit=20", "student-8"),
        ("/student/assignments?limit=20", "student-9"),
        (assignment, f"teacher-{(seeded.assignments - 1) // 50}"),
    ):
        ours, theirs = (plain(json.loads(servers.fetch(base + path, data.token(who)))) for base in (assay, peer))
        if ours != theirs:
            raise Invalid(f"{path}: assay answers {str(ours)[:600]}, the peer {str(theirs)[:600]}")


def plain(value: Any) -> Any:
    """With times as times, however they are written."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    if isinstance(value, str) and value[4:5] == "-" and "T" in value:
        return datetime.fromisoformat(value).astimezone(UTC)
    return value


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
