"""A small HTTP/1.1 server on bare asyncio sockets, so that a response can also be cut, dripped, withheld or reset."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast

import httptools

MAX_BODY_BYTES = 32 * 1024 * 1024  # Anthropic's documented limit of one request
DRIP_SECONDS = 0.02
FLOOD_PIECE = b" " * 65_536
UNKNOWN_REASONS = {499: "Client Closed Request", 520: "Web Server Returned an Unknown Error", 529: "Site is overloaded"}


@dataclass(slots=True)
class Request:
    """One request as it came over the wire; header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: str = ""
    too_large: bool = False


@dataclass(slots=True)
class Response:
    """What is sent back, and how: `sending` names one of `SENDERS`, `delay` is in seconds."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    sending: str = "whole"
    delay: float = 0.0
    finished: Callable[[], None] | None = None


Handler = Callable[[Request], Response]


def reason(status: int) -> str:
    """The reason phrase of a status, also of those that only gateways use."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return UNKNOWN_REASONS.get(status, "Unknown")


def encoded(response: Response) -> tuple[bytes, bytes]:
    """Status line and headers, and the body, as bytes; 1xx, 204 and 304 have no body."""
    bodiless = response.status in (204, 304)
    body = b"" if bodiless else response.body
    lines = [f"HTTP/1.1 {response.status} {reason(response.status)}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if not bodiless:
        lines.append(f"content-length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace"), body


async def _whole(transport: asyncio.Transport, response: Response) -> None:
    head, body = encoded(response)
    transport.write(head + body)


async def _cut(transport: asyncio.Transport, response: Response) -> None:
    """Half of the body that content-length promised, then the connection ends."""
    head, body = encoded(response)
    transport.write(head + body[: len(body) // 2])
    transport.close()


async def _close(transport: asyncio.Transport, _response: Response) -> None:
    transport.close()


async def _reset(transport: asyncio.Transport, _response: Response) -> None:
    """The connection ends with a TCP reset."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _hang(_transport: asyncio.Transport, _response: Response) -> None:
    """Not one byte, until the client goes away."""
    await asyncio.Event().wait()


async def _stall(transport: asyncio.Transport, response: Response) -> None:
    """Headers and half of the body, then silence."""
    head, body = encoded(response)
    transport.write(head + body[: len(body) // 2])
    await asyncio.Event().wait()


async def _drip(transport: asyncio.Transport, response: Response) -> None:
    """The whole response, one byte every 20 ms after the headers."""
    head, body = encoded(response)
    transport.write(head)
    for position in range(len(body)):
        await asyncio.sleep(DRIP_SECONDS)
        transport.write(body[position : position + 1])


async def _flood(transport: asyncio.Transport, response: Response) -> None:
    """A body of blanks that goes on until the client goes away."""
    head = encoded(Response(response.status, headers=[*response.headers, ("connection", "close")]))[0]
    transport.write(head.replace(b"content-length: 0\r\n", b""))
    while True:
        if transport.get_write_buffer_size() < len(FLOOD_PIECE):
            transport.write(FLOOD_PIECE)
        await asyncio.sleep(0)


async def _not_http(transport: asyncio.Transport, _response: Response) -> None:
    """Bytes that are no HTTP response."""
    transport.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
    transport.close()


SENDERS: dict[str, Callable[[asyncio.Transport, Response], Awaitable[None]]] = {
    "whole": _whole,
    "cut": _cut,
    "close": _close,
    "reset": _reset,
    "hang": _hang,
    "stall": _stall,
    "drip": _drip,
    "not-http": _not_http,
    "flood": _flood,
}


class Connection(asyncio.Protocol):
    """One client's connection: parses requests, answers them one after the other."""

    def __init__(self, handler: Handler, connections: set["Connection"]) -> None:
        self._handler = handler
        self._connections = connections
        self._parser = httptools.HttpRequestParser(self)
        self._pending: deque[Request] = deque()
        self._task: asyncio.Task[None] | None = None
        self._begin()

    def _begin(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._chunks: list[bytes] = []
        self._length = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        if self._task is not None:
            self._task.cancel()

    def abort(self) -> None:
        """Ends the connection at once, whatever it is doing."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._transport.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            self._transport.close()

    # What httptools calls while it parses.

    def on_message_begin(self) -> None:
        self._begin()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        if self._headers.get("expect", "").lower() == "100-continue":
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._length += len(body)
        if self._length <= MAX_BODY_BYTES:
            self._chunks.append(body)

    def on_message_complete(self) -> None:
        method = self._parser.get_method().decode("latin-1")
        path, _, query = self._url.decode("latin-1").partition("?")
        too_large = self._length > MAX_BODY_BYTES
        body = b"" if too_large else b"".join(self._chunks)
        self._pending.append(Request(method, path, self._headers, body, query, too_large))
        if not self._parser.should_keep_alive():
            self._pending[-1].headers["connection"] = "close"
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._answer_pending())
            self._task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A handler that failed (its exception goes to the loop) or was cancelled leaves no client waiting."""
        if task.cancelled() or task.exception() is not None:
            self.abort()

    async def _answer_pending(self) -> None:
        while self._pending:
            request = self._pending.popleft()
            response = self._handler(request)
            try:
                if response.delay > 0:
                    await asyncio.sleep(response.delay)
                await SENDERS[response.sending](self._transport, response)
            finally:
                if response.finished is not None:
                    response.finished()
            if request.headers.get("connection") == "close":
                self._transport.close()


class Listener:
    """A listening socket and the connections it accepted, in the running loop."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._connections: set[Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listens and returns the port (useful when `port` was 0). Raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self._handler, self._connections), host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stops listening and ends every connection at once, also those that hang or drip."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self._connections):
            connection.abort()
        await self._server.wait_closed()
        await asyncio.sleep(0)  # lets connection_lost cancel the tasks that still wait
        self._server = None
