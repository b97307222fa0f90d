"""Asking a database again that is away, read-only, or between two versions."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from app.db.database import TRY_AGAIN, OtherVersion, Unavailable
from app.db.sentences import said

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
SILENCE_SECONDS = 60.0
# The functions are of another version: a migration goes on, or this worker is too old.
OTHER_VERSION = (
    asyncpg.UndefinedFunctionError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.UndefinedObjectError,  # "type with OID 18432 does not exist": so did a type that it answers
    asyncpg.InvalidSchemaNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
    asyncpg.InternalServerError,  # "cache lookup failed": the function went while it was being called
)

T = TypeVar("T")
log = logging.getLogger(__name__)


class RetryPolicy:
    """Asks again and again, with backoff and jitter. One log line a minute while anything fails, and one when
    everything that failed has been answered: a database that only reads answers some queries all the time."""

    def __init__(self, first_pause: float = FIRST_PAUSE) -> None:
        self.first_pause = first_pause
        self._failing: set[str] = set()
        self._warned_at = -SILENCE_SECONDS
        self._was_away = False
        self.tried_at = time.monotonic()  # when the database was last asked anything

    async def __call__(self, name: str, ask: Callable[[], Awaitable[T]]) -> T:
        """What the query of this name answers in the end. Raises asyncpg.PostgresError."""
        pause = self.first_pause
        while True:
            self.tried_at = time.monotonic()
            try:
                answer = await ask()
            except (Unavailable, *TRY_AGAIN, *OTHER_VERSION) as error:
                self._failed(name, error)
            else:
                self._answered(name)
                return answer
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311
            pause = min(pause * 2, LONGEST_PAUSE)

    def _failed(self, name: str, error: Exception) -> None:
        self._failing.add(name)
        self._was_away = self._was_away or (isinstance(error, Unavailable) and not isinstance(error, OtherVersion))
        if time.monotonic() - self._warned_at >= SILENCE_SECONDS:
            self._warned_at = time.monotonic()
            cause = said(error)
            if isinstance(error, (OtherVersion, *OTHER_VERSION)):
                log.error("the database's functions are not those this worker knows (%s); it waits for them", cause)
            else:
                log.warning("the database is away or only reads (%s); the worker waits for it", cause)

    def _answered(self, name: str) -> None:
        if not self._failing:
            return
        self._failing.discard(name)
        if not self._failing and self._was_away:
            self._was_away = False
            log.info("the database answers again")
