"""What a process asks of the database: one statement at a time, on bounded pools, asked again where that is safe."""

import asyncio
import contextlib
import logging
import random
import re
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, Self
from uuid import uuid4

import asyncpg

from app.db.connection import (
    MOVED,
    REPLACED,
    UNPREPARED,
    UNREACHABLE,
    Connection,
    OtherVersion,
    Unavailable,
    answers,
    connect,
)
from app.db.pool import Pool
from app.db.pool_metrics import forget, watch
from app.db.queries import Query, shipped_queries
from app.db.replica import Replica
from app.db.sentences import said
from app.postgres_url import for_reads

__all__ = ["TRY_AGAIN", "UNREACHABLE", "Database", "OtherVersion", "Unavailable", "connect"]

# Reads compute from beginning to end: with ten at once on two cores some waited a second for their turn. Writes wait
# for the disk: more of them at once share a flush. Neither waits for the other.
READERS, WRITERS = 6, 10
STATEMENT_SECONDS = 30.0  # Postgres ends a statement then
TRIES = 4  # the first, and three more
PAUSE_SECONDS = 0.02
NOTE_SECONDS = 0.5  # before a write is noted that could not be

FORGETFUL = "The pooler forgets prepared statements: PgBouncer 1.21 or newer needs max_prepared_statements."
TRY_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)

log = logging.getLogger(__name__)


def open_pool(url: str, size: int, name: str, role: str, statement_seconds: float = STATEMENT_SECONDS) -> Pool:
    """A pool whose connections act as `role`; JSON is bytes on its way from Postgres to the socket."""
    return Pool(partial(open_connection, url, name, role, statement_seconds), size, partial(answers, url))


