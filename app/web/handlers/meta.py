"""Whether the process lives, whether it can work, and what the API looks like."""

import json

import asyncpg

from app.db.database import Unavailable
from app.web.request import Answer, Call
from app.web.state import docs_page

PAGE = b"text/html; charset=utf-8"
PAGE_POLICY = (
    b"default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src 'self' data:;"
    b" font-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


async def health(call: Call) -> Answer:
    """The process lives."""
    return Answer(200, b'{"ok":true}')


async def ready(call: Call) -> Answer:
    """503 while the database, its migrations or the listener are not what requests need."""
    world = call.world
    checks: dict[str, bool | str] = {"database": True, "migrations": True}
    try:
        row = await call.row("auth/read_schema", {})
        checks["migrations"] = row is not None and world.schema in (None, row[0])
    except Unavailable:
        checks["database"] = checks["migrations"] = False
    except asyncpg.PostgresError:  # the door is not there: nothing was migrated yet
        checks["migrations"] = False
    checks["listener"] = world.news.connected
    ok = all(checks.values())
    return Answer(200 if ok else 503, json.dumps({"ok": ok, "checks": checks | dict(world.ai)}).encode())


async def document(call: Call) -> Answer:
    """The OpenAPI document."""
    return Answer(200, call.world.document)


async def docs(call: Call) -> Answer:
    """A page that shows it; everything it needs is in it."""
    return Answer(200, docs_page(), PAGE, ((b"content-security-policy", PAGE_POLICY),))
