"""Pools of connections: one statement at a time, each as the role its process acts as, with bounded waiting."""

import asyncio
import contextlib
import logging
import random
from collections import deque
from collections.abc import Sequence
from time import monotonic
from typing import Any, Self, TypeAlias

import asyncpg

from app.db.queries import Query

log = logging.getLogger(__name__)

# Reads compute from beginning to end: with ten at once on two cores some waited a second for their turn. Writes wait
# for the disk: more of them at once share a flush. Neither waits for the other.
READERS, WRITERS = 6, 10
ACQUIRE_SECONDS = 5.0
STATEMENT_SECONDS = 30.0  # Postgres ends a statement then
SILENCE_SECONDS = 5.0  # so much later its connection is given up, whatever became of the server
MOST_WAITING = 500  # who comes when so many wait for a connection is sent away at once
TRIES = 4  # the first, and three more after a deadlock or a serialization failure
PAUSE_SECONDS = 0.02
REPLICA_RETRY_SECONDS = 10.0  # a replica that did not answer is not asked before
REPLICA_WARNING_SECONDS = 60.0  # nor is it said again before, unless it answered in between

# random_page_cost: rows that requests ask for are in memory or on an SSD, so an index is worth its detours.
# Isolation: the rules look for what others have committed meanwhile, whatever the database's default is.
SESSION = {
    "timezone": "UTC", "jit": "off", "random_page_cost": "1.1",
    "default_transaction_isolation": "read committed",
}  # fmt: skip

# The role does not exist here, or the login is not its member.
ROLE_REFUSED = (asyncpg.InvalidParameterValueError, asyncpg.UndefinedObjectError, asyncpg.InsufficientPrivilegeError)
TRY_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
# What a lost, full, starting, stopping or failed-over server looks like (InternalClientError: asyncpg issue 1069).
UNREACHABLE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)


# What one who waits is given: a connection, or None for a place to open one.
Offer: TypeAlias = "asyncio.Future[asyncpg.Connection | None]"


