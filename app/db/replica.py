"""Reads on a streaming replica, of those who would see there what they see on the primary.

A session is always asked of the primary: one that has ended there is dead, however far the replica lags. The same
answer says up to where in the primary's log the person has written; the replica is asked only when it has replayed
that much, so that nobody reads their own change stale, in whichever process it was made. And it is asked only while
it was seen a moment ago, no further behind than it may be. Why so: decision 15 in docs/decisions.
"""

import asyncio
import logging
import math
from collections import deque
from collections.abc import Sequence
from functools import partial
from time import monotonic
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import asyncpg

from app.db.connection import UNREACHABLE, Connection, Unavailable
from app.db.pool import Pool
from app.db.queries import Query
from app.db.sentences import said
from app.metrics import replica_asked, replica_lag

CHECK_SECONDS = 0.4  # between two looks, or less where it may lag by less
ANSWER_SECONDS = 2.0  # for one look
WARNING_SECONDS = 60.0  # it is not said again before that it is not asked, unless it was in between
SAMPLES = 200
RENEW_SECONDS = 10.0  # between two new connections to what is no replica
SILENT = "does not answer"

log = logging.getLogger(__name__)


class NotOurs(Exception):
    """What answers is no replica of this database; in words that go on from "it"."""


class Position(NamedTuple):
    """How far a server was, when last asked."""

    replayed: int  # bytes of the primary's log
    lag: float  # seconds
    look: float  # at the primary, with which it was compared


class Replica:
    """`rows` answers None when the primary has to. `watch` looks how far the replica is, on connections of its own, so
    that full pools are no lag.

    One address may lead to several servers (a balancer, `load_balance_hosts`), and a server may be promoted: each
    connection is asked itself how far it is.
    """

    def __init__(self, pool: Pool, watched: Pool, primary: Pool, position: Query, end: Query, max_lag: float) -> None:
        """`position` is asked on `watched`, a connection to the replica, and `end` on one to the `primary`."""
        self.pool, self.watched, self.primary = pool, watched, primary
        self.position, self.end, self.max_lag = position, end, max_lag
        self.unnoted = 0  # writes that no other process can know of yet
        self.lag: float | None = None  # seconds, when last looked; None: nobody knows
        self._fault = SILENT
        self._looked_at = 0.0
        self._primary: asyncpg.Record | None = None  # what it said when last looked
        self._ends: deque[tuple[float, int]] = deque(maxlen=SAMPLES)  # when the primary's log ended where
        self._positions: WeakKeyDictionary[Connection, Position] = WeakKeyDictionary()
        self._asked, self._warned_at, self._renewed_at = True, -WARNING_SECONDS, -RENEW_SECONDS

    @property
    def usable(self) -> bool:
        """Whether it certainly lags by no more than it may, even if it has replayed nothing since the last look."""
        return self.lag is not None and not self.unnoted and self._is_near(self.lag, self._looked_at)

    def _is_near(self, lag: float, look: float) -> bool:
        return lag + monotonic() - look <= self.max_lag

    @property
    def told(self) -> str:
        """What /ready says of it."""
        if self.lag is None:
            return f"not asked: it {self._fault}"
        behind = f"{self.lag:.1f} s behind"
        return f"asked, {behind}" if self.usable else f"not asked: {behind}"

    async def rows(self, query: Query, arguments: Sequence[Any], written: int) -> list[asyncpg.Record] | None:
        """`written`: the position in the primary's log that it must have replayed. Its refusals are not believed: it
        may lag behind a login."""
        if not self.usable:
            return None
        try:
            return await self.pool.fetch_if(partial(self._has, written), query.sql, *arguments)
        except (Unavailable, *UNREACHABLE):
            self.lag, self._fault = None, SILENT  # until the next look
        except asyncpg.PostgresError:
            pass
        return None

    async def _has(self, written: int, connection: Connection) -> bool:
        """Whether the server behind a connection has replayed that much, and is near enough. It is asked again after
        each look at the primary."""
        known = self._positions.get(connection)
        if known is None or known.look != self._looked_at or known.replayed < written:
            (position,) = await connection.fetch(self.position.sql)
            try:
                known = self._compared(position)
            except NotOurs:
                connection.terminate()  # the next one may lead elsewhere
                return False
            self._positions[connection] = known
        return known.replayed >= written and self._is_near(known.lag, known.look)

    async def watch(self) -> None:
        """Looks again and again. Ends when cancelled."""
        while True:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._look()
                why = f"it lags by {self.lag:.1f} s" if self.lag is not None and self.lag > self.max_lag else ""
            except NotOurs as error:
                self.lag, self._fault = None, str(error)
                why = f"it {error}"
                self._renew()
            except (Unavailable, asyncpg.PostgresError, *UNREACHABLE) as error:
                self.lag, self._fault = None, SILENT
                why = f"it {SILENT}: {said(error)}"
            self._tell(why)
            self._measure()
            await asyncio.sleep(min(CHECK_SECONDS, self.max_lag / 2))

    def _renew(self) -> None:
        """Of several hosts another may be a replica."""
        if monotonic() - self._renewed_at >= RENEW_SECONDS:
            self._renewed_at = monotonic()
            self.watched.renew()
            self.pool.renew()

    async def _look(self) -> None:
        (end,) = await self.primary.fetch(self.end.sql)
        now = monotonic()
        (position,) = await self.watched.fetch(self.position.sql)
        if end["flushed"] is None:
            raise Unavailable("NoPrimary")
        self._ends.append((now, end["flushed"]))
        self._primary, self._looked_at = end, now
        self.lag = self._compared(position).lag

    def _compared(self, position: asyncpg.Record) -> Position:
        """How far behind the primary it is, as that was when last looked. Raises NotOurs.

        At most so many seconds of the primary's changes are missing: by where its log ended when, or by when the last
        transaction was committed that has been replayed.
        """
        assert self._primary is not None
        replayed, committed_at = position["replayed"], position["committed_at"]
        if replayed is None:
            raise NotOurs("is no replica, or none any more")
        if position["database"] != self._primary["database"]:
            raise NotOurs("is a replica of another database")
        now, flushed = self._ends[-1]
        if replayed >= flushed:
            return Position(replayed, 0.0, self._looked_at)
        seen = (now - when for when, place in reversed(self._ends) if place <= replayed)
        by_clock = (self._primary["told_at"] - committed_at).total_seconds() if committed_at else math.inf
        return Position(replayed, min(next(seen, math.inf), max(by_clock, 0.0)), self._looked_at)

    def _measure(self) -> None:
        """In /metrics: what was last seen."""
        replica_asked().set(self.usable)
        if self.lag is not None:
            replica_lag().set(self.lag)

    def _tell(self, why: str) -> None:
        """Says in the log when it is not asked any more, and when it is again."""
        if not why and not self._asked:
            log.info("the replica is asked again")
            self._asked, self._warned_at = True, -WARNING_SECONDS
        elif why:
            self._asked = False
            if monotonic() - self._warned_at >= WARNING_SECONDS:
                self._warned_at = monotonic()
                log.warning("the replica is not asked (%s); reads go to the primary", why)
