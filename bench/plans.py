"""`python -m bench.plans`: the plan of every statement inside every API function, at a million submissions.

Writes docs/generated/plans.md. The plans are those that auto_explain sees when the query file is run the seventh time
on one connection: plpgsql has then chosen between its generic plan and fresh ones, as it does in production.
"""

import argparse
import asyncio
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from app.db.connection import SESSION
from app.db.queries import Query, load
from app.dev import embedded_postgres
from bench import api_functions, data
from bench.compare import say, scratch
from bench.servers import ROOT

PAGE = ROOT / "docs/generated/plans.md"
RUNS = 7  # plpgsql decides after five whether a generic plan is as good
LARGE_ROWS = 1_000  # a table with more rows than this is never read from end to end
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement's plan, as auto_explain logs it."""

    text: str
    milliseconds: float
    root: Node

    def nodes(self) -> Iterator[Node]:
        """All nodes, the top one first."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.get("Plans", [])


@dataclass(frozen=True, slots=True)
class Seen:
    """All plans of one call of an API function, the outermost statement last."""

    case: api_functions.Case
    plans: list[Plan]

    @property
    def pages(self) -> int:
        """Pages of 8 kB that the call looked at, in memory or not."""
        top = self.plans[-1].root
        return int(top.get("Shared Hit Blocks", 0) + top.get("Shared Read Blocks", 0))

    @property
    def most_rows(self) -> int:
        """What the busiest node of all its plans went through."""
        return max(touched(node) for plan in self.plans for node in plan.nodes())


def touched(node: Node) -> int:
    """Rows that a node has produced or thrown away."""
    removed: float = sum(value for name, value in node.items() if name.startswith("Rows Removed by"))
    return round((float(node.get("Actual Rows", 0)) + removed) * float(node.get("Actual Loops", 1)))


async def explained(url: str, students: int) -> list[Seen]:
    """Every API function's plans. Nothing that they write stays."""
    queries = load()
    settings = {name: value for name, value in SESSION.items() if name != "role"}  # auto_explain is for superusers
    connection = await asyncpg.connect(url, server_settings=settings)
    try:
        await connection.execute(
            "load 'auto_explain'; set auto_explain.log_nested_statements = on; set auto_explain.log_analyze = on;"
            "set auto_explain.log_buffers = on; set auto_explain.log_format = json;"
            "set auto_explain.log_level = notice; set auto_explain.log_timing = off; set auto_explain.log_verbose = off"
        )
        usual, cases = await api_functions.cases(connection, students)
        return [Seen(case, await _plans(connection, queries[case.query], usual | dict(case.values))) for case in cases]
    finally:
        await connection.close()


async def _plans(connection: asyncpg.Connection, query: Query, values: dict[str, Any]) -> list[Plan]:
    said: list[Plan] = []

    def heard(_: object, message: Any) -> None:
        if message.message.startswith("duration:"):
            duration, _, plan = message.message.partition("plan:\n")
            parsed = json.loads(plan)
            said.append(Plan(parsed["Query Text"], float(duration.split()[1]), parsed["Plan"]))

    arguments = query.arguments(values)
    transaction = connection.transaction()
    await transaction.start()
    connection.add_log_listener(heard)
    try:
        for number in range(1, RUNS + 1):
            inner = connection.transaction()
            await inner.start()
            await connection.execute(f"set auto_explain.log_min_duration = {0 if number == RUNS else -1}")
            await connection.fetch(query.sql, *arguments)
            await inner.rollback()
    finally:
        await asyncio.sleep(0)  # log messages are handed over by the event loop
        connection.remove_log_listener(heard)
        await transaction.rollback()
    return said


def faults(seen: Seen, rows_of: dict[str, int]) -> list[str]:
    """What grows with a table: a scan of a large one from end to end."""
    return [
        f"{seen.case}: {node['Node Type']} on {node['Relation Name']} in: {' '.join(plan.text.split())[:300]}"
        for plan in seen.plans
        for node in plan.nodes()
        if node["Node Type"].endswith("Seq Scan") and rows_of.get(node["Relation Name"], 0) > LARGE_ROWS
    ]


