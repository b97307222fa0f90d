"""Requests that may come again: the Idempotency-Key of the IETF's draft-ietf-httpapi-idempotency-key-header.

What was answered is kept in the database, by the statement that did what was asked (docs/decisions). Here the key is
read, what was sent becomes a digest, and the route's statement becomes a part of `auth/answer_once`.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from starlette.datastructures import Headers

from app.db.queries import Query
from app.web.errors import ApiError

HEADER = "Idempotency-Key"
LONGEST = 255  # characters
# A string of RFC 9651, as the draft has it, or the bare word that many clients send; both are the same key.
QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])+)"')
BARE = re.compile(r"[A-Za-z0-9._~:@/+=-]+")
NOTHING = "select null::uuid, null::boolean, null::json"  # what auth/answer_once has in place of a statement


def read_key(headers: Headers) -> str | None:
    """The key that was sent, if one was. 400 for what is none."""
    sent = headers.getlist(HEADER)
    if not sent:
        return None
    if len(sent) == 1:
        if quoted := QUOTED.fullmatch(sent[0]):
            key = re.sub(r"\\(.)", r"\1", quoted[1])
        else:
            key = sent[0] if BARE.fullmatch(sent[0]) else ""
        if 0 < len(key) <= LONGEST:
            return key
    raise ApiError("malformed_request", f'{HEADER} is one string in double quotes, such as "8e03978e-40d5".')


def digest_of(route: str, sent: Mapping[str, Any]) -> bytes:
    """SHA-256 of a route and of all that was sent to it but the token. In JSON neither blanks nor order count."""
    parts = {name: value for name, value in sent.items() if name != "token_digest"}
    return hashlib.sha256(json.dumps([route, parts], sort_keys=True, default=str).encode()).digest()


@cache
def once(statement: Query, around: Query, *, begins_job: bool) -> Query:
    """`statement` inside `around`, one statement: it answers (job_id, finished, body), of which the first two are null
    unless it begins a job."""
    columns = "job_id, finished, body" if begins_job else "body"
    shown = columns if begins_job else "null::uuid, null::boolean, body"
    heading, _, text = around.sql.partition("\n")
    shift = len(statement.parameters)
    text = re.sub(r"\$(\d+)", lambda number: f"${int(number[1]) + shift}", text)
    assert text.count(NOTHING) == 1, heading
    act = f"select {shown} from (\n{statement.sql}\n) as act ({columns})"  # noqa: S608  (two query files of ours)
    first = statement.sql.partition("\n")[0]  # the server's log says which request it is
    return Query(statement.name, f"{first}\n{text.replace(NOTHING, act)}", statement.parameters + around.parameters)
