"""Requests that begin a job and wait for it, and those that look at one."""

import time
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from app.db.database import Unavailable
from app.web.errors import ApiError
from app.web.handlers.events import stream
from app.web.request import Request, raw
from app.web.route import EVENTS, JSON


async def begin_job(request: Request, arguments: Mapping[str, Any] | None = None) -> Response:
    """Begin a job, wait for it as the client prefers, and answer with what it made, or with the job.

    `arguments` are the request's where a handler has added to them.
    """
    updates, route = request.app_state.job_updates, request.route
    seconds, headers = request.preferred_wait()
    since = updates.gaps
    row = await request.row(route.query, await request.arguments() if arguments is None else arguments)
    if row is None:
        raise ApiError("not_found")
    job_id, finished, body = row
    if job_id is None:  # it took no job
        return Response(raw(body), route.status, headers, JSON)
    if finished or seconds > 0:
        values = {"token": request.token_digest, "job_id": str(job_id)}
        finished, body = await _outcome(request, values, since, 0.0 if finished else seconds, body)
    if finished:
        return Response(raw(body), route.status, headers, JSON)
    headers["Location"] = f"/{route.tag}/jobs/{job_id}"
    return Response(b'{"job":%b}' % raw(body), 202, headers, JSON)


async def _outcome(
    request: Request, values: dict[str, Any], since: int, seconds: float, begun: bytes
) -> tuple[bool, bytes]:
    """(finished, body), asked when the job ends or the time is over. Raises the error of a failed job.

    `begun` is the job as it was stored. It is what the client learns when the database does not answer now: whoever
    was let in is not sent away because of a moment's failure.
    """
    updates, ends = request.app_state.job_updates, time.monotonic() + seconds
    with updates.watch(values["job_id"], since=since, only_end=True) as event:
        while True:
            left = ends - time.monotonic()
            if left > 0 and not event.is_set():
                await updates.wait(event, left)
            event.clear()
            try:
                row = await request.row(request.route.outcome, values)
            except Unavailable:
                row = (False, begun)
            if row is None:
                raise ApiError("not_found")
            if row[0] or updates.closing or time.monotonic() >= ends:
                return bool(row[0]), row[1]


async def read_job(request: Request) -> Response:
    """A job: at once, when it has ended or the preferred time is over, or each change of it as an event."""
    updates, values = request.app_state.job_updates, await request.arguments()
    values["job_id"] = str(values["job_id"])
    if request.accepted == EVENTS:
        return await stream(request, values)
    seconds, headers = request.preferred_wait()
    since, ends, row = updates.gaps, time.monotonic() + seconds, None
    with updates.watch(values["job_id"], since=since, only_end=True) as event:
        while True:
            event.clear()
            try:
                row = await request.row(request.route.query, values, read=not seconds)
            except Unavailable:
                if row is None:
                    raise
            if row is None:
                raise ApiError("not_found")
            left = ends - time.monotonic()
            if row[0] or left <= 0 or updates.closing:
                return Response(raw(row[1]), 200, headers, JSON)
            await updates.wait(event, left)
