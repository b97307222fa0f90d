"""The front that all requests pass: correlation id, CORS, dispatch, limits, token, and one envelope for every error."""

import logging
import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import ip_address
from itertools import count
from time import monotonic
from uuid import uuid4

import asyncpg
from starlette.types import ASGIApp, Receive, Scope, Send

from app.db.database import Unavailable
from app.logs import correlation_id as known_as
from app.security.passwords import digest
from app.web.body import Gone, acceptable
from app.web.errors import Header, Refusal, refusal_of
from app.web.metrics import where
from app.web.request import JSON, Answer, Call
from app.web.router import Node, find, tree_of
from app.web.routes import ROUTES, Route
from app.web.state import World

log = logging.getLogger(__name__)

REQUEST_ID = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:-]{7,127}")
ALWAYS: tuple[Header, ...] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
POLICY: Header = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
EXPOSED = (
    b"Content-Disposition, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, X-RateLimit-Limit,"
    b" X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-ID"
)
CHUNK = 65_536  # bytes of a body in pieces that go out at once
LISTS = (b"accept", b"prefer")  # several lines of these are one list (RFC 9110, 5.3)
TAKEN = b"Accept, Authorization, Content-Type, Prefer, X-Request-ID"


def build(world: World, routes: Iterable[Route] = ROUTES) -> ASGIApp:
    """The ASGI application that answers a table of routes."""
    return Front(world, routes)


class Fault(Exception):
    """Stands in the log for an exception whose text may hold what was sent."""


def fault(trouble: Exception, correlation_id: str) -> Answer:
    """Our own fault: 500, with where it happened in the log, and nothing that was sent."""
    hidden = Fault(type(trouble).__name__)
    log.error("internal_error (%s)", type(trouble).__name__, exc_info=(Fault, hidden, trouble.__traceback__))
    return Answer(500, Refusal("internal_error").body(correlation_id))


class Front:
    """One per process."""

    def __init__(self, world: World, routes: Iterable[Route]) -> None:
        self.world = world
        self.root: Node = tree_of(routes)
        self.origins = frozenset(origin.rstrip("/").encode() for origin in world.settings.cors_origins)
        self.ids, self.number = str(uuid4())[:24], count(1)  # a UUID of this process, counted on: cheaper than random

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"assay speaks HTTP only, not {scope['type']}")
        began = monotonic()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if len(headers) < len(scope["headers"]):
            headers |= _joined(scope["headers"])
        sent_id = headers.get(b"x-request-id")
        if sent_id and REQUEST_ID.fullmatch(sent_id):
            correlation_id = sent_id.decode()
        else:
            correlation_id = f"{self.ids}{next(self.number):012x}"
        base = [(b"x-request-id", correlation_id.encode()), *ALWAYS]
        if self.origins:
            base += self._origin(headers)
        known_as.set(correlation_id)
        try:
            answer = await self._answer(scope, receive, send, headers, base, correlation_id)
        except Refusal as refusal:
            log.info("%d %s: %s", refusal.status, refusal.code, where(scope.get("route")))
            answer = Answer(refusal.status, refusal.body(correlation_id), JSON, refusal.headers)
        except Gone:
            return
        finally:
            trouble = sys.exception()  # goes on to the server, which closes the connection
            if isinstance(trouble, Exception) and "answer_has_begun" not in scope:
                self.world.counters.count(500, monotonic() - began, scope.get("route"))
                await _send(send, fault(trouble, correlation_id), base, scope["method"] == "HEAD")
        if answer.body is not None:
            await _send(send, answer, base, scope["method"] == "HEAD")
        self.world.counters.count(answer.status, monotonic() - began, scope.get("route"))

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: dict[bytes, bytes],
        base: list[Header],
        correlation_id: str,
    ) -> Answer:
        method, found = scope["method"], find(self.root, scope["path"])
        route = scope["route"] = found[0].routes.get(method) if found else None
        credentials = headers.get(b"authorization", b"")
        token = digest(credentials[7:].strip().decode("latin-1")) if credentials[:7].lower() == b"bearer " else None
        client = place_of((scope.get("client") or ("",))[0])
        name = route.scope if route else "read"
        verdict = self.world.limiter.hit(name, client if token is None or name == "auth" else token)
        base += verdict.headers
        if not verdict.allowed and (route is None or route.limited):
            raise Refusal("rate_limited", headers=((b"retry-after", b"%d" % verdict.retry_after),))
        if found is None:
            raise Refusal("not_found", "There is nothing at this address.")
        if method == "OPTIONS":
            return _options(found[0], headers)
        if route is None:
            raise Refusal("method_not_allowed", headers=((b"allow", found[0].allow),))
        accept = headers.get(b"accept", b"*/*")
        accepted = route.gives[0] if accept == b"*/*" or route.status == 204 else acceptable(accept, route.gives)
        if accepted is None:
            raise Refusal("not_acceptable", details={"offered": list(route.gives)})
        if method == "HEAD" and accepted == "text/event-stream":
            accepted = route.gives[0]
        if token is None and not route.public:
            raise Refusal("missing_token")
        if len(route.gives) > 1:
            base.append((b"vary", b"Accept"))
        call = Call(
            self.world, route, scope, receive, send, headers, found[1], client, token, accepted, correlation_id, base,
            verdict,
        )  # fmt: skip
        try:
            return await route.how(call)
        except (Unavailable, asyncpg.PostgresError) as trouble:
            raise self._refusal(call, trouble) from None
        finally:
            self.world.held -= call.held

    def _refusal(self, call: Call, trouble: Exception) -> Exception:
        """What a failed statement means. Faults are logged by class, SQLSTATE, rule, query: the rest may hold rows."""
        refusal = refusal_of(trouble, self.world.rules)
        if refusal is None or refusal.status >= 500:
            log.log(
                logging.WARNING if refusal and refusal.code == "ai_unavailable" else logging.ERROR,
                "%s %s failed: %s sqlstate=%s rule=%s cause=%s",
                call.route.verb,
                call.route.query or call.route.path,
                type(trouble).__name__,
                getattr(trouble, "sqlstate", None),
                getattr(trouble, "constraint_name", None),
                getattr(trouble, "cause", None),
            )
        return refusal or Refusal("internal_error")

    def _origin(self, headers: dict[bytes, bytes]) -> list[Header]:
        """What lets a page of an allowed origin read the answer."""
        origin, vary = headers.get(b"origin"), (b"vary", b"Origin")
        if origin is None or not (b"*" in self.origins or origin in self.origins):
            return [vary]
        return [(b"access-control-allow-origin", origin), (b"access-control-expose-headers", EXPOSED), vary]


