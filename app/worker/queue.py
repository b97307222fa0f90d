"""A worker's own connection: it keeps the worker's seat, takes jobs, beats, and hears that there is work.

What is done here may be lost with the server: a claim that a crash forgets costs a second attempt, nothing else. So
this connection does not wait for the disk (`synchronous_commit = off`). Results are not written here.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import asyncpg

from app.db.database import TRY_AGAIN, UNREACHABLE, Unavailable, connect
from app.db.queries import Query

CHANNEL = "assay_work"
CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 10.0
EVERYTHING = UUID(int=0)  # an id before all others: where one begins to look who knows no better

log = logging.getLogger(__name__)


class Line:
    """`ask` asks one of work's query files, connecting and joining first when need be. `woken` is called when there
    may be work: after each (re)connection and at each notification."""

    def __init__(self, url: str, queries: Mapping[str, Query], lease_seconds: float, woken: Callable[[], None]) -> None:
        self.url, self.queries, self.lease_seconds, self.woken = url, queries, lease_seconds, woken
        self.number: int | None = None  # the worker's, once it has joined
        self._connection: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()

    async def ask(self, name: str, **values: Any) -> list[asyncpg.Record]:
        """The rows of `worker/<name>`; parameter `worker` is filled in. Raises Unavailable or asyncpg.PostgresError."""
        async with self._turn:
            try:
                if self._connection is None or self._connection.is_closed():
                    await self._connect()
                return await self._rows(name, {**values, "worker": self.number})
            except asyncpg.DataError:
                raise
            except (*UNREACHABLE, *TRY_AGAIN) as trouble:
                self.close()
                raise Unavailable(type(trouble).__name__) from None

    async def rejoin(self) -> None:
        """The lease had run out: joins anew. Raises as `ask`."""
        async with self._turn:
            self.close()
        await self.ask("promote_jobs", since=EVERYTHING)

    def close(self) -> None:
        """Lets go of the connection and the seat; the next question connects again."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _connect(self) -> None:
        self.close()
        self._connection = await connect(
            self.url, "assay_worker", "assay worker line", CONNECT_SECONDS, synchronous_commit="off"
        )
        await self._connection.add_listener(CHANNEL, lambda *_: self.woken())
        rows = await self._rows(
            "join_line", {"host": socket.gethostname(), "lease_seconds": self.lease_seconds, "known_as": self.number}
        )
        if self.number != rows[0]["worker"]:
            self.number = rows[0]["worker"]
            log.info("worker %d has joined the line", self.number)
        self.woken()

    async def _rows(self, name: str, values: dict[str, Any]) -> list[asyncpg.Record]:
        assert self._connection is not None
        query = self.queries[f"worker/{name}"]
        rows: list[asyncpg.Record] = await self._connection.fetch(
            query.sql, *query.arguments(values), timeout=STATEMENT_SECONDS
        )
        return rows
