"""Who waits for which job: notifications wake them; waiting holds no database connection."""

import asyncio
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

REMEMBER_SECONDS = 60.0
AT_ONCE = 200  # of those who wait, so many a second look for themselves when notifications may have been missed
UNFINISHED = frozenset({"queued", "running"})


class JobUpdates:
    """`gaps` counts how often the listener was lost or came back."""

    def __init__(self) -> None:
        self.connected = False
        self.closing = False
        self.gaps = 0
        self._waiting: dict[str, set[tuple[asyncio.Event, bool]]] = {}
        self._ended: dict[str, float] = {}

    @property
    def waiting(self) -> int:
        """How many jobs are waited for."""
        return len(self._waiting)

    def on_notify(self, payload: str) -> None:
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

    def on_gap(self, connected: bool) -> None:
        """The listener was lost or is back: whoever waits looks again, since a notification may have been missed.

        In turns: a thousand who wait must not ask the database in the same moment.
        """
        self.connected = connected
        self.gaps += 1
        events = [event for waiting in self._waiting.values() for event, _ in waiting]
        random.shuffle(events)
        loop = asyncio.get_running_loop()
        for number, event in enumerate(events):
            loop.call_later(turn(number), event.set)

    def close(self) -> None:
        """The process stops: whoever waits answers with what there is."""
        self.closing = True
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

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Until the event is set (true) or `seconds` are over.

        Without a listener nobody will set it: then look for yourself, each time after a pause that grows with the
        number of those who do the same.
        """
        if not self.connected and not self.closing:
            others = turn(self.waiting)
            seconds = min(seconds, 1.0 + others + random.uniform(0, others + 0.5))  # noqa: S311
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        return True


def turn(number: int) -> float:
    """In how many seconds the so-manieth of many may look."""
    return number / AT_ONCE
