"""A pool of connections with the interface of asyncpg's, for statements that leave nothing behind.

A connection whose statement ended in anything but rows or an error of Postgres is thrown away. Postgres ends what takes
too long, app/db/silence.py what has lost its server. What it gains: docs/decisions/0007-a-pool-of-our-own.md.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from app.db.connection import UNPREPARED, Connection
from app.db.silence import Answers, SilenceWatch
from app.postgres_url import Host


class Pool:
    """Up to `size` connections, opened when they are needed; the last one used is the next one used."""

    wait_seconds = 5.0  # for a free connection
    max_waiting = 500  # who comes when so many wait is refused at once

    def __init__(self, connect: Callable[[], Awaitable[Connection]], size: int, answers: Answers) -> None:
        self._connect, self.size = connect, size
        self.silence = SilenceWatch(answers, self.drop)
        self._opened = 0  # or being opened
        self._all: set[Connection] = set()
        self._idle: list[Connection] = []
        self._waiting: deque[asyncio.Future[Connection | None]] = deque()  # None: may open one

    @property
    def in_use(self) -> int:
        """Connections that are not idle."""
        return self._opened - len(self._idle)

    @property
    def waiting(self) -> int:
        """Statements that wait for a connection."""
        return len(self._waiting)

    async def fetch(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """One statement. TimeoutError when no connection is free in time, or none answers in time."""
        rows = await self.fetch_if(None, sql, *arguments)
        assert rows is not None
        return rows

    async def fetch_if(
        self, fit: Callable[[Connection], Awaitable[bool]] | None, sql: str, *arguments: Any
    ) -> list[asyncpg.Record] | None:
        """As `fetch`, where the connection is `fit` for it, which may ask something on it; else None."""
        connection, intact = await self.acquire(), False
        self.silence.begin(connection)
        try:
            rows: list[asyncpg.Record] | None = None
            if fit is None or await fit(connection):
                rows = await connection.fetch(sql, *arguments)
            intact = True
        except (asyncpg.PostgresError, asyncpg.DataError) as error:
            intact = not isinstance(error, UNPREPARED)
            if isinstance(error, asyncpg.QueryCanceledError) or connection not in self.silence.running:
                raise TimeoutError from None
            raise
        finally:
            self.silence.end(connection)
            self.release(connection, intact=intact)
        return rows

    async def acquire(self) -> Connection:
        """A connection, to be given back by `release`. TimeoutError, at once when too many wait already."""
        while True:
            while self._idle:
                if not (connection := self._idle.pop()).is_closed():
                    return connection
                self._discard(connection)
            offered = await (self._open() if self._opened < self.size else self._wait())
            if offered is not None:
                return offered

    def release(self, connection: Connection, *, intact: bool = True) -> None:  # nothing is under way on it
        if not intact or connection.is_closed():
            self._discard(connection)
        self._offer(connection if connection in self._all else None)

    def drop(self, host: Host) -> None:
        """Its server is gone: what is idle there is not used any more."""
        for connection in [one for one in self._idle if one.host == host]:
            self._idle.remove(connection)
            self._discard(connection)

    def renew(self) -> None:
        """What is idle is closed: the next statement connects anew, perhaps to another host."""
        while self._idle:
            self._discard(self._idle.pop())

    async def close(self) -> None:
        """Says goodbye on idle connections, cuts the others."""
        self.silence.close()
        await asyncio.gather(*(connection.close(timeout=1) for connection in self._idle), return_exceptions=True)
        for connection in self._all:
            connection.terminate()

    async def _open(self) -> Connection:
        self._opened += 1
        try:
            connection = await self._connect()
        except BaseException:
            self._opened -= 1
            self._offer(None)
            raise
        self._all.add(connection)
        return connection

    async def _wait(self) -> Connection | None:
        if len(self._waiting) >= self.max_waiting:
            raise TimeoutError
        loop = asyncio.get_running_loop()
        offer: asyncio.Future[Connection | None] = loop.create_future()
        self._waiting.append(offer)
        timer = loop.call_later(self.wait_seconds, _give_up, offer)  # a tenth of what asyncio.timeout costs
        try:
            return await offer
        except BaseException:
            if offer.done() and not offer.cancelled() and offer.exception() is None:
                self._offer(offer.result())
            raise
        finally:
            timer.cancel()

    def _offer(self, connection: Connection | None) -> None:  # to the one who has waited longest
        while self._waiting:
            if not (offer := self._waiting.popleft()).done():
                offer.set_result(connection)
                return
        if connection is not None:
            self._idle.append(connection)

    def _discard(self, connection: Connection) -> None:
        self._all.discard(connection)
        self._opened -= 1
        connection.terminate()


def _give_up(offer: "asyncio.Future[Connection | None]") -> None:
    if not offer.done():
        offer.set_exception(TimeoutError())
