"""Statements on which nothing is heard: slow, or asked of a server that is gone without a word.

TCP alone says so after minutes. When a statement has been silent for a few seconds, its host is asked on another
connection; one that does not answer is given up, with whatever waits for it, so that the next host may be tried.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from app.db.connection import Connection
from app.postgres_url import Host

Answers = Callable[[Connection], Awaitable[bool]]  # whether a connection's host does


class SilenceWatch:
    """One timer for all statements under way: they end in the order of beginning. Costs nothing while they answer."""

    suspect_seconds = 3.0  # of silence, then the host is asked; again after as many
    silence_seconds = 35.0  # Postgres ends a statement before: one without a word for so long has lost its server

    def __init__(self, answers: Answers, given_up: Callable[[Host], None]) -> None:
        """`given_up`: called with a host that does not answer."""
        self._answers, self._given_up = answers, given_up
        self.running: dict[Connection, float] = {}  # since when, the longest first
        self._asked: dict[Connection, float] = {}  # when their hosts were asked last
        self._timer: asyncio.TimerHandle | None = None
        self._asking: set[asyncio.Task[None]] = set()

    def begin(self, connection: Connection) -> None:
        """A statement is on its way."""
        self.running[connection] = monotonic()
        if self._timer is None:
            self._look()

    def end(self, connection: Connection) -> bool:
        """It has been answered, or was given up here (false)."""
        self._asked.pop(connection, None)
        return self.running.pop(connection, None) is not None

    def close(self) -> None:
        """Nothing is looked after any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for task in self._asking:
            task.cancel()

    def _look(self) -> None:
        """Asks the hosts of those who are due, and comes back when the next one is."""
        self._timer, now = None, monotonic()
        for connection, since in list(self.running.items()):
            if since + self.silence_seconds <= now:
                self.end(connection)
                connection.terminate()
        due: dict[Host, Connection] = {}
        for connection, since in self.running.items():
            if self._asked.get(connection, since) + self.suspect_seconds <= now:
                due.setdefault(connection.host, connection)
                self._asked[connection] = now
        for connection in due.values():
            task = asyncio.create_task(self._ask(connection))
            self._asking.add(task)
            task.add_done_callback(self._asking.discard)
        if self.running:
            self._timer = asyncio.get_running_loop().call_later(max(self._next() - monotonic(), 0.0), self._look)

    def _next(self) -> float:
        seconds = min(self.suspect_seconds, self.silence_seconds)
        return min(self._asked.get(connection, since) + seconds for connection, since in self.running.items())

    async def _ask(self, suspect: Connection) -> None:
        if await self._answers(suspect):
            return
        for connection in [one for one in self.running if one.host == suspect.host]:
            self._asked.pop(connection, None)
            connection.terminate()
        self._given_up(suspect.host)