async def open_connection(url: str, name: str, role: str, statement_seconds: float) -> Connection:
    """What a pool holds. Raises as `connect`."""
    connection = await connect(url, role, name, statement_timeout=f"{statement_seconds * 1000:.0f}")
    await connection.set_type_codec("json", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary")
    return connection


class Database:
    """`async with Database(url) as database`: `row` and `rows` ask one statement each.

    Nothing is opened before it is asked, so that the API starts before its database does.
    """

    def __init__(
        self,
        url: str,
        replica: str | None = None,
        size: int | None = None,
        name: str = "assay api",
        role: str = "assay_api",
        pool: Callable[[str, int, str, str], Pool] = open_pool,
        max_lag: float = 1.0,
    ) -> None:
        """`size`: of one pool for reads and writes. `role`: what its connections act as. `max_lag`: seconds by which
        the replica may be behind."""
        self.writes = pool(url, size or WRITERS, name, role)
        self.reads = self.writes if size else pool(url, READERS, name, role)
        self.replica: Replica | None = None
        self._texts: dict[str, str] = {}  # of statements whose first text a pooler has prepared for older functions
        self._beside: set[asyncio.Task[None]] = set()
        if replica:
            shipped, there = shipped_queries(), for_reads(replica)
            self.replica = Replica(
                pool(there, size or READERS, name, role),
                pool(there, 1, "assay replica watch", role),
                pool(url, 1, "assay replica watch", role),
                shipped["auth/read_replay_position"],
                shipped["auth/read_log_position"],
                max_lag,
            )
            self._session, self._note_write = shipped["auth/read_session"], shipped["auth/note_write"]
        self._watch(name.removeprefix("assay ") if size else "")

    def _watch(self, only: str) -> None:
        """Has its pools shown in /metrics. `only`: the name of the one pool for everything."""
        named = {only or "writes": self.writes, only or "reads": self.reads}
        for label, pool in {**named, **({"replica": self.replica.pool} if self.replica else {})}.items():
            watch(pool, label)

    async def __aenter__(self) -> Self:
        if self.replica is not None:
            self._run_beside(self.replica.watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._beside:
            task.cancel()
        more = (self.replica.pool, self.replica.watched, self.replica.primary) if self.replica else ()
        for pool in {self.writes, self.reads, *more}:
            await pool.close()
            forget(pool)

    def _run_beside(self, part: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(part)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def row(self, query: Query, arguments: Sequence[Any], *, read: bool = False) -> asyncpg.Record | None:
        """The first row of the answer. `read`: may go to the replica. Raises Unavailable or asyncpg.PostgresError."""
        rows = await self.rows(query, arguments, read=read)
        return rows[0] if rows else None

    async def rows(self, query: Query, arguments: Sequence[Any], *, read: bool = False) -> list[asyncpg.Record]:
        """All rows of the answer, as `row`.

        Without a replica this is one statement. With one, a read asks the primary about the session first, and who
        has written is noted on the primary before the answer leaves.
        """
        token = query.token_of(arguments) if self.replica is not None else None
        if self.replica is None or token is None:
            return await self._ask(query, arguments, read=read)
        if not read:
            rows = await self._ask(query, arguments, read=False)
            await self._note(self.replica, token)
            return rows
        if self.replica.usable:
            session = await self._ask(self._session, [token], read=True)
            answer = await self.replica.rows(query, arguments, session[0]["written"])
            if answer is not None:
                return answer
        return await self._ask(query, arguments, read=True)

    async def _note(self, replica: Replica, token: object) -> None:
        """Until a write is noted this process asks the replica nothing, and tries to note it again and again."""
        try:
            await self._ask(self._note_write, [token], read=True)  # doing it twice does no harm
        except (Unavailable, asyncpg.PostgresError) as error:
            log.warning("a write could not be noted (%s): reads go to the primary", said(error))
            replica.unnoted += 1
            self._run_beside(self._note_later(replica, token))

    async def _note_later(self, replica: Replica, token: object) -> None:
        while True:
            await asyncio.sleep(random.uniform(0.5, 1.0) * NOTE_SECONDS)  # noqa: S311
            with contextlib.suppress(Unavailable, asyncpg.PostgresError):
                await self._ask(self._note_write, [token], read=True)
                replica.unnoted -= 1
                return

    async def _ask(self, query: Query, arguments: Sequence[Any], *, read: bool) -> list[asyncpg.Record]:
        """A read whose connection had died in the pool is asked again; a write is not, since it may have been done.
        Both are where the statement was refused before it began."""
        pool = self.reads if read else self.writes
        for attempt in range(1, TRIES + 1):
            try:
                return await pool.fetch(self._texts.get(query.sql, query.sql), *arguments)
            except asyncpg.DataError:
                raise
            except UNPREPARED as error:
                if attempt == TRIES:
                    raise Unavailable(said(error), FORGETFUL) from None
            except asyncpg.InvalidCachedStatementError as error:  # asyncpg has prepared it anew by itself
                if attempt == TRIES:
                    raise OtherVersion(said(error)) from None
                # A pooler knows statements by their text: to it that was the same one.
                self._texts[query.sql] = f"{query.sql}\n-- {uuid4()}"
            except UNREACHABLE as error:
                if not read or attempt == TRIES or isinstance(error, TimeoutError):
                    raise Unavailable(said(error)) from None
            except asyncpg.PostgresError as error:
                if attempt == TRIES or not passes(error):
                    if has_moved(error) or was_replaced(error):
                        raise OtherVersion(said(error)) from None
                    raise
                await asyncio.sleep(random.uniform(0, PAUSE_SECONDS * 2**attempt))  # noqa: S311
        raise AssertionError("the last try returns or raises")


def passes(error: asyncpg.PostgresError) -> bool:
    """Whether the statement did nothing and may do better at once: a deadlock, or a function that a migration
    replaced."""
    return isinstance(error, (*MOVED, *TRY_AGAIN)) or was_replaced(error)


def was_replaced(error: asyncpg.PostgresError) -> bool:
    """Whether a function, or a type that it answers, was replaced while it was being called. PostgreSQL names such
    things by their number: "cache lookup failed for function 16535", "type with OID 18432 does not exist"."""
    return isinstance(error, REPLACED) and re.search(r"cache lookup failed|with OID \d+", str(error)) is not None


def has_moved(error: asyncpg.PostgresError) -> bool:
    """Whether what a query file calls is not there as it calls it. Within a function that would be a fault of ours."""
    return isinstance(error, MOVED) and error.position is not None and error.context is None
