"""Bodies: read within their limits, and what all of them together may hold of memory."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers

from app.web.errors import ApiError, from_validation
from app.web.negotiation import media_type

BODY_BYTES = 128_000  # bodies other than texts
BODY_SECONDS = 60.0
DRAIN_BYTES, DRAIN_SECONDS = 8_000_000, 5.0
SMALL_BYTES = 4_000  # more than that is read only after it is known who sends it
ESCAPED = 6  # bytes that JSON may spend on a character of one byte: \u0041
HELD_BYTES = 64_000_000  # of bodies that have begun to arrive, in one process
HELD_BY_CLIENT = HELD_BYTES // 4
MOST_PAIRS = 30_000  # names with their values, in the whole of a JSON body; a quiz may need half of that
OF_TEXTS = bytes(sorted(set(range(256)) - set(b'[]{}:,"')))  # what a JSON body has in its texts and numbers alone
CLOSE = {"Connection": "close"}

Model = TypeVar("Model", bound=BaseModel)


class BodyBudget:
    """How many bytes of unfinished bodies this process holds, in all and by client address."""

    def __init__(self) -> None:
        self.most, self.most_by_client = HELD_BYTES, HELD_BY_CLIENT
        self.held = 0
        self.by_client: Counter[str] = Counter()

    def change(self, client: str, size: int) -> None:
        """More (or, negative, fewer) bytes are held. 503 when that is too much; they count as held all the same."""
        self.held += size
        self.by_client[client] += size
        if self.by_client[client] <= 0:
            del self.by_client[client]
        if size > 0 and (self.held > self.most or self.by_client[client] > self.most_by_client):
            raise ApiError("overloaded", "Too much is being sent just now: try again.", headers=CLOSE)


def declared_size(headers: Headers) -> int | None:
    """What Content-Length says; None for a body that comes in chunks, 0 without a body."""
    length = headers.get("content-length", "")
    if length.isdigit():
        return int(length)
    return None if "transfer-encoding" in headers else 0


async def read_body(request: Any, most: int) -> bytes:
    """The whole body, never holding more than `most` bytes of it. 413 for more; 503 when all bodies hold too much."""
    size, parts, body = declared_size(request.headers), request.stream(), b""
    if size is not None and size > most:
        await _drain(request.headers, parts, size)
        raise too_large(most)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in parts:
                if body:  # what came with the head is in memory anyhow
                    request.hold(len(part))
                body += part
                if len(body) > most:
                    break
    except TimeoutError:
        raise ApiError("malformed_request", "The body did not arrive in time.", headers=CLOSE) from None
    if len(body) > most:
        await _drain(request.headers, parts, 0)
        raise too_large(most)
    return body


def too_large(most: int, what: str = "The body") -> ApiError:
    """413, and the connection ends."""
    return ApiError("body_too_large", f"{what} is larger than {most} bytes.", {"max_bytes": most}, headers=CLOSE)


async def _drain(headers: Headers, parts: AsyncIterator[bytes], declared: int) -> None:
    """Let go of what still comes, within bounds, since many clients read the answer only when all is sent."""
    if "expect" in headers or declared > DRAIN_BYTES:
        return
    left = DRAIN_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for part in parts:
                left -= len(part)
                if left <= 0:
                    return


def body_type(headers: Headers, consumed: tuple[str, ...]) -> str:
    """Which of the media types that the route consumes was sent. 415 for another, another charset, or compression."""
    kind, charset = media_type(headers.get("content-type", ""))
    accepted = {"accepted": list(consumed)}
    if kind not in consumed or charset not in ("utf-8", "utf8", "us-ascii"):
        raise ApiError("unsupported_media_type", f"Send {' or '.join(consumed)} in UTF-8.", accepted)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise ApiError("unsupported_media_type", "Send the body uncompressed.", accepted)
    return kind


def text_size(value: Any) -> int:
    """The bytes of a text, or of all texts in a list or an object."""
    if isinstance(value, str):
        return len(value.encode())
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(text_size, parts))


def decode_text(body: bytes) -> str:
    """Plain text. 400 when it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise ApiError("malformed_request", "The body is not UTF-8.") from None


def validate_json(body: bytes, model: type[Model], most_text: int = 0) -> Model:
    """A JSON body, of which the texts have up to `most_text` bytes and the rest BODY_BYTES.

    400 when it is not JSON or says something twice, 413 when what is no text is too much, 422 naming fields that are
    wrong. To read JSON holds the event loop, in a thread too: so it is known beforehand how many values there can be.
    """
    if len(body) > BODY_BYTES and len(body.translate(None, OF_TEXTS)) > most_text + BODY_BYTES:
        raise too_large(BODY_BYTES, "The body without its texts")
    sent = _json(body)
    try:
        found = model.model_validate_json(body)
    except ValidationError as error:
        raise from_validation(error, sent) from None
    if sent is None:  # what was read twice says the same both times
        raise ApiError("malformed_request")
    return found


def _json(body: bytes) -> Any:
    """What a body holds; None when it is no JSON."""
    left = MOST_PAIRS

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Of two values for one name each reader of JSON would take another."""
        nonlocal left
        if (left := left - len(pairs)) < 0:
            raise ApiError("malformed_request", f"The body names more than {MOST_PAIRS} fields.")
        if len(found := dict(pairs)) < len(pairs):
            raise ApiError("malformed_request", "The body names a field twice.")
        return found

    try:
        return json.loads(body, object_pairs_hook=once)
    except (ValueError, RecursionError):
        return None
