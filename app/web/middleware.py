"""What every request passes first: its id, the headers that every response has, and a count of what was answered."""

import re
from collections.abc import Callable
from itertools import count
from time import monotonic
from uuid import uuid4

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import correlation_id
from app.traceparent import HEADER, traceparent
from app.traceparent import read as read_traceparent
from app.web.metrics import Metrics
from app.web.route import Route

REQUEST_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:-]{7,127}")
SECURITY = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


class EnvelopeMiddleware:
    """Pure ASGI. What it knows of a request stands in `request.state`: `correlation_id`, `traceparent` (empty where
    none came), `route` (`unmatched` until the router has found one) and, put there by others, `rate_limit` (headers).
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, unmatched: Route, draining: Callable[[], bool]) -> None:
        self.app, self.metrics, self.unmatched, self.draining = app, metrics, unmatched, draining
        self.ids, self.number = str(uuid4())[:24], count(1)  # a UUID of this process, counted on: cheaper than random

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = monotonic(), 0
        request_id, trace = self._ids(scope)
        state = scope.setdefault("state", {})
        state["correlation_id"], state["route"], state["traceparent"] = request_id, self.unmatched, trace
        correlation_id.set(request_id)
        traceparent.set(trace)

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message["headers"], (b"x-request-id", request_id.encode()), *SECURITY]
                headers += state.get("rate_limit", ())
                if self.draining():  # who keeps the connection would lose a request on it
                    headers.append((b"connection", b"close"))
                if POLICY[0] not in dict(message["headers"]):
                    headers.append(POLICY)
                message["headers"] = headers
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except ClientDisconnect:  # nobody is there to answer
            return
        finally:
            if status:
                self.metrics.observe(state["route"], status, monotonic() - began)

    def _ids(self, scope: Scope) -> tuple[str, str]:
        """The id that the client sent, when it is a sane one, else a new one; and the one traceparent that was sent."""
        request_id, trace, traces = "", "", 0
        for name, value in scope["headers"]:
            if name == b"x-request-id" and not request_id and REQUEST_ID.fullmatch(value):
                request_id = str(value, "ascii")
            elif name == HEADER:
                trace, traces = read_traceparent(value), traces + 1
        return request_id or f"{self.ids}{next(self.number):012x}", trace if traces == 1 else ""
