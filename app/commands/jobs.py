"""`assay jobs`: list what is in the grading queue, show a job, put one back into it, or end one as failed."""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from app.commands import CommandError, most_listed, shown, table
from app.db.database import Database
from app.db.queries import shipped_queries
from app.dev import embedded_postgres
from app.settings import Settings

QUERIES = {"list": "list_jobs", "show": "show_job", "requeue": "requeue_job", "fail": "fail_job"}


class NoSuchJob(CommandError):
    """There is no job with this id."""


def declare(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(required=True, dest="what", metavar="action")
    options = actions.add_parser("list", help="what is not finished, oldest first")
    options.add_argument("--limit", type=most_listed, default=50, help="at most so many; 50 unless given")
    for name, does in (
        ("show", "one job, live or finished, without any text"),
        ("requeue", "back into the queue, as new; whoever runs it is superseded"),
        ("fail", "end it as failed: its text is erased, and may be sent again until the deadline"),
    ):
        actions.add_parser(name, help=does, description=does).add_argument("job", type=UUID, help="its id")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Prints what came of it; raises as `do`."""
    print(do(settings, arguments.what, getattr(arguments, "job", None), getattr(arguments, "limit", 50)))
    return 0


def do(settings: Settings, what: str, job: UUID | None = None, most: int = 50) -> str:
    """Does `what` (a key of QUERIES); what to print. Raises NoSuchJob, Unavailable, asyncpg.PostgresError."""
    with embedded_postgres.database(settings.database_url, settings.assay_data_dir) as url:
        rows = asyncio.run(_ask(url, QUERIES[what], {"job_id": job, "most": most}))
    if what == "list":
        return table(rows) if rows else "No unfinished jobs."
    if what == "show":
        if not rows:
            raise NoSuchJob("There is no such job.")
        return "\n".join(f"{name:15} {shown(value)}" for name, value in rows[0].items() if value is not None)
    return {"requeue": "It is back in the queue.", "fail": "It has failed; its text is erased."}[what]


async def _ask(url: str, name: str, values: dict[str, Any]) -> Sequence[asyncpg.Record]:
    query = shipped_queries()[f"operator/{name}"]
    async with Database(url, size=1, name="assay jobs", role="assay_operator") as database:
        return await database.rows(query, query.arguments(values))
