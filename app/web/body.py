"""What was sent: bodies within their limit, query parameters, preferences, and each refusal that reading can end in."""

import asyncio
import re
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from app.web.errors import Refusal
from app.web.request import CLOSE, Call

BODY_BYTES = 128_000  # bodies other than texts
BODY_SECONDS = 60.0
DRAIN_BYTES, DRAIN_SECONDS = 8_000_000, 5.0
LONGEST_WAIT = 60


Model = TypeVar("Model", bound=BaseModel)


class Gone(Exception):
    """The client went away; nobody is there to answer."""


async def read_body(call: Call, most: int) -> bytes:
    """The whole body, never holding more than `most` bytes of it. 413 for more; 503 when all bodies hold too much."""
    declared = call.headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > most:
        await _drain(call, int(declared))
        raise too_large(most)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            message = await call.receive()
            body: bytes = message.get("body", b"")
            while message.get("more_body"):
                if len(body) > most:
                    break
                message = await call.receive()
                body += message.get("body", b"")
                call.hold(len(body))
    except TimeoutError:
        raise Refusal("malformed_request", "The body did not arrive in time.", headers=CLOSE) from None
    if message["type"] == "http.disconnect":
        raise Gone
    if len(body) > most:
        if message.get("more_body"):
            await _drain(call, 0)
        raise too_large(most)
    return body


def too_large(most: int) -> Refusal:
    return Refusal("body_too_large", f"The body is larger than {most} bytes.", {"max_bytes": most}, CLOSE)


async def _drain(call: Call, declared: int) -> None:
    """Let go of what still comes, within bounds, since many clients read the answer only when all is sent."""
    if b"expect" in call.headers or declared > DRAIN_BYTES:
        return
    left = DRAIN_BYTES
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while left > 0:
                message = await call.receive()
                left -= len(message.get("body", b""))
                if not message.get("more_body"):
                    return
    except TimeoutError:
        return


@lru_cache(256)
def media_type(header: bytes) -> tuple[str, str]:
    """`text/plain; charset=UTF-8` -> ("text/plain", "utf-8"); the character set defaults to utf-8."""
    kind, *parameters = header.decode("latin-1").split(";")
    charset = "utf-8"
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return kind.strip().lower(), charset


def body_type(call: Call, taken: tuple[str, ...]) -> str:
    """Which of the media types that the route takes was sent. 415 for another, another character set or compression."""
    kind, charset = media_type(call.headers.get(b"content-type", b""))
    if kind not in taken or charset not in ("utf-8", "utf8", "us-ascii"):
        raise Refusal("unsupported_media_type", f"Send {' or '.join(taken)} in UTF-8.", {"accepted": list(taken)})
    if call.headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Refusal("unsupported_media_type", "Send the body uncompressed.", {"accepted": list(taken)})
    return kind


def text_of(body: bytes) -> str:
    """Plain text. 400 when it is not UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("malformed_request", "The body is not UTF-8.") from None


def pairs_of(call: Call) -> dict[str, str]:
    """The parameters of the query. 400 when they are not UTF-8."""
    return pairs_in(call.scope["query_string"])


def pairs_in(raw: bytes) -> dict[str, str]:
    """As `pairs_of`."""
    if not raw:
        return {}
    try:
        return dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50))
    except (UnicodeDecodeError, ValueError):
        raise Refusal("malformed_request", "The query of the address could not be read.") from None


def of_json(body: bytes, model: type[Model]) -> Model:
    """A JSON body. 400 when it is not JSON, 422 naming each field that is wrong."""
    try:
        return model.model_validate_json(body)
    except ValidationError as trouble:
        raise of_validation(trouble) from None


def of_strings(pairs: dict[str, str], model: type[Model]) -> Model:
    """Query parameters. 422 naming each that is wrong."""
    try:
        return model.model_validate_strings(pairs)
    except ValidationError as trouble:
        raise of_validation(trouble) from None


def of_validation(trouble: ValidationError) -> Refusal:
    """Each field with what is wrong about it, never with what was sent."""
    errors = trouble.errors(include_url=False, include_context=False, include_input=False)
    if any(error["type"] == "json_invalid" for error in errors):
        return Refusal("malformed_request", "The body is not well-formed JSON in UTF-8.")
    return invalid(
        [
            {
                "field": ".".join(str(part) for part in error["loc"])[:200],
                "type": error["type"],
                "message": error["msg"],
            }
            for error in errors
        ]
    )


def invalid(errors: list[dict[str, Any]]) -> Refusal:
    """422 with its list of fields."""
    return Refusal("validation_failed", details={"errors": errors})


WAIT = re.compile(r"wait\s*=\s*\"?(\d{1,9})\"?")


@lru_cache(256)
def preference(header: bytes, default: float) -> tuple[float, bytes]:
    """RFC 7240: how many seconds to wait, and the value of Preference-Applied (empty when no preference was met)."""
    wait, asynchronous = None, False
    for part in header.decode("latin-1").lower().split(","):
        wish = part.split(";")[0].strip()
        if wish == "respond-async":
            asynchronous = True
        elif wait is None and (found := WAIT.fullmatch(wish)):
            wait = min(int(found[1]), LONGEST_WAIT)
    applied = [b"respond-async"] * asynchronous + ([b"wait=%d" % wait] if wait is not None else [])
    seconds = float(wait) if wait is not None else 0.0 if asynchronous else default
    return seconds, b", ".join(applied)


@lru_cache(1024)
def acceptable(header: bytes, offered: tuple[str, ...]) -> str | None:
    """Which of the offered media types the client likes best (RFC 9110, 12.5.1); None when it takes none."""
    wishes: list[tuple[str, float]] = []
    for part in header.decode("latin-1").lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        wishes.append((kind, quality))
    best, most = None, 0.0
    for kind in offered:
        ranges = (kind, kind.partition("/")[0] + "/*", "*/*")
        fitting = next((quality for wanted in ranges for name, quality in wishes if name == wanted), 0.0)
        if fitting > most:
            best, most = kind, fitting
    return best


def seconds_to_wait(call: Call, default: float) -> tuple[float, bytes]:
    """The call's preference, as `preference`."""
    header = call.headers.get(b"prefer")
    return preference(header, default) if header else (default, b"")
