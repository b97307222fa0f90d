"""Reads on a streaming replica, of those who would see there what they see on the primary.

A session is always asked of the primary: one that has ended there is dead, however far the replica lags. The same
answer says up to where in the primary's log the person has written; the replica is asked only when it has replayed
that much, so that nobody reads their own change stale, in whichever process it was made.
"""

import logging
from collections.abc import Sequence
from time import monotonic
from typing import Any

import asyncpg

from app.db.connection import UNREACHABLE, Unavailable
from app.db.pool import Pool
from app.db.queries import Query

RETRY_SECONDS = 10.0  # a replica that did not answer is not asked before
WARNING_SECONDS = 60.0  # nor is it said again before, unless it answered in between

log = logging.getLogger(__name__)


class Replica:
    """`rows` answers None when the primary has to: it lags, refuses, does not answer, or did not a moment ago."""

    def __init__(self, pool: Pool, position: Query) -> None:
        self.pool, self.position = pool, position
        self.retry_seconds = RETRY_SECONDS
        self._retry_at = 0.0  # when it is asked again; 0: it answers
        self._warn_at = 0.0
        self._replayed = 0  # bytes of the primary's log, when last asked

    @property
    def silent(self) -> bool:
        """Whether it did not answer a moment ago, and is not asked yet."""
        return monotonic() < self._retry_at

    def leave_alone(self) -> None:
        """Not asked for `retry_seconds`: what has been written could not be noted."""
        self._retry_at = monotonic() + self.retry_seconds

    async def rows(self, query: Query, arguments: Sequence[Any], written: int) -> list[asyncpg.Record] | None:
        """`written`: the position in the primary's log that it must have replayed. Its refusals are not believed: it
        may lag behind a login."""
        if self.silent:
            return None
        retrying = self._retry_at > 0
        if retrying:
            self._retry_at = monotonic() + self.retry_seconds  # one read finds out
        try:
            if written > self._replayed:
                self._replayed = (await self.pool.fetch(self.position.sql))[0]["replayed"]
            rows = await self.pool.fetch(query.sql, *arguments) if written <= self._replayed else None
        except (Unavailable, *UNREACHABLE) as error:
            if retrying or not self._retry_at:  # else another read has said so
                self._fail(error.cause if isinstance(error, Unavailable) else type(error).__name__)
            return None
        except asyncpg.PostgresError:
            rows = None
        if retrying:
            self._retry_at = self._warn_at = 0.0
        return rows

    def _fail(self, cause: str) -> None:
        now = monotonic()
        self._retry_at, self._replayed = now + self.retry_seconds, 0
        if now >= self._warn_at:
            self._warn_at = now + WARNING_SECONDS
            log.warning("the replica does not answer (%s); reads go to the primary", cause)