class Unavailable(Exception):
    """The database did not answer in time, or not at all; `cause` is the class of what was seen."""

    def __init__(self, cause: str, sentence: str | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.sentence = sentence or f"The database does not answer ({cause})."


async def connect(url: str, role: str, name: str, seconds: float, **settings: str) -> asyncpg.Connection:
    """A connection that acts as `role`, or none: a pooler may drop the parameter that asks for it, and the session
    would have the login's own rights. Raises Unavailable with a sentence where the role cannot be had, else as asyncpg.
    """
    try:
        connection = await asyncpg.connect(
            url,
            timeout=seconds,
            max_cached_statement_lifetime=0,
            server_settings={**SESSION, "role": role, "application_name": name, **settings},
        )
    except ROLE_REFUSED as error:
        raise Unavailable(
            type(error).__name__, f"The database does not let its login act as {role}: run `assay migrate` first."
        ) from None
    try:
        actual = await connection.fetchval("select current_user", timeout=seconds)
        if actual == role:
            return connection
    except BaseException:
        connection.terminate()
        raise
    connection.terminate()
    log.error("a connection acts as %s instead of %s: let the pooler pass on the parameter role", actual, role)
    raise Unavailable(
        "WrongRole", f"The connection acts as {actual} instead of {role}: let the pooler pass on the parameter role."
    )


class Pool:
    """Up to `size` connections, opened when they are needed; the last one used is the next one used.

    asyncpg's own pool costs 17 microseconds of CPU more for each statement (a proxy object, and a task for each
    release); it can keep its promises to statements that leave something behind, which ours do not: a connection
    whose statement ended in anything but an answer or an error of Postgres is thrown away. Nor is there a timer for
    each statement: Postgres ends what takes too long, and one clock looks after servers that say nothing at all.
    """

    def __init__(self, url: str, size: int, name: str, role: str) -> None:
        self.url, self.size, self.name, self.role = url, size, name, role
        self.wait_seconds, self.most_waiting = ACQUIRE_SECONDS, MOST_WAITING
        self.statement_seconds, self.silence_seconds = STATEMENT_SECONDS, SILENCE_SECONDS
        self._all: set[asyncpg.Connection] = set()
        self._idle: list[asyncpg.Connection] = []
        self._places = size  # connections that may still be opened
        self._waiting: deque[tuple[Offer, float]] = deque()
        self._clock: asyncio.TimerHandle | None = None
        self._running: dict[asyncpg.Connection, float] = {}  # since when, the longest first
        self._silent: set[asyncpg.Connection] = set()
        self._watch: asyncio.TimerHandle | None = None

    async def fetch(self, query: Query, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        """One statement. TimeoutError when no connection is free for `wait_seconds`, or none answers in time."""
        connection = await self._take()
        intact = False
        self._running[connection] = monotonic()
        if self._watch is None:
            self._look_after(asyncio.get_running_loop())
        try:
            rows = await connection.fetch(query.sql, *arguments)
            intact = True
        except (asyncpg.PostgresError, asyncpg.DataError) as trouble:
            intact = True
            if isinstance(trouble, asyncpg.QueryCanceledError) or connection in self._silent:
                raise TimeoutError from None
            raise
        finally:
            del self._running[connection]
            self._give(connection, intact)
        return rows

    def _look_after(self, loop: asyncio.AbstractEventLoop) -> None:
        """Gives up connections on which nothing is heard. One clock for all: they end in the order of beginning."""
        self._watch = None
        for connection, since in self._running.items():
            left = since + self.statement_seconds + self.silence_seconds - monotonic()
            if left > 0:
                self._watch = loop.call_later(left, self._look_after, loop)
                return
            self._silent.add(connection)
            connection.terminate()

    async def _take(self) -> asyncpg.Connection:
        while True:
            while self._idle:
                connection = self._idle.pop()
                if not connection.is_closed():
                    return connection
                self._discard(connection)
            if self._places:
                return await self._connect()
            offered = await self._wait()
            if offered is not None:
                return offered

    async def _connect(self) -> asyncpg.Connection:
        self._places -= 1
        connection = None
        try:
            connection = await connect(
                self.url,
                self.role,
                self.name,
                ACQUIRE_SECONDS,
                statement_timeout=f"{self.statement_seconds * 1000:.0f}",
            )
            self._all.add(connection)
            # JSON is bytes on its way from Postgres to the socket.
            await connection.set_type_codec(
                "json", schema="pg_catalog", encoder=str.encode, decoder=bytes, format="binary"
            )
            return connection
        finally:
            if connection is None:
                self._places += 1
                self._offer(None)

    async def _wait(self) -> asyncpg.Connection | None:
        """A connection, or None when there is a place to open one. TimeoutError, at once when too many wait already."""
        if len(self._waiting) >= self.most_waiting:
            raise TimeoutError
        loop = asyncio.get_running_loop()
        offer: Offer = loop.create_future()
        ends = loop.time() + self.wait_seconds
        self._waiting.append((offer, ends))
        if self._clock is None:
            self._clock = loop.call_at(ends, self._give_up, loop)
        try:
            return await offer
        except asyncio.CancelledError:
            if offer.done() and not offer.cancelled() and offer.exception() is None:
                self._offer(offer.result())
            raise

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """Sends away who has waited to the end. One clock for all: they wait in the order in which they end."""
        self._clock = None
        while self._waiting:
            offer, ends = self._waiting[0]
            if not offer.done() and ends > loop.time():
                self._clock = loop.call_at(ends, self._give_up, loop)
                return
            self._waiting.popleft()
            if not offer.done():
                offer.set_exception(TimeoutError())

    def _give(self, connection: asyncpg.Connection, intact: bool) -> None:
        if intact and not connection.is_closed():
            self._offer(connection)
        else:
            self._discard(connection)
            self._offer(None)

    def _offer(self, connection: asyncpg.Connection | None) -> None:
        """To the one who has waited longest, else to nobody in particular."""
        while self._waiting:
            offer, _ = self._waiting.popleft()
            if not offer.done():
                offer.set_result(connection)
                return
        if connection is not None:
            self._idle.append(connection)

    def _discard(self, connection: asyncpg.Connection) -> None:
        self._all.discard(connection)
        self._silent.discard(connection)
        self._places += 1
        connection.terminate()

    async def close(self) -> None:
        """Say goodbye on idle connections, cut the others."""
        for connection in self._idle:
            with contextlib.suppress(*UNREACHABLE):
                await connection.close(timeout=1)
        for connection in self._all:
            connection.terminate()


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
    ) -> None:
        """`size`: of one pool for reads and writes. `role`: what its connections act as."""
        self.writes = Pool(url, size or WRITERS, name, role)
        self.reads = self.writes if size else Pool(url, READERS, name, role)
        self.replica = Pool(replica, size or READERS, name, role) if replica else None
        self.retry_seconds = REPLICA_RETRY_SECONDS
        self._retry_at = 0.0  # when the replica is asked again; 0: it answers
        self._warn_at = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for pool in (self.writes, self.reads, self.replica):
            if pool is not None:
                await pool.close()

    async def row(self, query: Query, arguments: Sequence[Any], *, read: bool = False) -> asyncpg.Record | None:
        """The first row of the answer. `read`: may go to the replica. Raises Unavailable or asyncpg.PostgresError."""
        rows = await self.rows(query, arguments, read=read)
        return rows[0] if rows else None

    async def rows(self, query: Query, arguments: Sequence[Any], *, read: bool = False) -> list[asyncpg.Record]:
        """All rows of the answer, as `row`.

        The replica's refusals are not believed (it may lag behind a login): the primary is asked again. A read whose
        connection had died in the pool is asked again; a write is not, since it may have been done.
        """
        if read and self.replica is not None:
            answer = await self._from_replica(self.replica, query, arguments)
            if answer is not None:
                return answer
        pool = self.reads if read else self.writes
        for attempt in range(1, TRIES + 1):
            try:
                return await pool.fetch(query, arguments)
            except asyncpg.DataError:
                raise
            except TRY_AGAIN:
                if attempt == TRIES:
                    raise
                await asyncio.sleep(random.uniform(0, PAUSE_SECONDS * 2**attempt))  # noqa: S311
            except UNREACHABLE as trouble:
                if not read or attempt == TRIES or isinstance(trouble, TimeoutError):
                    raise Unavailable(type(trouble).__name__) from None
        raise AssertionError("the last try returns or raises")

    async def _from_replica(self, replica: Pool, query: Query, arguments: Sequence[Any]) -> list[asyncpg.Record] | None:
        """Its rows; None when it refuses, does not answer, or did not a moment ago (one read then finds out)."""
        retrying = self._retry_at > 0
        if retrying:
            if monotonic() < self._retry_at:
                return None
            self._retry_at = monotonic() + self.retry_seconds
        answer = None
        try:
            answer = await replica.fetch(query, arguments)
        except UNREACHABLE as trouble:
            if retrying or not self._retry_at:  # else another read has said so
                self._replica_fails(type(trouble).__name__)
            return None
        except asyncpg.PostgresError:
            pass
        if retrying:
            self._retry_at = self._warn_at = 0.0
        return answer

    def _replica_fails(self, cause: str) -> None:
        now = monotonic()
        self._retry_at = now + self.retry_seconds
        if now >= self._warn_at:
            self._warn_at = now + REPLICA_WARNING_SECONDS
            log.warning("the replica does not answer (%s); reads go to the primary", cause)
