"""Whether the process lives, whether it can work, what it measured, and what the API looks like."""

import asyncio
import gzip
from functools import cache, lru_cache

import asyncpg
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.db.database import OtherVersion, Unavailable
from app.db.pool_metrics import measure
from app.metrics import exposition, refused
from app.web.errors import ApiError
from app.web.request import Request
from app.web.route import JSON

DOCS_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src 'self' data:;"
    " font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def unmatched(request: Request) -> Response:
    """What no route answers: 404, 405, and OPTIONS."""
    allow = request.scope["allow"]
    if not allow:
        raise ApiError("not_found", "There is nothing at this address.")
    if request.method != "OPTIONS":
        raise ApiError("method_not_allowed", headers={"Allow": allow})
    return Response(status_code=204, headers={"Allow": allow})


async def health(request: Request) -> Response:
    """The process lives."""
    return JSONResponse({"ok": True})


async def ready(request: Request) -> Response:
    """503 while the database, its migrations or the listener are not what requests need."""
    state = request.app_state
    checks: dict[str, bool | str] = {"database": True, "migrations": True}
    try:
        row = await request.row("auth/read_schema", {"digest": state.schema or ""})
        checks["migrations"] = state.schema is None or row["state"] != "behind"
    except OtherVersion:  # nothing was migrated yet
        checks["migrations"] = False
    except Unavailable:
        checks["database"] = checks["migrations"] = False
    except asyncpg.PostgresError:
        checks["migrations"] = False
    if state.database.replica is not None:  # no reason not to be ready: reads go to the primary then
        checks["replica"] = state.database.replica.told
    checks["listener"] = state.job_updates.connected
    ok = all(checks.values())
    return JSONResponse({"ok": ok, "checks": checks | dict(state.ai)}, 200 if ok else 503)


async def metrics(request: Request) -> Response:
    """For Prometheus: what the processes of this address counted, and what the database knows, when it answers."""
    state = request.app_state
    code = refused(request.client_key, request.headers.get("authorization", ""), state.settings.metrics_token)
    if code:
        raise ApiError(code)
    measure()
    families = await state.figures.read()
    return Response(await asyncio.to_thread(exposition, families), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def document(request: Request) -> Response:
    """The OpenAPI document."""
    return compressed(request, Response(request.app_state.document, media_type=JSON))


async def docs(request: Request) -> Response:
    """A page that shows it; everything it needs is in it."""
    return compressed(request, HTMLResponse(docs_page(), headers={"Content-Security-Policy": DOCS_POLICY}))


def compressed(request: Request, response: Response) -> Response:
    """With its body in gzip, for those that take it. Only for what is public and the same for everybody."""
    response.headers.add_vary_header("Accept-Encoding")
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.body = in_gzip(bytes(response.body))
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response


@lru_cache(4)
def in_gzip(body: bytes) -> bytes:
    """Made once."""
    return gzip.compress(body)


@cache
def docs_page() -> bytes:
    """Swagger UI with everything it needs inside; 2 MB, made when somebody first asks for it."""
    from offapi import OpenAPITemplate

    page = str(OpenAPITemplate.SWAGGER.value.format(spec_url="/openapi.json"))
    # Without this, Swagger UI shows the picture of a validator elsewhere, which the policy of the page forbids.
    return page.replace("dom_id: '#swagger-ui',", "dom_id: '#swagger-ui', validatorUrl: null,", 1).encode()
