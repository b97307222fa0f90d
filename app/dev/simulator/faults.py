"""Turns a good response into a bad one: another status, another body, another way of sending it."""

import gzip
import json
import zlib
from dataclasses import replace
from functools import cache

from app.dev.simulator.failures import JSON, failed, failure
from app.dev.simulator.http_server import SENDERS, Response

HTML = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center>"
    b"<hr><center>cloudflare</center></body></html>"
)
# For each word that replaces the body: content-type, body.
BODIES: dict[str, tuple[str, bytes]] = {
    "html": ("text/html; charset=utf-8", HTML),
    "empty-json": ("application/json", b"{}"),
    "null": ("application/json", b"null"),
    "list": ("application/json", b"[1]"),
    "broken-json": ("application/json", b'{"choices": [ {'),
    "empty": ("application/json", b""),
    "deep-json": ("application/json", b"[" * 100_000),
    "bad-utf8": ("application/json", b'{"id": "\xff\xfe", "choices": '),
    "error-200": (
        "application/json",
        json.dumps({"type": "error", "error": {"type": "api_error", "message": "Internal server error"}}).encode(),
    ),
}
# The order in which an outcome's name is chosen when several words hold.
_NAMES = (
    *(name for name in SENDERS if name != "whole"),
    "redirect",
    *BODIES,
    "plain",
    "bad-gzip",
    "gzip",
    "gzip-cut",
    "gzip-bomb",
    "brotli",
)


@cache
def bomb() -> bytes:
    """0.6 MB of gzip that unpack to 600 MB of blanks; the end, with its checksum, is missing."""
    packer = zlib.compressobj(9, wbits=31)
    first, again = (packer.compress(b" " * 2**20) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + again * 600  # a full flush forgets what was before it, so each megabyte is the same bytes


def _encode(response: Response, words: dict[str, str]) -> None:
    """A content encoding, true or not."""
    if "gzip" in words or "gzip-cut" in words:
        packed = gzip.compress(response.body)
        response.body = packed[:-9] if "gzip-cut" in words else packed
    if "gzip-bomb" in words:
        response.body = bomb()
    if words.keys() & {"bad-gzip", "gzip", "gzip-cut", "gzip-bomb"}:
        response.headers.append(("content-encoding", "gzip"))
    if "brotli" in words:
        response.headers.append(("content-encoding", "br"))


def _without(headers: list[tuple[str, str]], name: str) -> list[tuple[str, str]]:
    return [header for header in headers if header[0] != name]


def broken(service: str, response: Response, words: dict[str, str], model: str) -> tuple[Response, str]:
    """The response as `words` want it, and the outcome's name: a fault's word, a status, or "" for a whole 200."""
    if "fail" in words or "code" in words:
        wanted = words.get("fail", "")
        status = int(wanted) if wanted.isdigit() else None
        name = words.get("code", None if wanted.isdigit() else wanted)
        how = failure(service, status, name)
        response = failed(service, replace(how, message=words.get("message", how.message)), model)
    if "redirect" in words:
        response = Response(307, b"", [*_without(response.headers, "content-type"), ("location", words["redirect"])])
    for word, (content_type, body) in BODIES.items():
        if word in words:
            response.headers = [*_without(response.headers, "content-type"), ("content-type", content_type)]
            response.body = body
    if "plain" in words:
        response.headers = [*_without(response.headers, JSON[0]), ("content-type", "text/plain; charset=utf-8")]
    _encode(response, words)
    if "retry-after" in words:
        kept = _without(response.headers, "retry-after")
        value = words["retry-after"]
        response.headers = kept if value == "none" else [*kept, ("retry-after", value)]
    if "header" in words:
        name, _, value = words["header"].partition(":")
        response.headers.append((name.lower(), value.strip()))
    response.sending = next((word for word in SENDERS if word in words), "whole")
    response.delay = float(words.get("delay", 0))
    named = next((word for word in _NAMES if word in words), "")
    return response, named or ("" if response.status == 200 else str(response.status))
