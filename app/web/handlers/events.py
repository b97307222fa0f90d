"""A job as a stream of server-sent events: one for each change of its status, the last one when it has ended."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
from starlette.responses import StreamingResponse

from app.db.database import Unavailable
from app.web.errors import Refusal
from app.web.request import EVENTS, Answer, Call, raw

KEEP_ALIVE_SECONDS = 15.0  # between comments that keep proxies from closing a silent stream
STREAM_SECONDS = 3600.0


async def stream(call: Call, values: dict[str, Any]) -> Answer:
    """Sends the events itself. Refusals come before the first one, as ordinary answers."""
    first = await call.row(call.route.query, values)
    if first is None:
        raise Refusal("not_found")
    response = StreamingResponse(_events(call, values), media_type=EVENTS.decode())
    response.raw_headers = [(b"content-type", EVENTS), (b"x-accel-buffering", b"no"), *call.base_headers]
    call.scope["answer_has_begun"] = True
    await response(call.scope, call.receive, call.send)
    return Answer(200, None)


async def _events(call: Call, values: dict[str, Any]) -> AsyncIterator[bytes]:
    """Subscribe, then read, then wait; no database connection is held while waiting."""
    news, ends, shown = call.world.news, time.monotonic() + STREAM_SECONDS, None
    with news.watch(values["job_id"], since=news.gaps, only_end=False) as event:
        while True:
            event.clear()
            try:
                row = await call.row(call.route.query, values)
            except Unavailable:
                yield b": the database does not answer just now\n\n"
                await asyncio.sleep(1)
                continue
            except asyncpg.PostgresError:  # logged out meanwhile, or the job is gone
                return
            if row is None:
                return
            finished, body = bool(row[0]), raw(row[1])
            if body != shown:
                shown = body
                yield b"event: status\ndata: %b\n\n" % b" ".join(body.splitlines())
            if finished or news.closing or time.monotonic() > ends:
                return
            if not await news.pause(event, KEEP_ALIVE_SECONDS):
                yield b": waiting\n\n"
