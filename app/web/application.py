"""The Starlette application: the table of routes behind middleware, and one shape for every error."""

import logging
from collections.abc import Iterable

import asyncpg
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect
from starlette.requests import Request as StarletteRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.db.database import Unavailable
from app.security.passwords import Overloaded
from app.web.errors import ApiError, InternalError, from_database
from app.web.lifespan import lifespan
from app.web.metrics import UNMATCHED
from app.web.middleware import EnvelopeMiddleware
from app.web.negotiation import acceptable
from app.web.rate_limits import Verdict
from app.web.request import Request
from app.web.route import EVENTS, Route
from app.web.router import RouteTree
from app.web.routes import ROUTES
from app.web.state import AppState

log = logging.getLogger(__name__)

EXPOSED = (
    "Content-Disposition", "Location", "Preference-Applied", "RateLimit", "RateLimit-Policy", "Retry-After",
    "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-ID",
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SENT = ("Authorization", "Content-Type", "Last-Event-ID", "Prefer", "X-Request-ID")


async def nothing(_: Request) -> Response:
    """What is at an address without a route."""
    raise ApiError("not_found", "There is nothing at this address.")


NO_ROUTE = Route(method="", path="", summary=UNMATCHED, scope="read", handler=nothing, audience="public")
EXPECTED = (ApiError, Overloaded, Unavailable, asyncpg.PostgresError, ClientDisconnect)


def create_app(state: AppState, routes: Iterable[Route] = ROUTES) -> Starlette:
    """The application that answers a table of routes. `app.state.assay` is the state that its requests share."""
    origins = state.settings.cors_origins
    cors = Middleware(
        CORSMiddleware,
        allow_origins=origins,
        allow_methods=METHODS,
        allow_headers=SENT,
        expose_headers=EXPOSED,
    )
    application = Starlette(
        routes=[RouteTree([(route, Endpoint(route, state)) for route in routes], Unmatched(state))],
        middleware=[Middleware(EnvelopeMiddleware, metrics=state.metrics), *([cors] if origins else [])],
        exception_handlers={
            ApiError: on_api_error,
            Overloaded: on_overload,
            Unavailable: on_database_error,
            asyncpg.PostgresError: on_database_error,
            HTTPException: on_http_exception,
        },
        lifespan=lifespan,
    )
    application.router.redirect_slashes = False
    application.state.assay = state
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
        except EXPECTED:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of a request: whatever happened, the client is answered
            response = internal_error(error, request.correlation_id)
        finally:
            request.release()
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """Count it, look at who asks and what they accept, and have it answered."""
        route = self.route
        await admit(request)
        if request.token_digest is None and route.audience != "public":
            raise ApiError("missing_token")
        accept = request.headers.getlist("accept")
        if accept and accept != ["*/*"] and route.status != 204:
            accepted = acceptable(", ".join(accept), route.produces)
            if accepted is None:
                await request.settle_caller()
                raise ApiError("not_acceptable", details={"offered": list(route.produces)})
            if accepted != EVENTS or request.method != "HEAD":
                request.accepted = accepted
        response = await route.handler(request)
        if len(route.produces) > 1:
            response.headers.add_vary_header("Accept")
        return response


class Unmatched:
    """Answers what no route does: 404, 405, and OPTIONS."""

    def __init__(self, state: AppState) -> None:
        self.state = state

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send, NO_ROUTE, self.state)
        await admit(request)
        if not scope["allow"]:
            await nothing(request)
        if request.method != "OPTIONS":
            raise ApiError("method_not_allowed", headers={"Allow": scope["allow"]})
        await Response(status_code=204, headers={"Allow": scope["allow"]})(scope, receive, send)


async def admit(request: Request) -> None:
    """Count a request against its client address and the person who asks. 429 when that is too often."""
    state, route = request.app_state, request.route
    limits, scope = state.rate_limits, route.scope
    too_many = await limits.address(scope, request.client_key)
    if too_many is not None and route.limited:
        refuse(request, too_many)
    person = f"nobody at {request.client_key}"
    if request.token_digest is not None and scope != "auth" and route.audience != "public":
        known = state.accounts.get(request.token_digest)
        if known is None:
            try:
                known = str(await request.caller())
            except (ApiError, asyncpg.PostgresError):
                verdict = await limits.person(scope, person)
                request.show_limit(verdict)
                if not verdict.allowed:
                    refuse(request, verdict)
                raise
        person = known
    verdict = await limits.person(scope, person)
    if not verdict.allowed and route.limited:
        refuse(request, verdict)
    request.show_limit(verdict)


def refuse(request: Request, verdict: Verdict) -> None:
    """429."""
    request.show_limit(verdict)
    raise ApiError("rate_limited", headers={"Retry-After": str(verdict.retry_after)})


def internal_error(error: Exception, correlation_id: str) -> Response:
    """Our own fault: 500, with where it happened in the log, and nothing that was sent."""
    hidden = InternalError(type(error).__name__)
    log.error("internal_error (%s)", type(error).__name__, exc_info=(InternalError, hidden, error.__traceback__))
    return ApiError("internal_error").response(correlation_id)


async def on_api_error(request: StarletteRequest, error: Exception) -> Response:
    """What was refused, in the one shape, with a line in the log."""
    assert isinstance(error, ApiError)
    route: Route | None = getattr(request.state, "route", None)
    log.info("%d %s: %s", error.status, error.code, route.name if route else UNMATCHED)
    return error.response(request.state.correlation_id)


async def on_database_error(request: StarletteRequest, error: Exception) -> Response:
    """What a failed statement means. Faults are logged by class, SQLSTATE, rule, query: the rest may hold rows."""
    route: Route | None = getattr(request.state, "route", None)
    meaning = from_database(error)
    if meaning is None or meaning.status >= 500:
        log.log(
            logging.WARNING if meaning and meaning.code == "ai_unavailable" else logging.ERROR,
            "%s %s failed: %s sqlstate=%s rule=%s cause=%s",
            route.name if route else UNMATCHED,
            route.query if route else "",
            type(error).__name__,
            getattr(error, "sqlstate", None),
            getattr(error, "constraint_name", None),
            getattr(error, "cause", None),
        )
    return await on_api_error(request, meaning or ApiError("internal_error"))


async def on_overload(request: StarletteRequest, error: Exception) -> Response:
    """Too many passwords wait to be hashed."""
    return await on_api_error(request, ApiError("overloaded"))


async def on_http_exception(request: StarletteRequest, error: Exception) -> Response:
    """What Starlette itself refuses."""
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}.get(error.status_code)
    return await on_api_error(request, ApiError(code or "malformed_request"))
