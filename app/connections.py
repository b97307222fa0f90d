"""A ceiling on connections: of what comes beyond it each request is answered with 503, and its connection ends.

uvicorn's `limit_concurrency` answers requests so, and closes no connection on which none comes: whoever opens many and
says nothing takes every descriptor. So the ceiling stands where connections begin, around uvicorn's protocol.
"""

import asyncio
import logging
import time
from typing import Any
from uuid import uuid4

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.web.errors import ApiError
from app.web.middleware import POLICY, SECURITY

MOST_REFUSED = 64  # of those that wait to be answered with 503; for one more the oldest ends
REFUSED_SECONDS = 5.0  # after which one ends on which no request came
REPEAT_SECONDS = 60.0

log = logging.getLogger(__name__)


class Places:
    """How many connections there are, of at most so many."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = self.begun = 0
        self.refused: dict[RejectedConnection, None] = {}  # in the order in which they came
        self._said_at = -REPEAT_SECONDS

    def take(self) -> bool:
        """Whether there is one more, for a connection that begins with the next turn of the event loop.

        Many may begin in one turn, before any of them is made.
        """
        if self.taken + self.begun >= self.most:
            self._say()
            return False
        self.begun += 1
        asyncio.get_running_loop().call_soon(self._made)
        return True

    def _made(self) -> None:
        self.begun -= 1

    def _say(self) -> None:
        now = time.monotonic()
        if now - self._said_at >= REPEAT_SECONDS:
            self._said_at = now
            log.warning("%d connections are open, and no more may be: others are answered with 503", self.most)


class Connection(asyncio.Protocol):
    """uvicorn's protocol, made with uvicorn's own arguments, or `RejectedConnection` where no place is left."""

    def __init__(self, places: Places, **arguments: Any) -> None:
        self.places = places
        self.taken = places.take()
        self.protocol: asyncio.Protocol = HttpToolsProtocol(**arguments) if self.taken else RejectedConnection(places)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.places.taken += self.taken
        self.protocol.connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.places.taken -= self.taken
        self.protocol.connection_lost(error)

    def data_received(self, data: bytes) -> None:
        self.protocol.data_received(data)

    def eof_received(self) -> bool | None:
        return self.protocol.eof_received()

    def pause_writing(self) -> None:
        self.protocol.pause_writing()

    def resume_writing(self) -> None:
        self.protocol.resume_writing()


class RejectedConnection(asyncio.Protocol):
    """Answers what comes first with 503, so that its client reads that; ends by itself when nothing comes."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def connection_made(self, transport: Any) -> None:  # uvloop's transports are no asyncio.Transport by name
        self.transport = transport
        self.places.refused[self] = None
        self.end = asyncio.get_running_loop().call_later(REFUSED_SECONDS, transport.abort)
        if len(self.places.refused) > MOST_REFUSED:
            oldest = next(iter(self.places.refused))
            del self.places.refused[oldest]
            oldest.transport.abort()

    def data_received(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(overloaded())
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.places.refused.pop(self, None)
        self.end.cancel()


def overloaded() -> bytes:
    """The whole response."""
    request_id = str(uuid4())
    response = ApiError("overloaded").response(request_id)
    beside = ((b"x-request-id", request_id.encode()), (b"connection", b"close"))
    headers = (*response.raw_headers, *SECURITY, POLICY, *beside)
    head = b"".join(b"%b: %b\r\n" % header for header in headers)
    return b"HTTP/1.1 503 Service Unavailable\r\n%b\r\n%b" % (head, bytes(response.body))
