"""The ways in which the database answers a route: a door, a file to download, a job, a look at a job."""

import re
import time
from typing import Any
from urllib.parse import quote

from app.web.body import seconds_to_wait
from app.web.errors import Header, Refusal
from app.web.handlers.events import stream
from app.web.parameters import sent
from app.web.request import JSON, PLAIN, Answer, Call, raw

WAIT_SECONDS = 30.0  # how long a request waits for its job when it prefers nothing
CSV = b"text/csv; charset=utf-8"


async def door(call: Call) -> Answer:
    """One statement; its one column is the body. 204 where the route says so, 404 when there is no row."""
    route = call.route
    row = await call.row(route.query, await sent(call), read=route.reads)
    if route.status == 204:
        return Answer(204, b"")
    return Answer(route.status, column(row))


def column(row: Any) -> bytes:
    """The body that a door made. 404 when there is none."""
    if row is None or row[0] is None:
        raise Refusal("not_found")
    return raw(row[0])


async def download(call: Call) -> Answer:
    """A text as a file."""
    return named(await call.row(call.route.query, await sent(call), read=True), PLAIN)


async def gradebook(call: Call) -> Answer:
    """JSON, or CSV for those that prefer it; line by line, so that a large one is in memory once."""
    wanted, kind = ("teacher/read_gradebook_csv", CSV) if call.accepted == "text/csv" else (call.route.query, JSON)
    rows = await call.rows(wanted, await sent(call), read=True)
    if not rows:
        raise Refusal("not_found")
    name = rows[0]["name"]
    return Answer(200, [raw(row["piece"]) for row in rows], kind, (disposition(name),) if name else ())


def named(row: Any, kind: bytes) -> Answer:
    """(name, content) as a download. 404 when there is none."""
    if row is None:
        raise Refusal("not_found")
    name, content = row
    return Answer(200, str(content).encode(), kind, (disposition(str(name)),))


def disposition(name: str) -> Header:
    """RFC 6266: a plain name for every client, and the exact one for those that know RFC 8187."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "download"
    exact = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return b"content-disposition", f'attachment; filename="{plain}"{exact}'.encode()


async def job(call: Call) -> Answer:
    """Begin a job, wait for it as the client prefers, and answer with what it made, or with the job."""
    news, route = call.world.news, call.route
    seconds, applied = seconds_to_wait(call, WAIT_SECONDS)
    said = ((b"preference-applied", applied),) if applied else ()
    since = news.gaps
    row = await call.row(route.query, await sent(call))
    if row is None:
        raise Refusal("not_found")
    job_id, finished, body = row
    if job_id is None:
        return Answer(200, raw(body), headers=said)
    values = {"token": call.token, "job_id": str(job_id)}
    if finished or seconds > 0:
        finished, body = await _outcome(call, values, since, 0.0 if finished else seconds)
    if finished:
        return Answer(route.status, raw(body), headers=said)
    location = f"/{route.room}/jobs/{job_id}".encode()
    return Answer(202, b'{"job":%b}' % raw(body), headers=((b"location", location), *said))


async def _outcome(call: Call, values: dict[str, Any], since: int, seconds: float) -> tuple[bool, Any]:
    """(finished, body), asked when the job ends or the time is over. Raises the refusal of a failed job."""
    news, ends = call.world.news, time.monotonic() + seconds
    with news.watch(values["job_id"], since=since, only_end=True) as event:
        while True:
            left = ends - time.monotonic()
            if left > 0 and not event.is_set():
                await news.pause(event, left)
            event.clear()
            row = await call.row(call.route.outcome, values)
            if row is None:
                raise Refusal("not_found")
            if row[0] or news.closing or time.monotonic() >= ends:
                return bool(row[0]), row[1]


async def look(call: Call) -> Answer:
    """A job: at once, when it has ended or the preferred time is over, or each change of it as an event."""
    news, values = call.world.news, await sent(call)
    if call.accepted == "text/event-stream":
        return await stream(call, values)
    seconds, applied = seconds_to_wait(call, 0.0)
    since, ends = news.gaps, time.monotonic() + seconds
    with news.watch(values["job_id"], since=since, only_end=True) as event:
        while True:
            event.clear()
            row = await call.row(call.route.query, values, read=not seconds)
            if row is None:
                raise Refusal("not_found")
            left = ends - time.monotonic()
            if row[0] or left <= 0 or news.closing:
                said = ((b"preference-applied", applied),) if applied else ()
                return Answer(200, raw(row[1]), headers=said)
            await news.pause(event, left)
