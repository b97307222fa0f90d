"""One listening connection per process: notifications become callbacks, and news of jobs wakes who waits for them."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import asyncpg

from app.db.database import UNREACHABLE, Unavailable, connect

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
SECONDS = 5.0  # to connect, or to answer
CHECK_SECONDS = 15.0  # a connection that died without a word is found this soon
REMEMBER_SECONDS = 60.0
UNFINISHED = frozenset({"queued", "running"})


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
            except (asyncpg.PostgresError, Unavailable, *UNREACHABLE) as trouble:
                log.warning("listener: connection lost or refused (%s)", type(trouble).__name__)
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


class JobNews:
    """Who waits for which job. Waiting holds no database connection."""

    def __init__(self) -> None:
        self.connected = False
        self.closing = False
        self.gaps = 0
        self._waiting: dict[str, set[tuple[asyncio.Event, bool]]] = {}
        self._ended: dict[str, float] = {}

    def heard(self, payload: str) -> None:
        """A notification of channel assay_job: `<job id> <status>`."""
        job, _, status = payload.partition(" ")
        ended = status not in UNFINISHED
        if ended:
            self._remember(job)
        for event, only_end in self._waiting.get(job, ()):
            if ended or not only_end:
                event.set()

    def _remember(self, job: str) -> None:
        now = time.monotonic()
        self._ended[job] = now
        while self._ended:
            oldest = next(iter(self._ended))
            if self._ended[oldest] > now - REMEMBER_SECONDS:
                break
            del self._ended[oldest]

    def gap(self, connected: bool) -> None:
        """The listener was lost or is back: whoever waits looks again, since a notification may have been missed."""
        self.connected = connected
        self.gaps += 1
        self._wake()

    def close(self) -> None:
        """The process stops: whoever waits answers with what there is."""
        self.closing = True
        self._wake()

    def _wake(self) -> None:
        for waiting in self._waiting.values():
            for event, _ in waiting:
                event.set()

    @contextmanager
    def watch(self, job: str, *, since: int, only_end: bool) -> Iterator[asyncio.Event]:
        """An event that is set when the job changes (`only_end`: when it ends).

        `since` is `gaps` from before the statement that made or read the job: when the listener was away meanwhile,
        or the job has ended already, the event is set at once and the caller looks for itself.
        """
        event = asyncio.Event()
        waiting = self._waiting.setdefault(job, set())
        waiting.add((event, only_end))
        if self.gaps != since or job in self._ended or self.closing:
            event.set()
        try:
            yield event
        finally:
            waiting.discard((event, only_end))
            if not waiting and self._waiting.get(job) is waiting:
                del self._waiting[job]

    async def pause(self, event: asyncio.Event, seconds: float) -> bool:
        """Until the event is set (true) or `seconds` are over; without a listener a second, then look for yourself."""
        try:
            async with asyncio.timeout(seconds if self.connected else min(seconds, 1.0)):
                await event.wait()
        except TimeoutError:
            return False
        return True
