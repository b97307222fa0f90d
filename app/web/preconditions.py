"""Entity tags (RFC 9110, 8.8.3), and what a client may ask with them: If-Match and If-None-Match.

A tag is made of the body that a GET answers with. The same digest is made in the database, where a change is compared
with If-Match under the lock of what it changes (`assay.require_match`); here it is read and written alone.
"""

import hashlib
import re

from starlette.datastructures import Headers
from starlette.responses import Response

from app.web.errors import ApiError

TAG = r'(?:W/)?"[^"\x00-\x20\x7f]*"'
TAGS = re.compile(rf"{TAG}(?:\s*,\s*{TAG})*")


def etag_of(body: bytes) -> str:
    """The strong entity tag of a body."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def read_if_match(headers: Headers) -> list[str] | None:
    """The strong tags of If-Match, without their quotes; a weak one never matches. None: it is not there, or `*`.

    400 for what is no list of tags: to ignore it would let a change be lost.
    """
    sent = ", ".join(headers.getlist("if-match")).strip()
    if sent == "*" or "if-match" not in headers:
        return None
    if not TAGS.fullmatch(sent):
        raise ApiError("malformed_request", 'If-Match is a list of entity tags in double quotes, or "*".')
    return [tag[1:-1] for tag in re.findall(TAG, sent) if not tag.startswith("W/")]


def tagged(response: Response, headers: Headers, *, reads: bool) -> Response:
    """The response with the tag of its body; 304 without the body where a read names it in If-None-Match."""
    tag = etag_of(bytes(response.body))
    known = ", ".join(headers.getlist("if-none-match")).strip()
    if reads and known and (known == "*" or tag in (one.removeprefix("W/") for one in re.findall(TAG, known))):
        return Response(status_code=304, headers={"ETag": tag})
    response.headers.append("ETag", tag)
    return response
