"""uvicorn's HTTP protocol as assay uses it: an answer leaves in one piece; what is not HTTP gets the one envelope."""

import logging
from asyncio import TimerHandle, Transport
from collections.abc import Awaitable
from typing import Any
from uuid import uuid4

from httptools import HttpParserError, HttpParserUpgrade
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app.web.application import ALWAYS, POLICY
from app.web.errors import CODES, Header, Refusal

log = logging.getLogger(__name__)

HEAD_BYTES = 65_536  # of a request line and its headers together
NOT_HTTP = CODES["malformed_request"][1]
TOO_LONG = f"The head of the request is larger than {HEAD_BYTES} bytes."


class Cycle(RequestResponseCycle):
    """Keeps the head of an answer until its body comes: one system call instead of two, one look at all headers."""

    start: Any = None

    async def send(self, message: Any) -> None:
        start = self.start
        if message["type"] == "http.response.start" and start is None and not self.response_started:
            self.start = message
            return
        self.start = None
        if start is None or message.get("more_body") or not self._whole(start, message.get("body", b"")):
            if start is not None:
                await super().send(start)
            await super().send(message)

    def _whole(self, start: Any, body: bytes) -> bool:
        """Write a whole answer. False, and nothing is written, when uvicorn has to look at it."""
        if self.flow.write_paused or self.disconnected:
            return False
        headers, known = [*self.default_headers, *start["headers"]], False  # by default: the date
        lines = [STATUS_LINE[start["status"]]]
        for name, value in headers:
            if name == b"content-length":
                known = True
            elif name == b"connection":
                return False
            lines += (name, b": ", value, b"\r\n")
        if not known and start["status"] != 204:
            return False
        if not self.keep_alive:
            lines.append(b"connection: close\r\n")
        lines.append(b"\r\n")
        head = b"".join(lines)
        if head.count(b"\n") != len(headers) + 2 + (not self.keep_alive):
            raise RuntimeError("A header holds the end of a line.")
        self.response_started = True
        self.waiting_for_100_continue = False
        self.transport.write(head + body if self.scope["method"] != "HEAD" else head)
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()
        return True


class Behind:
    """Believes a proxy on this machine (FORWARDED_ALLOW_IPS: others) about who asks; no other request pays for that."""

    def __init__(self, app: ASGIApp, trusted: str | list[str]) -> None:
        self.app = app
        self.believing: Any = ProxyHeadersMiddleware(app, trusted)  # type: ignore[arg-type]

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        for name, _ in scope["headers"]:
            if name.startswith(b"x-forwarded-"):
                return self.believing(scope, receive, send)  # type: ignore[no-any-return]
        return self.app(scope, receive, send)


class Protocol(HttpToolsProtocol):
    """One connection. A client that does not take its answer for `patience` seconds is cut off.

    When it is closed because nothing comes, or no whole head, is watched by a timer for each connection, not by one for
    each request.
    """

    patience = 60.0
    head_seconds = 60.0
    lingering = 2.0  # seconds in which what still comes is let go, so that a last answer is read
    stalled: TimerHandle | None = None
    close_at: float | None = None  # None: a request is being answered
    whole: Any = None  # the scope whose head was the last to be complete
    parts: Any = None  # the scope whose head was the last to come in several pieces,
    head_bytes = 0  # and how much of it has come
    piece = 0  # the size of what came last
    stray = 0  # what came since the last of a body and is none: chunks' sizes, trailers
    over = False  # nothing more is read

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.close_at = self.loop.time() + self.head_seconds
        self.timeout_keep_alive_handler()

    def data_received(self, data: bytes) -> None:
        if self.over:
            return
        whole, cycle = self.whole, self.cycle
        between = cycle is None or not cycle.more_body
        self.piece = len(data)
        if not between:
            self.stray += self.piece
        try:
            self.parser.feed_data(data)
        except HttpParserError:
            self._refuse(NOT_HTTP)
        except HttpParserUpgrade:
            self._unsupported_upgrade_warning()
        else:
            if self.scope is not self.whole:
                self._wait_for_rest(begins=between and whole is self.whole)
            elif self.stray > HEAD_BYTES:
                self._refuse(NOT_HTTP)

    def _wait_for_rest(self, *, begins: bool) -> None:
        """A head is not complete yet. `begins`: what came begins with it, not with the end of another request."""
        if self.scope is self.parts:
            self.head_bytes += self.piece
        else:
            self.parts, self.head_bytes = self.scope, self.piece if begins else 0
            if self.cycle is None or self.cycle.response_complete:
                self.close_at = self.loop.time() + self.head_seconds
        if self.head_bytes > HEAD_BYTES:
            self._refuse(TOO_LONG)

    def on_headers_complete(self) -> None:
        if (self.piece > HEAD_BYTES or self.scope is self.parts) and self._head_is_too_long():
            self._refuse(TOO_LONG)
            raise HttpParserError(TOO_LONG)  # so that the parser stops
        super().on_headers_complete()
        self.cycle.__class__ = Cycle  # uvicorn names the class that it makes; the task it began has not run yet
        self.whole, self.close_at = self.scope, None

    def on_body(self, body: bytes) -> None:
        self.stray = 0
        super().on_body(body)

    def _head_is_too_long(self) -> bool:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > HEAD_BYTES

    def on_response_complete(self) -> None:
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        if self.over:
            self.transport.close()
            return
        self.flow.resume_reading()
        self.close_at = self.loop.time() + (self.timeout_keep_alive if self.scope is self.whole else self.head_seconds)
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_handler()

    def timeout_keep_alive_handler(self) -> None:
        self.timeout_keep_alive_task = None
        if self.close_at is None or self.transport.is_closing():
            return
        left = self.close_at - self.loop.time()
        if left > 0:  # looks again so soon that no wait that begins meanwhile is over before
            left = min(left, self.head_seconds, self.timeout_keep_alive)
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._unset_keepalive_if_required()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.stalled = self.stalled or self.loop.call_later(self.patience, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.stalled is not None:
            self.stalled.cancel()
            self.stalled = None

    def _refuse(self, sentence: str) -> None:
        """What came cannot be read, and nothing after it. Whole requests before it get their answers, the last ones."""
        if self.over:
            return
        self.over, cycle = True, self.cycle
        if cycle is None or cycle.response_complete:
            self.send_400_response(sentence)
        elif not cycle.more_body or cycle.response_started:
            cycle.keep_alive = False
        elif self.pipeline:
            self.pipeline.popleft()  # the one whose body is broken
        else:
            cycle.disconnected = True
            cycle.message_event.set()
            self.send_400_response(sentence)

    def send_400_response(self, msg: str) -> None:
        known_as = str(uuid4())
        log.info("malformed_request: %s", msg, extra={"correlation_id": known_as})
        body = Refusal("malformed_request", msg).body(known_as)
        headers: list[Header] = [
            *self.server_state.default_headers,
            (b"x-request-id", known_as.encode()),
            *ALWAYS,
            POLICY,
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        lines = (b"%b: %b\r\n" % header for header in headers)
        self.transport.write(b"".join((STATUS_LINE[400], *lines, b"\r\n", body)))
        self.transport.write_eof()
        self.close_at = self.loop.time() + self.lingering
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_handler()
