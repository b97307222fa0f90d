"""The tables of docs/performance.md, made from the numbers of a run."""

import os
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.queues.rounds import SLEEPING, Results

PAGE = Path(__file__).resolve().parents[2] / "docs/performance.md"
BEGIN, END = "<!-- tables: written by bench/{}.py -->", "<!-- end of tables: {} -->"
HEADING = "# Performance\n"
PEERS = ("graphile-worker", "pgqueuer", "procrastinate")

# Part, what it is called, unit, decimals.
LINES = (
    ("enqueue", "accepted from 10 connections, jobs/s", 0),
    ("drain", "drained, jobs/s", 0),
    ("wake p50", "wake-up of an idle worker, p50 ms", 2),
    ("wake p99", "the same, p99 ms", 2),
    ("sleep", f"jobs of 250 ms, {SLEEPING} in flight, share of the ideal", 3),
    ("sleep written", "the same until the last is written", 3),
    ("cpu", "CPU seconds per 1,000 jobs, worker and server", 2),
)


def page(results: Results, command: str, seconds: float) -> str:
    """Everything between the markers."""
    plan, versions = results.plan, results.versions
    parts = [
        "## The grading queue",
        f"`{command}`, {seconds / 60:.1f} minutes, {os.cpu_count()} cores, {platform.machine()},"
        f" PostgreSQL {versions.get('PostgreSQL', '?')} with fsync on; medians of {plan.rounds}"
        f" {'round' if plan.rounds == 1 else 'rounds'} in which the queues take turns on one server.",
        "A job is the whole work of one grading. Accepting it: the rules and a text of 2 kB. Finishing it: submission,"
        " score, ledger, coin total, the job's history, the notification for who waits. The peers keep the same rules"
        " and do the same writes through one SQL function call per job; the bare loop does them in batches of 100, and"
        " has no lease, no fence, no turns. The AI answers at once, inside the process.",
        table(results, ""),
        table_of_goals(results),
    ]
    if results.median("drain no-op", "assay"):
        parts += ["Jobs that do nothing:", table(results, " no-op")]
    return "\n\n".join(part for part in parts if part)


def table(results: Results, suffix: str) -> str:
    """One row per part, one column per queue."""
    lines = [f"| | {' | '.join(results.queues)} |", "| --- |" + " ---: |" * len(results.queues)]
    for part, name, decimals in LINES:
        seen = [results.median(part + suffix, queue) for queue in results.queues]
        if any(value is not None for value in seen):
            cells = ["–" if value is None else f"{value:,.{decimals}f}" for value in seen]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def table_of_goals(results: Results) -> str:
    """What is to be reached, what was."""
    peers = [queue for queue in PEERS if queue in results.queues]
    lines = ["| goal | to reach | reached | |", "| --- | ---: | ---: | --- |"]
    for name, wanted, value in goals(results, peers):
        if value is not None:
            least = wanted >= 0
            met = value >= wanted if least else value <= -wanted
            bound = f"≥ {wanted:g}" if least else f"≤ {-wanted:g}"
            shown = f"{value:,.3f}" if abs(wanted) <= 1 else f"{value:,.2f}"
            lines.append(f"| {name} | {bound} | {shown} | {'yes' if met else '**no**'} |")
    return "\n".join(lines) if len(lines) > 2 else ""


def goals(results: Results, peers: Sequence[str]) -> list[tuple[str, float, float | None]]:
    """Name, bound (negative: at most), value."""

    def ratio(one: float | None, other: float | None) -> float | None:
        return one / other if one and other else None

    def best(part: str, pick: Callable[[list[float]], float]) -> float | None:
        seen = [value for queue in peers if (value := results.median(part, queue)) is not None]
        return pick(seen) if seen else None

    def assay(part: str) -> float | None:
        return results.median(part, "assay")

    return [
        ("accepting, times the best peer", 2, ratio(assay("enqueue"), best("enqueue", max))),
        ("draining, times the best peer", 1.5, ratio(assay("drain"), best("drain", max))),
        ("draining, share of the bare loop", 0.5, ratio(assay("drain"), results.median("drain", "bare"))),
        ("wake-up p50, times the bare loop's", -1.3, ratio(assay("wake p50"), results.median("wake p50", "bare"))),
        ("wake-up p99, times the quickest peer's", -1, ratio(assay("wake p99"), best("wake p99", min))),
        (f"jobs of 250 ms, {SLEEPING} in flight, share of the ideal", 0.99, assay("sleep")),
        (f"draining after {results.plan.finished:,} finished jobs, share of an empty table's", 0.95,
         assay("million")),
        (f"draining while a transaction has been open for {results.plan.old_seconds:g} s, share of before", 0.95,
         assay("old")),
        ("gradings with the real SDKs, share of the same calls without a database", 0.9,
         ratio(assay("gradings"), assay("calls"))),
        ("gradings/s with the real SDKs of one worker process, 200 in flight", 200, assay("gradings")),
    ]  # fmt: skip


def write(text: str, script: str) -> None:
    """Between a script's markers in docs/performance.md; at its end when it has none yet."""
    opening, closing = BEGIN.format(script), END.format(script)
    whole = PAGE.read_text("utf-8") if PAGE.exists() else HEADING
    before, begin, rest = whole.partition(opening)
    _, _, after = rest.partition(closing)
    body = f"{opening}\n\n{text}\n\n{closing}"
    PAGE.write_text(f"{before}{body}{after}" if begin else f"{whole.rstrip()}\n\n{body}\n", "utf-8")
