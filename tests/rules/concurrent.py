"""Several connections at once, and what became of what they tried."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg

from tests.rules.rows import Sql, rule_of

TRY_AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)  # what app.db.database repeats

Pool = list[Sql]


@asynccontextmanager
async def connections(url: str, count: int) -> AsyncIterator[Pool]:
    """So many connections as the application has them."""
    async with AsyncExitStack() as stack:
        opened = []
        for _ in range(count):
            connection = await asyncpg.connect(url, server_settings={"deadlock_timeout": "50ms"})
            stack.push_async_callback(connection.close)
            opened.append(connection)
        yield opened


async def outcomes(tries: Iterable[Awaitable[Any]]) -> Counter[str | None]:
    """How often all of them, started at once, were done ('done') or refused, by which rule."""
    results = await asyncio.gather(*tries, return_exceptions=True)
    said: Counter[str | None] = Counter()
    for result in results:
        if isinstance(result, asyncpg.PostgresError):
            said[rule_of(result) or type(result).__name__] += 1
        elif isinstance(result, BaseException):
            raise result
        else:
            said["done"] += 1
    return said