@lru_cache(4096)
def place_of(host: str) -> bytes:
    """What counts as one client address: an IPv4 address, or the /64 that one customer of an IPv6 network gets."""
    try:
        address = ip_address(host)
    except ValueError:
        return host.encode()
    if address.version == 6 and address.ipv4_mapped is None:
        return address.packed[:8]
    return host.encode()


def _joined(lines: Iterable[Header]) -> dict[bytes, bytes]:
    """The headers that are lists, each with the values of all its lines."""
    found: dict[bytes, list[bytes]] = {}
    for name, value in lines:
        if name in LISTS:
            found.setdefault(name, []).append(value)
    return {name: b", ".join(values) for name, values in found.items()}


def _options(node: Node, headers: dict[bytes, bytes]) -> Answer:
    """A preflight, or simply what this address takes."""
    more: tuple[Header, ...] = ((b"allow", node.allow),)
    if b"access-control-request-method" in headers:
        more += (
            (b"access-control-allow-methods", node.allow),
            (b"access-control-allow-headers", TAKEN),
            (b"access-control-max-age", b"600"),
        )
    return Answer(204, b"", JSON, more)


async def _send(send: Send, answer: Answer, base: list[Header], head: bool) -> None:
    status, body, kind, own = answer
    pieces = body if isinstance(body, list) else None
    size = sum(map(len, pieces)) if pieces is not None else len(body or b"")
    headers: list[Header] = [*base, *own]
    if status != 204:
        headers += ((b"content-type", kind), (b"content-length", b"%d" % size))
    if not own or not any(name == b"content-security-policy" for name, _ in own):
        headers.append(POLICY)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if pieces is not None:
        for chunk in () if head else chunks(pieces):
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        body = b""
    await send({"type": "http.response.body", "body": b"" if head else body or b""})


def chunks(pieces: list[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of CHUNK or a little more; each is sent when the client has taken the one before."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= CHUNK:
            yield b"".join(waiting)
            waiting.clear()
            size = 0
    if waiting:
        yield b"".join(waiting)
