"""The pool of the API: one statement at a time, as role assay_app, with bounded waiting."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any, Self

import asyncpg

from app.queries import Query

POOL_SIZE = 10
ACQUIRE_SECONDS = 5.0
STATEMENT_SECONDS = 30.0
TRIES = 4  # the first, and three more after a deadlock or a serialization failure
PAUSE_SECONDS = 0.02

# random_page_cost: rows that requests ask for are in memory or on an SSD, so an index is worth its detours.
SESSION = {"role": "assay_app", "timezone": "UTC", "jit": "off", "random_page_cost": "1.1"}

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


class Unavailable(Exception):
    """The database did not answer in time, or not at all; `cause` is the class of what was seen."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


async def keep_session(_: object) -> None:
    """Nothing to reset: the pool's statements leave no session state (saves a round trip a request)."""


class Database:
    """`async with Database(url) as database`: `row` and `rows` ask one statement each."""

    def __init__(self, url: str, replica: str | None = None, size: int = POOL_SIZE, name: str = "assay api") -> None:
        self.url, self.replica_url, self.size, self.name = url, replica, size, name
        self.acquire_seconds = ACQUIRE_SECONDS
        self._busy: dict[asyncpg.Pool, int] = {}

    async def __aenter__(self) -> Self:
        self.primary = await self._pool(self.url)
        self.replica = await self._pool(self.replica_url) if self.replica_url else None
        return self

    async def __aexit__(self, *_: object) -> None:
        for pool in self._busy:
            try:
                async with asyncio.timeout(ACQUIRE_SECONDS):
                    await pool.close()
            except UNREACHABLE:
                pool.terminate()

    async def _pool(self, url: str) -> asyncpg.Pool:
        """A pool that connects when it is first asked, so that the API starts before its database does."""
        pool = await asyncpg.create_pool(
            url,
            min_size=0,
            max_size=self.size,
            max_inactive_connection_lifetime=0,
            max_cached_statement_lifetime=0,
            timeout=ACQUIRE_SECONDS,
            command_timeout=STATEMENT_SECONDS,
            reset=keep_session,
            server_settings={**SESSION, "application_name": self.name},
        )
        self._busy[pool] = 0
        return pool

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
            try:
                return await self._ask(self.replica, query, arguments)
            except (asyncpg.PostgresError, *UNREACHABLE):
                pass
        for attempt in range(1, TRIES + 1):
            try:
                return await self._ask(self.primary, query, arguments)
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

    async def _ask(self, pool: asyncpg.Pool, query: Query, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        """One statement on one connection; a full pool is waited for at most ACQUIRE_SECONDS."""
        free = self._busy[pool] < self.size
        self._busy[pool] += 1
        try:
            connection = await (pool.acquire() if free else pool.acquire(timeout=self.acquire_seconds))
            try:
                return await connection.fetch(query.sql, *arguments)
            finally:
                await pool.release(connection)
        finally:
            self._busy[pool] -= 1
