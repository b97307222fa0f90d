"""A worker's own connection to the queue: it keeps the worker's slot, claims jobs, extends the lease, and is notified.

What is done here may be lost with the server: a claim that a crash forgets costs a second attempt, nothing else. So
this connection does not wait for the disk (`synchronous_commit = off`). Results are not written here.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg

from app.db.connection import Connection, answers
from app.db.database import TRY_AGAIN, UNREACHABLE, Unavailable, connect
from app.db.listener import require_hearing
from app.db.queries import Query
from app.db.sentences import said
from app.db.silence import SilenceWatch

CHANNEL = "assay_work"
STATEMENT_SECONDS = 10.0
EVERYTHING = UUID(int=0)  # an id before all others: where one begins to look who knows no better

log = logging.getLogger(__name__)


class QueueConnection:
    """`rows` runs one of the worker's query files, connecting and registering first when need be. `on_notify` is
    called when there may be work: after each (re)connection and at each notification."""

    def __init__(
        self, url: str, queries: Mapping[str, Query], lease_seconds: float, on_notify: Callable[[], None]
    ) -> None:
        self.url, self.queries, self.lease_seconds, self.on_notify = url, queries, lease_seconds, on_notify
        self.worker: int | None = None  # its number, once it has registered
        self._connection: Connection | None = None
        self._silence = SilenceWatch(partial(answers, url), lambda _: None)
        self._one_at_a_time = asyncio.Lock()

    async def rows(self, name: str, **values: Any) -> list[asyncpg.Record]:
        """The rows of `worker/<name>`; parameter `worker` is filled in. Raises Unavailable or asyncpg.PostgresError."""
        async with self._one_at_a_time:
            try:
                if self._connection is None or self._connection.is_closed():
                    await self._connect()
                return await self._fetch(name, {**values, "worker": self.worker})
            except asyncpg.DataError:
                raise
            except Unavailable:
                self.close()
                raise
            except (*UNREACHABLE, *TRY_AGAIN) as error:
                self.close()
                raise Unavailable(said(error)) from None

    async def register_again(self) -> None:
        """The lease had run out. Raises as `rows`."""
        async with self._one_at_a_time:
            self.close()
        await self.rows("promote_jobs", since=EVERYTHING)

    def close(self) -> None:
        """Lets go of the connection and the slot; the next query connects again."""
        self._silence.close()
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _connect(self) -> None:
        self.close()
        self._connection = await connect(self.url, "assay_worker", "assay worker queue", synchronous_commit="off")
        await self._connection.add_listener(CHANNEL, lambda *_: self.on_notify())
        await require_hearing(self._connection, self.url, "assay_worker")
        known = {"host": socket.gethostname(), "lease_seconds": self.lease_seconds, "earlier_id": self.worker}
        number = (await self._fetch("register_worker", known))[0]["worker"]
        if self.worker != number:
            self.worker = number
            log.info("worker %d has registered", number)
        self.on_notify()

    async def _fetch(self, name: str, values: dict[str, Any]) -> list[asyncpg.Record]:
        assert self._connection is not None
        query, connection = self.queries[f"worker/{name}"], self._connection
        self._silence.begin(connection)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(
                query.sql, *query.arguments(values), timeout=STATEMENT_SECONDS
            )
        finally:
            self._silence.end(connection)
        return rows
