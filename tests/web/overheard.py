"""All that a student can get out of assay about an assignment: statuses, headers and bodies."""

import re
from collections.abc import Iterable
from typing import Any

import httpx2

from app.web.routes import ROUTES
from tests.web.conftest import NO_TLS, Assay

READS = [route for route in ROUTES if route.audience in ("student", "account") and route.method == "GET"]
NO_JOB = "00000000-0000-7000-8000-000000000000"
# What differs from one request to the next, whatever is asked.
CHANGING = re.compile(r"date|x-request-id|retry-after|(x-)?ratelimit.*")
MOMENT = re.compile(rb'"correlation_id": ?"[^"]*"|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)')

Request = tuple[str, str, dict[str, str], Any]  # verb, path, headers, JSON


def reads(assignment_id: object, job_id: object = NO_JOB) -> list[Request]:
    """Every GET of a student, as GET and HEAD and in each media type; a stream of events lasts as long as its job."""
    ids = {"assignment_id": str(assignment_id), "job_id": str(job_id), "number": "1"}
    return [
        (verb, route.path.format_map(ids), {"Accept": kind}, None)
        for route in READS
        for verb in ("GET", "HEAD")
        for kind in route.produces
    ]


async def overheard(assay: Assay, token: str, asked: Iterable[Request]) -> list[bytes]:
    """Every answer to these requests, one after the other, without what changes from moment to moment."""
    headers = {"Authorization": f"Bearer {token}"}
    base = assay.client.base_url
    async with httpx2.AsyncClient(
        base_url=base, headers=headers, timeout=300, trust_env=False, verify=NO_TLS
    ) as client:
        return [await _answer(client, *request) for request in asked]


async def _answer(client: httpx2.AsyncClient, verb: str, path: str, headers: dict[str, str], sent: Any) -> bytes:
    answer = await client.request(verb, path, headers=headers, **({} if sent is None else {"json": sent}))
    # A moment is written with more digits or fewer: where there is one, the length of the body says nothing.
    kept = [
        pair
        for pair in answer.headers.multi_items()
        if not CHANGING.fullmatch(pair[0]) and (pair[0] != "content-length" or verb in ("GET", "HEAD"))
    ]
    return MOMENT.sub(b"", f"{verb} {path} {answer.status_code} {kept}\n".encode() + answer.content)
