"""The table of docs/performance.md, made from the results of a run."""

import platform
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bench.load import ENDPOINTS, TEXTS
from bench.servers import ROOT

if TYPE_CHECKING:
    from bench.compare import Results

PAGE = ROOT / "docs/performance.md"
BEGIN, END = "<!-- table: written by bench/http.py -->", "<!-- end of table -->"
# What the product is to reach at 32 connections: times the FastAPI service, share of hello-world, share of pgbench.
GOALS: dict[str, tuple[float, float | None, float | None]] = {
    "me": (7, None, None),
    "scores": (10, None, None),
    "assignments": (10, None, None),
    "submissions": (13, None, None),
    "submit": (6, None, None),
}
LATE_GOAL = 0.10  # share of the peer's p99 at 32 connections


def page(results: "Results", seconds: int, rounds: int, took: float) -> str:
    """Everything between the markers."""
    parts = [
        f"Medians of {rounds} runs of {seconds} s each, taking turns; {took / 60:.0f} minutes in all."
        f" Runs that were invalid and made again: {results.invalid}.",
        "\n".join(f"- {fact}" for fact in results.facts),
        requests(results),
        effort(results),
        flat(results),
        memory(results),
    ]
    return "\n\n".join(part for part in parts if part)


def requests(results: "Results") -> str:
    """Requests per second and latencies, and the ratios with their goals."""
    lines = [
        "| request | connections | assay /s | p99 ms | FastAPI /s | p99 ms | times FastAPI (goal) |"
        " p99 share (goal 0.10) | hello /s | share of hello (goal) | pgbench /s | share of pgbench (goal) |",
        "| --- |" + " ---: |" * 11,
    ]
    for endpoint, (shown, _) in ENDPOINTS.items():
        for connections in sorted({key[2] for key in results.runs if key[:2] == ("assay", endpoint)}):
            assay, peer, hello, pgbench = (
                results.rate(who, endpoint, connections) for who in ("assay", "peer", "hello", "pgbench")
            )
            slow, slower = (results.p99(who, endpoint, connections) for who in ("assay", "peer"))
            goals = GOALS[endpoint] if connections == 32 else (None, None, None)
            cells = [
                f"`{shown}`", str(connections), whole(assay), number(slow), whole(peer), number(slower),
                ratio(assay, peer, goals[0]), late(slow, slower, connections),
                whole(hello), ratio(assay, hello, goals[1]),
                whole(pgbench) if pgbench or endpoint == "hello" else "not measured", ratio(assay, pgbench, goals[2]),
            ]  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def effort(results: "Results") -> str:
    """CPU time of the server process: what a noisy neighbour changes least."""
    lines = [
        "| request, 32 connections | assay, us of CPU | FastAPI | hello | FastAPI / assay |",
        "| --- |" + " ---: |" * 4,
    ]
    for endpoint in TEXTS:
        shown, _ = ENDPOINTS[endpoint]
        assay, peer, hello = (results.cpu(who, endpoint, 32) for who in ("assay", "peer", "hello"))
        lines.append(f"| `{shown}` | {whole(assay)} | {whole(peer)} | {whole(hello)} | {ratio(peer, assay, None)} |")
    return "\n".join(lines)


def flat(results: "Results") -> str:
    """Speed at a hundred times the rows."""
    if not any(key[0] == "large" for key in results.runs):
        return ""
    lines = [
        "| request, 32 connections | assay at 10,000 submissions /s | at 1,000,000 /s | share (goal 0.80) |"
        " pgbench at 10,000 /s | at 1,000,000 /s | share |",
        "| --- |" + " ---: |" * 6,
    ]
    for endpoint, (shown, _) in ENDPOINTS.items():
        few, many = results.rate("small", endpoint, 32), results.rate("large", endpoint, 32)
        if few and many:
            floor, heap = results.rate("pgbench small", endpoint, 32), results.rate("pgbench large", endpoint, 32)
            cells = [f"`{shown}`", whole(few), whole(many), ratio(many, few, None), whole(floor), whole(heap)]
            lines.append(f"| {' | '.join([*cells, ratio(heap, floor, None)])} |")
    seeds = "; ".join(f"{count:,} submissions in {seconds:.0f} s" for count, seconds in results.seeds.items())
    return "\n".join(lines) + f"\n\nSeeded: {seeds}."


def memory(results: "Results") -> str:
    """Peak resident memory of each server process (goal for assay: below 120 MB)."""
    lines = ["| server process | resident memory, MB |", "| --- | ---: |"]
    names = {"assay": "assay, at most", "fastapi": "FastAPI, at most", "hello": "hello, at most"}
    lines += [f"| {names.get(name, name)} | {size / 1e6:.0f} |" for name, size in results.memory.items()]
    return "\n".join(lines)


def whole(value: float | None) -> str:
    return f"{value:,.0f}" if value else ""


def number(value: float | None) -> str:
    return f"{value:.1f}" if value else ""


def ratio(of: float | None, to: float | None, goal: float | None) -> str:
    """`10.1 (9)`, bold below the goal; empty when there is nothing to compare."""
    if not of or not to:
        return ""
    share = of / to
    shown = (f"{share:.1f}" if share >= 2 else f"{share:.2f}") + (f" ({goal:g})" if goal else "")
    return f"**{shown}**" if goal and share < goal else shown


def late(slow: float | None, slower: float | None, connections: int) -> str:
    """The share of the peer's p99, bold above its goal."""
    missed = slow and slower and connections == 32 and slow / slower > LATE_GOAL
    return f"**{ratio(slow, slower, None)}**" if missed else ratio(slow, slower, None)


def facts(url: str) -> list[str]:
    """Where it was measured, and with what."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "select current_setting('server_version'), current_setting('fsync'), current_setting('shared_buffers'),"
            "       current_setting('huge_pages_status')"
        ).fetchone()
    assert row is not None
    cpus = [
        line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    autogroup = Path("/proc/sys/kernel/sched_autogroup_enabled")  # 1: a core is shared between sessions first
    by_session = autogroup.read_text().strip() if autogroup.exists() else "unknown"
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [
        f"{len(cpus)} x {cpus[0]}, shared by wrk, the server and PostgreSQL; Python {platform.python_version()}",
        f"PostgreSQL {row[0]}, fsync {row[1]}, shared_buffers {row[2]}; 10,000 submissions of 500 students",
        f"huge pages {row[3]}; kernel.sched_autogroup_enabled {by_session}",
        f"assay {commit.stdout.strip()}, one API process, everything on: limits, headers, correlation ids, counters",
    ]


def write(table: str) -> None:
    """Put the table between the markers of docs/performance.md."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", "utf-8")
