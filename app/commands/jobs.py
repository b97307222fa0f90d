"""`assay jobs`: what an operator can see of the line, and do with a job that is stuck."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from app.db.database import Database
from app.db.queries import load
from app.dev import embedded_postgres
from app.settings import Settings

QUERIES = {"list": "list_jobs", "show": "show_job", "requeue": "requeue_job", "fail": "fail_job"}


class NoSuchJob(LookupError):
    """There is no job with this id."""


def run(settings: Settings, what: str, job: UUID | None = None, most: int = 50) -> str:
    """Does `what` (a key of QUERIES); what to print. Raises NoSuchJob, Unavailable, asyncpg.PostgresError."""
    with embedded_postgres.database(settings.database_url, settings.assay_data_dir) as url:
        rows = asyncio.run(_ask(url, QUERIES[what], {"job_id": job, "most": most}))
    if what == "list":
        return _table(rows) if rows else "The line is empty."
    if what == "show":
        if not rows:
            raise NoSuchJob("There is no such job.")
        return "\n".join(f"{name:15} {_shown(value)}" for name, value in rows[0].items() if value is not None)
    return {"requeue": "It is back in the line.", "fail": "It has ended as failed; its text is erased."}[what]


async def _ask(url: str, name: str, values: dict[str, Any]) -> Sequence[asyncpg.Record]:
    query = load()[f"operator/{name}"]
    async with Database(url, size=1, name="assay jobs", role="assay_operator") as database:
        return await database.rows(query, query.arguments(values))


def _table(rows: Sequence[asyncpg.Record]) -> str:
    """Columns as wide as what is in them, under their names."""
    lines = [list(rows[0].keys()), *([_shown(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _shown(value: object) -> str:
    return "-" if value is None else str(value)
