"""Outcomes of rubrics and the requests of quizzes beside the FastAPI service, on the same rows, in one run.

    python -m bench.quizzes            # four minutes; writes its table
    python -m bench.quizzes --quick    # one round of two seconds; prints only

Both sides' answers are compared first. Needs wrk and, for the peer's own virtual environment, a package index.
"""

import argparse
import json
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.dev import embedded_postgres
from bench import data, load, servers
from bench.compare import Contestant, Results, plain, say, scratch, take_turns, tokens_file
from bench.goals import Line, table
from bench.load import ENDPOINTS, SAVED, Invalid, Run
from bench.queues.tables import write
from bench.servers import Server

CONNECTIONS = 32
# Times the peer; requests a second; share of pgbench; p99 in milliseconds.
GOALS: dict[str, tuple[float, float | None, float | None, float | None]] = {
    "outcome": (10, None, None, None),
    "questions": (10, 1500, None, None),
    "save": (8, None, 0.5, None),
    "hand-in": (6, 300, None, 40),
}
OWN = ("id", "saved_at", "submitted_at", "graded_at", "generated_at", "regrade_until")  # differ from run to run
QUIZ = "/student/assignments/019a0000-0000-700c-8000-{:012x}"


def main() -> int:
    """0: measured; 1: a run did not count; 2: wrk is missing."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--quick", action="store_true", help="one round of two seconds, nothing is written")
    options.add_argument("--only", default=",".join(GOALS), help="of these alone, with a comma between them")
    options.add_argument("--scratch", type=Path, help="keep the database and the peer's environment here")
    given = options.parse_args()
    if shutil.which("wrk") is None:
        print("wrk is not installed: apt install wrk (Debian, Ubuntu), brew install wrk (macOS).", file=sys.stderr)
        return 2
    results = Results()
    seconds, rounds = (2, 1) if given.quick else (3, 3)
    try:
        with scratch(given.scratch) as folder:
            measure(results, folder, tuple(given.only.split(",")), seconds, rounds)
    except Invalid as invalid:
        print(f"This run does not count. {invalid}", file=sys.stderr)
        return 1
    text = page(results, seconds, rounds)
    print(text)
    if not given.quick and given.only == ",".join(GOALS):
        write(text, "quizzes")
    return 0


def measure(results: Results, folder: Path, endpoints: tuple[str, ...], seconds: int, rounds: int) -> None:
    """Everything, on one PostgreSQL."""
    python = servers.peers_python(folder)
    shutil.rmtree(folder / "data", ignore_errors=True)
    postgres = embedded_postgres.start(folder / "data")
    try:
        say("seeding 10,000 submissions with eight marks each, and seven quizzes")
        ours = data.create(postgres.url, "bench_quizzes", data.SMALL)
        data.add_quizzes(ours)
        theirs = replace(ours, url=data.copy_for_peer(postgres.url, "bench_quizzes", "bench_peer"))
        tokens = tokens_file(folder, ours.students)
        with servers.assay(ours.url, folder) as assay, servers.peer(python, theirs.url, folder, "quizzes:app") as peer:
            compare(assay, peer, ours, theirs)
            contestants = [
                through_wrk("assay", assay, ours, tokens),
                through_wrk("peer", peer, theirs, tokens),
                *through_pgbench(ours, folder),
            ]
            for one in contestants:  # plans are made, caches are full
                for endpoint in endpoints:
                    if endpoint in one.endpoints:
                        one.run(endpoint, CONNECTIONS, 2)
            take_turns(results, contestants, endpoints, (CONNECTIONS,), seconds, rounds)
    finally:
        postgres.stop()
        shutil.rmtree(folder / "data", ignore_errors=True)


def through_wrk(
    name: str, server: Server, seeded: data.Seeded, tokens: Path, endpoints: tuple[str, ...] = tuple(GOALS)
) -> Contestant:
    """A server behind its socket; what was handed in is put back."""

    def run(endpoint: str, connections: int, seconds: float) -> Run:
        before = server.cpu_seconds()
        done = load.wrk(server.address, endpoint, seeded, connections, seconds, tokens)
        done = replace(done, cpu=(server.cpu_seconds() - before) / done.requests * 1e6)
        if endpoint == "hand-in":
            time.sleep(0.5)  # the last ones, whose answers wrk did not wait for, are still on their way
            stored = data.quizzes_again(seeded.url)
            if not done.requests <= stored <= done.requests + 2 * connections:
                raise Invalid(f"{done.requests} hand-ins were accepted, {stored} are stored")
        return done

    return Contestant(name, endpoints, run)


def through_pgbench(seeded: data.Seeded, folder: Path) -> list[Contestant]:
    """The statements alone; nobody when there is no pgbench."""
    program = load.pgbench_program()
    if program is None:
        return []

    def run(endpoint: str, connections: int, seconds: float) -> Run:
        return load.pgbench(program, endpoint, seeded, connections, seconds, folder)

    return [Contestant("pgbench", ("outcome", "questions", "save"), run)]


def compare(assay: Server, peer: Server, ours: data.Seeded, theirs: data.Seeded) -> None:
    """Both answer the same. Raises Invalid when they do not."""
    essay = "/student/assignments/019a0000-0000-7005-8000-{:012x}/submission"
    alike(assay, peer, "GET", essay.format(8 * 4 % (ours.students // 50) * 5 + 2), "student-8")
    alike(assay, peer, "GET", QUIZ.format(0) + "/questions", "writer-7")
    for number in range(1, 31):
        sent = {"answer": packed(json.loads(SAVED[number % 7]), number % 7)}
        alike(assay, peer, "PUT", f"{QUIZ.format(0)}/answers/{number}", "writer-7", sent)
    alike(assay, peer, "GET", QUIZ.format(0) + "/questions", "writer-7")
    for writer in (6, 7, 499):
        alike(assay, peer, "POST", QUIZ.format(1) + "/submission", f"writer-{writer}", {})
    for one in (ours, theirs):
        if data.quizzes_again(one.url) != 3:
            raise Invalid("a hand-in was not stored")


def packed(saved: dict[str, Any], kind: int) -> Any:
    """What a student sends of it."""
    picked, texts = saved.get("picked", []), saved.get("texts", [])
    shapes: list[Callable[[], Any]] = [
        lambda: picked[0],
        lambda: picked,
        lambda: dict(zip(map(str, picked), texts, strict=True)),
        lambda: [list(pair) for pair in zip(picked, saved["indents"], strict=True)],
        lambda: texts,
        lambda: texts[0],
        lambda: texts[0],
    ]
    return shapes[kind]()


def alike(assay: Server, peer: Server, method: str, path: str, who: str, body: object = None) -> None:
    """One request to both."""
    sent = None if body is None else json.dumps(body).encode()
    head = {"Authorization": f"Bearer {data.token(who)}", "Content-Type": "application/json"}
    seen = []
    for server in (assay, peer):
        request = urllib.request.Request(server.address + path, sent, head, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            seen.append((response.status, without(plain(json.loads(response.read())))))
    if seen[0] != seen[1]:
        raise Invalid(f"{method} {path}: assay answers {str(seen[0])[:3000]}, the peer {str(seen[1])[:3000]}")


def without(value: Any) -> Any:
    """Leaves out what differs from run to run."""
    if isinstance(value, dict):
        return {name: without(part) for name, part in value.items() if name not in OWN}
    return [without(part) for part in value] if isinstance(value, list) else value


def page(results: Results, seconds: int, rounds: int) -> str:
    """Every figure beside its goal."""
    lines = []
    for endpoint, (times, floor, share, late) in GOALS.items():
        assay, peer, alone = (results.rate(who, endpoint, CONNECTIONS) for who in ("assay", "peer", "pgbench"))
        if not assay or not peer:
            continue
        shown = f"`{ENDPOINTS[endpoint][0]}`"
        cpu, more = (results.cpu(who, endpoint, CONNECTIONS) or 0 for who in ("assay", "peer"))
        lines += [
            Line(f"{shown}, times the peer's {peer:,.0f}/s", assay / peer, times),
            Line(f"{shown}, a second", assay, floor),
            Line(f"{shown}, p99", results.p99("assay", endpoint, CONNECTIONS) or 0, late, " ms", at_most=True),
            Line(
                f"{shown}, CPU of the server process, the peer's times assay's {cpu:,.0f} us", more / cpu if cpu else 0
            ),
        ]
        if alone:
            lines.append(Line(f"{shown}, share of pgbench's {alone:,.0f}/s", assay / alone, share))
    head = (
        f"### Outcomes and quizzes over HTTP\n\n`python -m bench.quizzes`, {CONNECTIONS} connections,"
        f" medians of {rounds} runs of {seconds} s in turns"
    )
    return f"{head}\n\n{table(lines)}"


if __name__ == "__main__":
    sys.exit(main())
