"""EventSource as browsers do it (HTML standard, 9.2): what it reads and remembers, when it comes back and stops."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx2


class Event(NamedTuple):
    """What a listener gets."""

    kind: str
    data: str
    last_id: str


@dataclass
class EventSource:
    """`events()` of one address, over as many connections as it takes; a 204 or any error ends it for good.

    The time between two connections is noted and not spent.
    """

    client: httpx2.AsyncClient
    address: str
    retry: int = 3000  # milliseconds; a browser's own choice until the server says another
    last_id: str = ""
    statuses: list[int] = field(default_factory=list)  # of each connection
    sent_ids: list[str] = field(default_factory=list)  # Last-Event-ID of each connection

    async def events(self, drop_after: int = -1) -> AsyncIterator[Event]:
        """Each event, to the end. After the one of number `drop_after` the first connection is lost."""
        while True:
            headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
            headers |= {"Last-Event-ID": self.last_id} if self.last_id else {}
            self.sent_ids.append(self.last_id)
            async with self.client.stream("GET", self.address, headers=headers) as answer:
                self.statuses.append(answer.status_code)
                kind = answer.headers.get("content-type", "").partition(";")[0]
                if answer.status_code != 200 or kind != "text/event-stream":
                    return
                number = 0
                async for event in self._read(answer):
                    yield event
                    if len(self.statuses) == 1 and number == drop_after:
                        break
                    number += 1

    async def _read(self, answer: httpx2.Response) -> AsyncIterator[Event]:
        """The lines of one connection; an event that is not ended by an empty line is none."""
        kind, data, known_id = "", "", self.last_id
        async for line in answer.aiter_lines():
            if not line:
                self.last_id = known_id
                if data:
                    yield Event(kind or "message", data.removesuffix("\n"), known_id)
                kind = data = ""
                continue
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                kind = value
            elif name == "data":
                data += value + "\n"
            elif name == "id" and "\0" not in value:
                known_id = value
            elif name == "retry" and value.isascii() and value.isdigit():
                self.retry = int(value)
