"""The Starlette application: the table of routes behind middleware, and one shape for every error."""

import logging
from collections.abc import Iterable
from functools import partial

import asyncpg
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.db.database import Unavailable
from app.db.sentences import said
from app.security.passwords import Overloaded
from app.web.errors import ApiError, InternalError, from_exception
from app.web.lifespan import lifespan
from app.web.middleware import EnvelopeMiddleware
from app.web.negotiation import acceptable
from app.web.openapi import RESPONSE_HEADERS, document_bytes
from app.web.preconditions import tagged
from app.web.request import Request
from app.web.route import EVENTS, Route
from app.web.router import RouteTree
from app.web.routes import ROUTES, UNMATCHED
from app.web.state import AppState

log = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SENT = (
    "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "Prefer",
    "X-Request-ID", "traceparent", "tracestate",
)  # fmt: skip
EXPECTED = (ApiError, Overloaded, Unavailable, asyncpg.PostgresError)


def create_app(state: AppState, routes: Iterable[Route] = ROUTES) -> Starlette:
    """The application that answers a table of routes. `app.state.assay` is the state that its requests share."""
    routes, origins = tuple(routes), state.settings.cors_origins
    cors = Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=SENT,
        expose_headers=sorted(RESPONSE_HEADERS),
    )
    envelope = Middleware(
        EnvelopeMiddleware, metrics=state.metrics, unmatched=UNMATCHED, draining=lambda: state.draining
    )
    application = Starlette(
        routes=[RouteTree([(route, Endpoint(route, state)) for route in routes], Endpoint(UNMATCHED, state))],
        middleware=[envelope, *([cors] if origins else [])],
        exception_handlers=dict.fromkeys(EXPECTED, on_error),
        lifespan=lifespan,
    )
    application.state.assay = state
    state.document = partial(document_bytes, routes)
    return application


class Endpoint:
    """The ASGI application of one route."""

    def __init__(self, route: Route, state: AppState) -> None:
        self.route, self.state = route, state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["route"] = self.route
        request = Request(scope, receive, send, self.route, self.state)
        try:
            response = await self.respond(request)
        except (*EXPECTED, ClientDisconnect):
            raise
        except Exception as error:  # the edge of a request: whatever happened, the client is answered
            hidden = InternalError(type(error).__name__)  # its text may hold what was sent
            log.error("internal_error (%s)", hidden, exc_info=(InternalError, hidden, error.__traceback__))
            raise ApiError("internal_error") from None
        finally:
            request.release()
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """Count it, look at who asks and what they accept, and have it answered."""
        route = self.route
        await admit(request)
        if request.token_digest is None and route.audience != "public":
            raise ApiError("missing_token")
        try:
            request.accepted = self.accepted(request)
            response = await route.handler(request)
        except ApiError:  # who asks is settled before what was sent
            await request.settle_caller()
            raise
        if route.etag and response.status_code == 200:
            response = tagged(response, request.headers, reads=route.reads)
        if len(route.produces) > 1:
            response.headers.add_vary_header("Accept")
        return response

    def accepted(self, request: Request) -> str:
        """The media type that the client likes best of those that the route has. 406 when it takes none."""
        accept, produces = request.headers.getlist("accept"), self.route.produces
        if not accept or accept == ["*/*"] or self.route.status == 204:
            return produces[0]
        found = acceptable(", ".join(accept), produces)
        if found is None:
            raise ApiError("not_acceptable", details={"offered": list(produces)})
        return produces[0] if found == EVENTS and request.method == "HEAD" else found


async def admit(request: Request) -> None:
    """Count a request against its client address and the person who asks. 429 when that is too often."""
    state, route = request.app_state, request.route
    limits, scope = state.rate_limits, route.scope
    request.obey(await limits.address(scope, request.client_key))
    person, refused = f"nobody at {request.client_key}", None
    if request.token_digest is not None and scope != "auth" and route.audience != "public":
        try:
            person = state.accounts.get(request.token_digest) or str(await request.caller())
        except (ApiError, asyncpg.PostgresError) as error:
            refused = error
    request.obey(await limits.person(scope, person))
    if refused is not None:
        raise refused


async def on_error(request: StarletteRequest, error: Exception) -> Response:
    """What was refused or failed, in the one shape, with a line in the log.

    Of a statement that failed by a fault the line has the query, the rule, and what `said` lets it say.
    """
    route: Route = request.state.route
    answer = from_exception(error)
    if isinstance(error, Unavailable | asyncpg.PostgresError) and (answer is None or answer.status >= 500):
        log.log(
            logging.WARNING if answer and answer.code == "ai_unavailable" else logging.ERROR,
            "%s %s failed: %s rule=%s",
            route.name,
            route.query,
            said(error),
            getattr(error, "constraint_name", None),
        )
    answer = answer or ApiError("internal_error")
    answer.log(route.name)
    return answer.response(request.state.correlation_id)
