"""One queue under test, in a process of its own: enqueues, works or is woken as told on the command line (JSON).

It needs asyncpg and uvloop alone, so that it also runs where only the peers are installed. Each queue's file makes
three functions of it: how to open, how to enqueue one job, how to work.
"""

import asyncio
import json
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import asyncpg
import uvloop

ENQUEUERS = 10  # connections
SLEEP_SECONDS = 0.25
SCRIPT = "select n, token, student, assignment, content from bench.script order by n limit $1"
FINISH = "select bench.finish($1::uuid, $2::uuid, $3::text, 7)"


@dataclass(frozen=True, slots=True)
class Orders:
    """What to do. `real`: whole gradings, with rules and final writes; else jobs that do nothing."""

    url: str
    task: str  # install, enqueue, wake, drain or sleep
    real: bool
    jobs: int
    concurrency: int = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One hand-in."""

    n: int
    token: bytes
    student: str
    assignment: str
    content: str


Hook = Callable[[], Awaitable[None]]


class Queue(ABC):
    """A queue under test. `work` calls the hook as each job begins, and returns when it is cancelled."""

    def __init__(self, orders: Orders) -> None:
        self.orders = orders

    async def install(self) -> None:
        """Makes the queue's own tables; assay's and the bare loop's are there already."""
        return

    @abstractmethod
    async def open(self) -> None: ...

    @abstractmethod
    async def enqueue(self, item: Item) -> None: ...

    @abstractmethod
    async def work(self, hook: Hook) -> None: ...


def main(kind: Callable[[Orders], Queue]) -> None:
    """Runs the orders; prints one line of JSON."""
    orders = Orders(**json.loads(sys.argv[1]))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(
            {"install": install, "enqueue": enqueue, "wake": wake, "drain": drain, "sleep": sleep}[orders.task](
                kind(orders)
            )
        )


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


async def script(orders: Orders) -> list[Item]:
    connection = await asyncpg.connect(orders.url)
    rows = await connection.fetch(SCRIPT, orders.jobs)
    await connection.close()
    return [Item(row[0], row[1], str(row[2]), str(row[3]), row[4]) for row in rows]


async def install(queue: Queue) -> None:
    """Makes the queue's own tables."""
    await queue.install()
    say(installed=True)


async def enqueue(queue: Queue) -> None:
    """Jobs a second, from ten connections."""
    items = iter(await script(queue.orders))
    await queue.open()

    async def one_connection() -> None:
        for item in items:
            await queue.enqueue(item)

    began = time.monotonic()
    await asyncio.gather(*(one_connection() for _ in range(ENQUEUERS)))
    say(rate=queue.orders.jobs / (time.monotonic() - began))


async def wake(queue: Queue) -> None:
    """Milliseconds from handing in to the beginning of the work, on an idle worker, each time."""
    begun = asyncio.Event()

    async def hook() -> None:
        begun.set()

    items = await script(queue.orders)
    await queue.open()
    working = asyncio.create_task(queue.work(hook))
    await asyncio.sleep(1.5)
    seen = []
    for item in items:
        begun.clear()
        began = time.monotonic()
        await queue.enqueue(item)
        await begun.wait()
        seen.append(1000 * (time.monotonic() - began))
        await asyncio.sleep(0.015 + 0.001 * (item.n % 10))
    say(milliseconds=seen[len(seen) // 10 :])  # the first ones fill caches
    working.cancel()


async def drain(queue: Queue) -> None:
    """Works until it is killed."""

    async def hook() -> None:
        pass

    await queue.open()
    say(working=time.time())
    await queue.work(hook)


async def sleep(queue: Queue) -> None:
    """Works until it is killed, a quarter of a second per job; says when the first one began."""
    begun: list[float] = []
    ended = 0

    async def hook() -> None:
        nonlocal ended
        begun.append(time.time())
        if len(begun) == 1:
            say(working=begun[0])
        await asyncio.sleep(SLEEP_SECONDS)
        ended += 1
        if ended == queue.orders.jobs:
            say(worked=time.time())

    await queue.open()
    await queue.work(hook)
