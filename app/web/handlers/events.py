"""A job as a stream of server-sent events: one for each change of its status, the last one when it has ended."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
from starlette.responses import Response, StreamingResponse

from app.db.database import Unavailable
from app.web.errors import ApiError
from app.web.request import Request, raw
from app.web.route import EVENTS

KEEP_ALIVE_SECONDS = 15.0  # between comments that keep proxies from closing a silent stream
AWAY_SECONDS = 1.0  # between two looks while the database does not answer
STREAM_SECONDS = 3600.0
RETRY_MILLISECONDS = 2000  # after which a browser connects again


async def stream(request: Request, values: dict[str, Any]) -> Response:
    """Errors come before the first event, as ordinary responses.

    A browser's EventSource connects again when a stream has ended and says which event was its last. When that was
    the end of the job the response is 204, at which it stops (HTML standard, 9.2.3).
    """
    first = await request.row(request.route.query, values)
    seen = request.headers.get("last-event-id", "")
    if first[0] and seen == event_id(raw(first[1])):
        return Response(status_code=204)
    return StreamingResponse(_events(request, values, seen), headers={"X-Accel-Buffering": "no"}, media_type=EVENTS)


def event_id(job: bytes) -> str:
    """Of the event that says so: a job has each status once, but for those that are tried again."""
    known = json.loads(job)
    return f"{known['id']}:{known['status']}"


async def _events(request: Request, values: dict[str, Any], seen: str) -> AsyncIterator[bytes]:
    """Subscribe, then read, then wait; no database connection is held while waiting."""
    updates, ends = request.app_state.job_updates, time.monotonic() + STREAM_SECONDS
    yield b"retry: %d\n\n" % RETRY_MILLISECONDS
    with updates.watch(values["job_id"], since=updates.gaps, only_end=False) as event:
        while True:
            event.clear()
            try:
                row = await request.row(request.route.query, values)
            except Unavailable:
                yield b": the database does not answer just now\n\n"
                if updates.closing or time.monotonic() > ends:
                    return
                await asyncio.sleep(AWAY_SECONDS)
                continue
            except (ApiError, asyncpg.PostgresError):  # logged out meanwhile, or the job is gone
                return
            finished, job = bool(row[0]), raw(row[1])
            if (now := event_id(job)) != seen:
                seen = now
                yield b"id: %b\nevent: status\ndata: %b\n\n" % (seen.encode(), b" ".join(job.splitlines()))
            if finished or updates.closing or time.monotonic() > ends:
                return
            if not await updates.wait(event, KEEP_ALIVE_SECONDS):
                yield b": waiting\n\n"
