"""Opens what the API needs around its application, and closes it again in the right order."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from app.db.database import Database
from app.db.listener import Listener
from app.db.queries import Query, load
from app.mail import Mailer
from app.settings import Settings
from app.web.application import build
from app.web.openapi import text
from app.web.routes import ROUTES, Route
from app.web.state import KeyIntake, World

POLL_SECONDS = 30.0  # limits and sentences are read anew this often, should a notification be lost
TELL_SECONDS = 60.0
MAIL_SECONDS = 10.0  # letters under way at shutdown

log = logging.getLogger(__name__)


@asynccontextmanager
async def opened(
    url: str,
    settings: Settings,
    keys: KeyIntake,
    *,
    ai: Mapping[str, str] | None = None,
    schema: str | None = None,
    queries: Mapping[str, Query] | None = None,
    routes: Iterable[Route] = ROUTES,
) -> AsyncIterator[tuple[ASGIApp, World]]:
    """The application and its world, with pool and listener running. `queries` and
    `routes`: others than the shipped ones."""
    async with Database(url, settings.database_replica_url) as database:
        world = World(settings, queries or load(), database, Mailer(settings), keys, ai or {}, schema)
        world.document = text()
        changed = asyncio.Event()

        def gap(connected: bool) -> None:
            world.news.gap(connected)
            changed.set()

        channels = {"assay_job": world.news.heard, "assay_rate_limits": lambda _: changed.set()}
        listener = Listener(url, channels, gap)
        await world.learn()
        parts = (listener.run(), _keep_learning(world, changed), _keep_telling(world))
        tasks = [asyncio.create_task(part) for part in parts]
        try:
            yield build(world, routes), world
        finally:
            world.news.close()
            await world.mailer.drain(MAIL_SECONDS)
            for task in tasks:
                task.cancel()
            for task in tasks:
                with contextlib.suppress(asyncio.CancelledError):
                    await task


async def _keep_telling(world: World) -> None:
    """A log line about what was answered, every minute in which something was, and at the end."""
    try:
        while True:
            await asyncio.sleep(TELL_SECONDS)
            _tell(world)
    finally:
        _tell(world)


def _tell(world: World) -> None:
    if told := world.counters.told():
        log.info(told)


async def _keep_learning(world: World, changed: asyncio.Event) -> None:
    """Read the limits when they change, and every now and then."""
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await changed.wait()
        changed.clear()
        await world.learn()
        world.limiter.sweep()
