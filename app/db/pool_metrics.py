"""How busy the pools of this process are: looked at now and then, so that a statement costs nothing more."""

import asyncio
from collections import Counter
from weakref import WeakKeyDictionary

from app import metrics
from app.db.pool import Pool

SECONDS = 1.0

_watched: WeakKeyDictionary[Pool, str] = WeakKeyDictionary()
_shown: set[str] = set()


def watch(pool: Pool, name: str) -> None:
    """Show this pool under this name, as long as it lives."""
    _watched[pool] = name


def forget(pool: Pool) -> None:
    """It is closed: it will have no connections any more, though somebody may still hold it."""
    _watched.pop(pool, None)


def measure() -> None:
    """Set the gauges to what is so now; pools of one name are added up."""
    in_use, waiting, most = Counter[str](), Counter[str](), Counter[str]()
    for pool, name in _watched.items():
        in_use[name] += pool.in_use
        waiting[name] += pool.waiting
        most[name] += pool.size
    _shown.update(most)
    for name in _shown:
        metrics.POOL_IN_USE.labels(name).set(in_use[name])
        metrics.POOL_WAITING.labels(name).set(waiting[name])
        metrics.POOL_SIZE.labels(name).set(most[name])


async def measuring() -> None:
    """For the other processes that are asked for the metrics of all: every second, until it is cancelled."""
    while True:
        measure()
        await asyncio.sleep(SECONDS)
