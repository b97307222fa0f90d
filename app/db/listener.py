"""One listening connection per process: notifications become callbacks."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from time import monotonic
from uuid import uuid4

import asyncpg

from app.db.connection import UNREACHABLE, Connection, Unavailable, connect
from app.db.queries import shipped_queries
from app.db.sentences import said

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
ANSWER_SECONDS = 4.0
CHECK_SECONDS = 4.0  # a connection that died without a word is found this soon, and its silence
STUCK_SECONDS = 60.0  # no step of it takes so long
DEAF = "Notifications do not arrive through this pooler: let DATABASE_LISTEN_URL name the server itself."


async def require_hearing(connection: Connection, url: str, role: str) -> None:
    """A transaction pooler takes LISTEN and gives the session that listens to others: no notification comes. So where
    a pooler stands between, one is sent over another connection, and must arrive. Raises Unavailable."""
    if connection.backend is not None:
        return
    heard, channel = asyncio.Event(), f"assay_check_{uuid4().hex}"

    def hear(*_: object) -> None:
        heard.set()

    await connection.add_listener(channel, hear)
    another = await connect(url, role, "assay listener check")
    try:
        await another.execute(f"notify {channel}", timeout=ANSWER_SECONDS)
        async with asyncio.timeout(ANSWER_SECONDS):
            await heard.wait()
    except TimeoutError:
        raise Unavailable("DATABASE_LISTEN_URL is not the server itself", DEAF) from None
    finally:
        another.terminate()
    await connection.remove_listener(channel, hear)


class Listener:
    """Runs for ever; `connected` says whether notifications arrive. After each (re)connection `on_gap` is called,
    since notifications may have been missed, and also when the connection is lost."""

    def __init__(
        self,
        url: str,
        channels: Mapping[str, Callable[[str], None]],
        on_gap: Callable[[bool], None],
        name: str = "assay listener",
    ) -> None:
        self.url, self.channels, self.on_gap, self.name = url, channels, on_gap, name
        self.connected = False
        self.stepped_at = monotonic()

    def alive(self) -> bool:
        """Whether it is at work, be the database there or not."""
        return monotonic() - self.stepped_at < STUCK_SECONDS

    async def run(self) -> None:
        """Connect, listen, and again after a loss, with growing pauses and jitter. Ends when cancelled."""
        pause = FIRST_PAUSE
        while True:
            self.stepped_at = monotonic()
            try:
                await self._listen()
                pause = FIRST_PAUSE
            except (asyncpg.PostgresError, Unavailable, *UNREACHABLE) as error:
                cause = error.sentence if isinstance(error, Unavailable) else said(error)
                log.warning("the listener's connection was lost or refused (%s)", cause)
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _listen(self) -> None:
        """Until the connection is lost."""
        connection = await connect(self.url, "assay_api", self.name)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda *_: lost.set())
            for channel in self.channels:
                await connection.add_listener(channel, self._heard)
            await require_hearing(connection, self.url, "assay_api")
            self._now(connected=True)
            while not lost.is_set():
                try:
                    async with asyncio.timeout(CHECK_SECONDS):
                        await lost.wait()
                except TimeoutError:
                    self.stepped_at = monotonic()
                    await self._check(connection)
        finally:
            self._now(connected=False)
            connection.terminate()

    async def _check(self, connection: Connection) -> None:
        """Whether the session still listens; a pooler may have put another one in its place."""
        channels = await connection.fetchval(shipped_queries()["server/list_channels"].sql, timeout=ANSWER_SECONDS)
        if not self.channels.keys() <= set(channels):
            raise Unavailable("DATABASE_LISTEN_URL is not the server itself", DEAF)

    def _now(self, *, connected: bool) -> None:
        if connected != self.connected:
            self.connected = connected
            self.on_gap(connected)

    def _heard(self, _connection: object, _pid: int, channel: str, payload: object) -> None:
        self.channels[channel](str(payload))