async def table_rows(url: str) -> dict[str, int]:
    """Rows of every table of assay."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "select relname, reltuples::bigint as rows from pg_class"
            " where relnamespace = 'assay'::regnamespace and relkind = 'r'"
        )
        return {row["relname"]: row["rows"] for row in rows}
    finally:
        await connection.close()


def drawn(node: Node, depth: int = 0) -> Iterator[str]:
    """A plan as psql draws it, with what matters here."""
    name = node["Node Type"]
    if "Index Name" in node:
        name += f" using {node['Index Name']}"
    if "Relation Name" in node:
        name += f" on {node['Relation Name']}"
    if "Function Name" in node:
        name += f" on {node['Function Name']}"
    pages = node.get("Shared Hit Blocks", 0) + node.get("Shared Read Blocks", 0)
    arrow = "  " * depth + ("-> " if depth else "")
    facts = f"rows={node.get('Actual Rows', 0):g} loops={node.get('Actual Loops', 0):g} buffers={pages}"
    yield f"{arrow}{name}  ({facts})"
    for label in ("Index Cond", "Recheck Cond", "Filter", "Sort Key", "One-Time Filter"):
        if label in node:
            value = node[label]
            yield "  " * depth + f"     {label}: {', '.join(value) if isinstance(value, list) else value}"
    for part in node.get("Plans", []):
        yield from drawn(part, depth + 1)


def page(seen: list[Seen], rows_of: dict[str, int], seconds: float) -> str:
    """docs/generated/plans.md."""
    sizes = ", ".join(
        f"{count:,} {name}" for name, count in sorted(rows_of.items(), key=lambda item: -item[1]) if count > 400
    )
    lines = [
        "# Plans",
        "",
        "Written by `python -m bench.plans`: what PostgreSQL does inside every API function at",
        f"{sizes} (seeded in {seconds:.0f} s by `bench/seed.sql`).",
        "Each call is the seventh on its connection, so these are the plans that plpgsql keeps. `rows` and `loops` are",
        "measured, `buffers` are pages of 8 kB. `tests/conventions/test_plans.py` fails when one reads a large",
        "table from end to end, or goes through more rows than a page of a list needs.",
        "",
        "| query | ms | buffers | rows at the busiest node | statements |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {one.case} | {one.plans[-1].milliseconds:.2f} | {one.pages} | {one.most_rows} | {len(one.plans)} |"
        for one in seen
    ]
    shown: set[str] = set()
    for one in seen:
        parts = []
        for plan in one.plans[:-1]:
            drawing = "\n".join(drawn(plan.root))
            key = "\n".join(line.split("  (")[0] for line in drawing.splitlines())
            if key not in shown and not drawing.startswith("Result"):
                shown.add(key)
                parts.append(f"```sql\n{plan.text.strip()}\n```\n\n```\n{drawing}\n```")
        if parts:
            lines += ["", f"## {one.case}", "", "\n\n".join(parts)]
    return "\n".join(lines) + "\n"


async def record(url: str, students: int, seconds: float) -> list[str]:
    """Write docs/generated/plans.md. Returns the faults."""
    rows_of = await table_rows(url)
    seen = await explained(url, students)
    PAGE.write_text(page(seen, rows_of, seconds), "utf-8")
    return [fault for one in seen for fault in faults(one, rows_of)]


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--students", type=int, default=data.LARGE, help="twenty submissions each")
    options.add_argument("--database", help="one that is seeded already, for a superuser")
    options.add_argument("--scratch", type=Path)
    given = options.parse_args()
    if given.database:
        found = asyncio.run(record(given.database, given.students, 0.0))
    else:
        with scratch(given.scratch) as folder:
            postgres = embedded_postgres.start(folder / "data")
            try:
                say(f"seeding {given.students * 20:,} submissions")
                seeded = data.create(postgres.url, "bench_plans", given.students)
                found = asyncio.run(record(seeded.url, given.students, seeded.seconds))
            finally:
                postgres.stop()
                shutil.rmtree(folder / "data", ignore_errors=True)
    print("\n".join(found) or "No API function reads a large table from end to end.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
