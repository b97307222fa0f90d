"""One listening connection per process: notifications become callbacks."""

import asyncio
import logging
import random
from collections.abc import Callable, Mapping

import asyncpg

from app.db.database import UNREACHABLE, Unavailable, connect

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
SECONDS = 5.0  # to connect, or to answer
CHECK_SECONDS = 15.0  # a connection that died without a word is found this soon


class Listener:
    """Runs for ever; `connected` says whether notifications arrive. After each (re)connection `on_gap` is called,
    since notifications may have been missed, and also when the connection is lost."""

    def __init__(self, url: str, channels: Mapping[str, Callable[[str], None]], on_gap: Callable[[bool], None]) -> None:
        self.url, self.channels, self.on_gap = url, channels, on_gap
        self.connected = False

    async def run(self) -> None:
        """Connect, listen, and again after a loss, with growing pauses and jitter. Ends when cancelled."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self._listen()
                pause = FIRST_PAUSE
            except (asyncpg.PostgresError, Unavailable, *UNREACHABLE) as error:
                cause = error.sentence if isinstance(error, Unavailable) else type(error).__name__
                log.warning("the listener's connection was lost or refused (%s)", cause)
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _listen(self) -> None:
        """Until the connection is lost."""
        connection = await connect(self.url, "assay_api", "assay listener", SECONDS)
        lost = asyncio.Event()
        try:
            connection.add_termination_listener(lambda *_: lost.set())
            for channel in self.channels:
                await connection.add_listener(channel, self._heard)
            self._now(connected=True)
            while not lost.is_set():
                try:
                    async with asyncio.timeout(CHECK_SECONDS):
                        await lost.wait()
                except TimeoutError:
                    await connection.execute("select", timeout=SECONDS)
        finally:
            self._now(connected=False)
            connection.terminate()

    def _now(self, *, connected: bool) -> None:
        if connected != self.connected:
            self.connected = connected
            self.on_gap(connected)

    def _heard(self, _connection: object, _pid: int, channel: str, payload: object) -> None:
        self.channels[channel](str(payload))
