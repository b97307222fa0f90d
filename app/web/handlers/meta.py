"""Whether the process lives, whether it can work, what it measured, and what the API looks like."""

import asyncio
import gzip
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

import asyncpg
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.db.database import OtherVersion, Unavailable
from app.db.pool_metrics import measure
from app.metrics import exposition, refused
from app.web.errors import ApiError
from app.web.negotiation import acceptable
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


AHEAD = "The database has migrations that this version does not know: it was upgraded, and this process was not."
BEHIND = "The database lacks what this version needs: run `assay migrate` with it."
ALONE = "The storage of RATE_LIMIT_STORAGE_URL does not answer: each process counts requests by itself."
NO_WORKER = "No worker is alive: nothing is graded."
DRAINING = "This process was told to end and takes no new connections soon."


async def ready(request: Request) -> Response:
    """503 while the database, its migrations or the listener are not what requests need, and before it ends."""
    state = request.app_state
    checks: dict[str, bool | str] = {"database": True, "migrations": True}
    row: Mapping[str, Any] = {}
    try:
        row = await request.row("auth/read_readiness", {"digest": state.schema or "", "migrations": state.migrations})
        checks["migrations"] = state.schema is None or row["schema_state"] != "behind"
    except OtherVersion:  # nothing was migrated yet, or not even a role is there
        checks["migrations"] = False
    except Unavailable:
        checks["database"] = checks["migrations"] = False
    except asyncpg.PostgresError:
        checks["migrations"] = False
    if state.database.replica is not None:  # no reason not to be ready: reads go to the primary then
        checks["replica"] = state.database.replica.told
    together = await state.rate_limits.look()
    if together is not None:  # nor this: limits are only too generous then
        checks["rate_limits"] = "shared" if together else "alone"
    checks["listener"] = state.job_updates.connected
    ok = all(checks.values()) and not state.draining
    workers = row["workers"] if row else None
    notes = {
        DRAINING: state.draining,
        BEHIND: checks["database"] and not checks["migrations"],
        AHEAD: state.schema is not None and row and row["schema_state"] == "ahead",
        NO_WORKER: workers == [],
        ALONE: together is False,
    }
    said = {
        "ok": ok,
        "checks": checks | dict(state.ai),
        "draining": state.draining,
        "notes": [note for note, so in notes.items() if so],
        "workers": workers
        if workers is None
        else {"alive": len(workers), "names": workers if trusted(request) else None},
        "oldest_job_seconds": row["oldest_job_seconds"] if row else None,
        "version": state.version,
        "commit": state.commit,
    }
    return JSONResponse(said, 200 if ok else 503)


async def metrics(request: Request) -> Response:
    """For Prometheus: what the processes of this address counted, and what the database knows, when it answers."""
    state = request.app_state
    code = refused(request.client_key, request.headers.get("authorization", ""), state.settings.metrics_token)
    if code:
        raise ApiError(code)
    measure()
    await state.rate_limits.look()
    families = await state.figures.read()
    return Response(await asyncio.to_thread(exposition, families), headers={"Content-Type": CONTENT_TYPE_LATEST})


def trusted(request: Request) -> bool:
    """Whether it was asked from this machine, or with METRICS_TOKEN."""
    token = request.app_state.settings.metrics_token
    return refused(request.client_key, request.headers.get("authorization", ""), token) is None


async def document(request: Request) -> Response:
    """The OpenAPI document, in a thread: the first time it has to be made."""
    made = await asyncio.to_thread(request.app_state.document)
    return compressed(request, Response(made, media_type=JSON))


async def docs(request: Request) -> Response:
    """A page that shows it; everything it needs is in it."""
    return compressed(request, HTMLResponse(docs_page(), headers={"Content-Security-Policy": DOCS_POLICY}))


def compressed(request: Request, response: Response) -> Response:
    """With its body in gzip, for those that take it. Only for what is public and the same for everybody."""
    response.headers.add_vary_header("Accept-Encoding")
    if acceptable(", ".join(request.headers.getlist("accept-encoding")), ("gzip",)):  # codings have qualities, too
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
