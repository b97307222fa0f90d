"""Requests that begin a job and wait for it, and those that look at one."""

import time
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from app.db.database import Unavailable
from app.web.handlers.events import stream
from app.web.request import Request, raw
from app.web.route import EVENTS, JSON


async def begin_job(request: Request, arguments: Mapping[str, Any] | None = None) -> Response:
    """Begin a job, wait for it as the client prefers, and answer with what it made, or with the job.

    `arguments` are the request's where a handler has added to them.
    """
    route, since = request.route, request.app_state.job_updates.gaps
    seconds, headers = request.preferred_wait()
    job_id, finished, body = await request.act(route.query, arguments or await request.arguments())
    if job_id is None:  # it took no job
        return Response(raw(body), route.status, headers, JSON)
    if body is None or finished or seconds > 0:
        values = {"token_digest": request.token_digest, "job_id": str(job_id)}
        # The job as it was stored is what the client learns when the database does not answer at the end: whoever was
        # let in is not sent away because of a moment's failure. One that was begun before, with the same
        # Idempotency-Key, is looked at first.
        begun = None if body is None else (False, body)
        finished, body = await follow(request, route.outcome, values, since, 0.0 if finished else seconds, begun)
    if finished:
        return Response(raw(body), route.status, headers, JSON)
    headers["Location"] = f"/{route.tag}/jobs/{job_id}"
    return Response(b'{"job":%b}' % raw(body), 202, headers, JSON)


async def read_job(request: Request) -> Response:
    """A job: at once, when it has ended or the preferred time is over, or each change of it as an event."""
    since, values = request.app_state.job_updates.gaps, await request.arguments()
    values["job_id"] = str(values["job_id"])
    if request.accepted == EVENTS:
        return await stream(request, values)
    seconds, headers = request.preferred_wait()
    _, body = await follow(request, request.route.query, values, since, seconds)
    return Response(raw(body), 200, headers, JSON)


async def follow(
    request: Request,
    query: str,
    values: dict[str, Any],
    since: int,
    seconds: float,
    known: tuple[bool, bytes] | None = None,
) -> tuple[bool, bytes]:
    """(finished, body) of a job, read now (unless it is `known`) and when it has ended or the time is over.

    `since` is as in `JobUpdates.watch`. Raises the error of a failed job where the query does.
    """
    updates, ends = request.app_state.job_updates, time.monotonic() + seconds
    with updates.watch(values["job_id"], since=since, only_end=True) as event:
        while True:
            left = ends - time.monotonic()
            if known is not None and left > 0:
                await updates.wait(event, left)
            event.clear()
            try:
                finished, body = await request.row(query, values, read=request.route.reads and not seconds)
                known = bool(finished), body
            except Unavailable:
                if known is None:
                    raise
            if known[0] or updates.closing or time.monotonic() >= ends:
                return known
