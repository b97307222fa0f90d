"""Reads on a streaming replica, of those who would see there what they see on the primary.

A session is always asked of the primary: one that has ended there is dead, however far the replica lags. The same
answer says up to where in the primary's log the person has written; the replica is asked only when it has replayed
that much, so that nobody reads their own change stale, in whichever process it was made. And it is asked only while
it was seen a moment ago, no further behind than it may be. Why so: decision 15 in docs/decisions.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from time import monotonic
from typing import Any

import asyncpg

from app.db.connection import UNREACHABLE, Unavailable
from app.db.pool import Pool
from app.db.queries import Query
from app.db.sentences import said
from app.metrics import replica_asked, replica_lag

CHECK_SECONDS = 0.4  # between two looks, or less where it may lag by less
ANSWER_SECONDS = 2.0  # for one look
WARNING_SECONDS = 60.0  # it is not said again before that it is not asked, unless it was in between
SAMPLES = 200

log = logging.getLogger(__name__)


class Replica:
    """`rows` answers None when the primary has to. `watch` looks how far the replica is, on connections of its own, so
    that full pools are no lag."""

    def __init__(self, pool: Pool, watched: Pool, primary: Pool, position: Query, end: Query, max_lag: float) -> None:
        """`position` is asked on `watched`, a connection to the replica, and `end` on one to the `primary`."""
        self.pool, self.watched, self.primary = pool, watched, primary
        self.position, self.end, self.max_lag = position, end, max_lag
        self.unnoted = 0  # writes that no other process can know of yet
        self.lag: float | None = None  # seconds, when last looked; None: nobody knows
        self._looked_at = 0.0
        self._replayed = 0  # bytes of the primary's log, when last asked
        self._ends: deque[tuple[float, int]] = deque(maxlen=SAMPLES)  # when the primary's log ended where
        self._asked, self._warned_at = True, -WARNING_SECONDS

    @property
    def usable(self) -> bool:
        """Whether it certainly lags by no more than it may, even if it has replayed nothing since the last look."""
        if self.lag is None or self.unnoted:
            return False
        return self.lag + monotonic() - self._looked_at <= self.max_lag

    @property
    def told(self) -> str:
        """What /ready says of it."""
        if self.lag is None:
            return "not asked: it does not answer"
        behind = f"{self.lag:.1f} s behind"
        return f"asked, {behind}" if self.usable else f"not asked: {behind}"

    async def rows(self, query: Query, arguments: Sequence[Any], written: int) -> list[asyncpg.Record] | None:
        """`written`: the position in the primary's log that it must have replayed. Its refusals are not believed: it
        may lag behind a login."""
        if not self.usable:
            return None
        try:
            if written > self._replayed:
                self._replayed = (await self.pool.fetch(self.position.sql))[0]["replayed"]
            return await self.pool.fetch(query.sql, *arguments) if written <= self._replayed else None
        except (Unavailable, *UNREACHABLE):
            self.lag = None  # until the next look
        except asyncpg.PostgresError:
            pass
        return None

    async def watch(self) -> None:
        """Looks again and again. Ends when cancelled."""
        while True:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._look()
                why = f"it lags by {self.lag:.1f} s" if self.lag is not None and self.lag > self.max_lag else ""
            except (Unavailable, asyncpg.PostgresError, *UNREACHABLE) as error:
                self.lag, self._replayed = None, 0
                why = f"it does not answer: {said(error)}"
            self._tell(why)
            self._measure()
            await asyncio.sleep(min(CHECK_SECONDS, self.max_lag / 2))

    async def _look(self) -> None:
        (end,) = await self.primary.fetch(self.end.sql)
        now = monotonic()
        (position,) = await self.watched.fetch(self.position.sql)
        if end["flushed"] is None:
            raise Unavailable("NoPrimary")
        self._ends.append((now, end["flushed"]))
        self._replayed = position["replayed"]
        self.lag, self._looked_at = self._behind(end["told_at"], position["committed_at"]), now

    def _behind(self, told_at: Any, committed_at: Any) -> float:
        """At most so many seconds of the primary's changes are missing: by where its log ended when, or by when the
        last transaction was committed that has been replayed."""
        now, flushed = self._ends[-1]
        if self._replayed >= flushed:
            return 0.0
        seen = (now - when for when, place in reversed(self._ends) if place <= self._replayed)
        by_clock = (told_at - committed_at).total_seconds() if committed_at else float("inf")
        return min(next(seen, float("inf")), max(by_clock, 0.0))

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
