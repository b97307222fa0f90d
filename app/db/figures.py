"""What the database knows of the service as a whole, for /metrics: one statement, at most once a second.

It has a connection of its own, since one would like to know when all others are taken, and PostgreSQL ends the
statement after two seconds. Who asks does not wait longer either: then these figures are missing, and say so.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from time import monotonic

import asyncpg
from prometheus_client.core import GaugeMetricFamily

from app.db.database import Database, Unavailable, open_pool
from app.db.queries import Query
from app.db.sentences import said

FRESH_SECONDS = 1.0
STATEMENT_SECONDS = 2.0
WAIT_SECONDS = 2.5

UP = "assay_database_up"
# What `api.read_figures` answers: what it means, and what its labels are.
FIGURES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "assay_jobs": ("Jobs that are not finished, counted up to 100,000 each.", ("kind", "state")),
    "assay_oldest_job_seconds": ("Age of the oldest job that no worker runs; 0 when there is none.", ()),
    "assay_workers": ("Workers whose lease is good.", ()),
    "assay_mails": (
        "Mails that wait to be sent (queued) or were given up in the last days (failed), up to 100,000 each.",
        ("state",),
    ),
    "assay_oldest_mail_seconds": ("Since when the mail that waits longest is to be sent; 0 when none waits.", ()),
}  # fmt: skip

log = logging.getLogger(__name__)


class Figures:
    """`read` answers metrics; their database is closed with `database`."""

    def __init__(self, url: str, query: Query) -> None:
        self.query = query
        pool = partial(open_pool, statement_seconds=STATEMENT_SECONDS)
        self.database = Database(url, size=1, name="assay metrics", role="assay_api", pool=pool)
        self._asking: asyncio.Task[Sequence[asyncpg.Record] | None] | None = None
        self._asked_at = 0.0

    async def read(self) -> list[GaugeMetricFamily]:
        """`assay_database_up`, and the figures when it is 1. Raises nothing when the database is away."""
        if self._asking is None or (self._asking.done() and monotonic() - self._asked_at > FRESH_SECONDS):
            self._asking, self._asked_at = asyncio.create_task(self._ask()), monotonic()
        rows = None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAIT_SECONDS):
                rows = await asyncio.shield(self._asking)
        return [_up(0)] if rows is None else [_up(1), *families(rows)]

    async def _ask(self) -> Sequence[asyncpg.Record] | None:
        """None when the database does not answer, or has no such function yet."""
        try:
            return await self.database.rows(self.query, ())
        except (Unavailable, asyncpg.PostgresError) as error:
            log.debug("what the database knows is missing in /metrics (%s)", said(error))
            return None


def _up(value: int) -> GaugeMetricFamily:
    text = "1 when the database answered within two seconds what /metrics asks of it; else its figures are missing."
    return GaugeMetricFamily(UP, text, value)


def families(rows: Sequence[asyncpg.Record]) -> list[GaugeMetricFamily]:
    """Rows of (name, labels, value) by their names; of a name that is not known here nothing is shown."""
    found = {name: GaugeMetricFamily(name, text, labels=labels) for name, (text, labels) in FIGURES.items()}
    for row in rows:
        if row["name"] in found:
            found[row["name"]].add_metric(row["labels"], row["value"])
    return list(found.values())
