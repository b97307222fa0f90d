"""uvicorn's HTTP protocol as assay uses it: an answer leaves in one piece; what is not HTTP gets the one envelope."""

from asyncio import TimerHandle
from collections.abc import Awaitable
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app.web.refusals import Refusal


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
        headers, known = start["headers"], False
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

    That it is kept alive for a while is watched by a timer for each connection, not by one for each request.
    """

    patience = 60.0
    stalled: TimerHandle | None = None
    idle_since: float | None = None

    def _unset_keepalive_if_required(self) -> None:
        self.idle_since = None

    def on_response_complete(self) -> None:
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self.idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_handler()

    def timeout_keep_alive_handler(self) -> None:
        self.timeout_keep_alive_task = None
        if self.idle_since is None or self.transport.is_closing():
            return
        left = self.idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.stalled = self.stalled or self.loop.call_later(self.patience, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.stalled is not None:
            self.stalled.cancel()
            self.stalled = None

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self.cycle.__class__ = Cycle  # uvicorn names the class that it makes; the task it began has not run yet

    def send_400_response(self, msg: str) -> None:
        known_as = str(uuid4())
        body = Refusal("malformed_request").body(known_as)
        head = (
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n"
            f"cache-control: no-store\r\nx-request-id: {known_as}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()
