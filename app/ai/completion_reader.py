"""What the readers of completions share: each step can only reject, with a reason code and no word of the text."""

import json
import re
from dataclasses import dataclass
from typing import NoReturn

INTEGER = re.compile(r"0|[1-9][0-9]*")
DIGITS_AT_MOST = 9
FENCE = re.compile(r"```[A-Za-z]{0,10}[ \t]*\n(.*\n)?[ \t]*```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rejected:
    """All that may be kept of a completion that was not accepted: a reason code and its length in characters."""

    reason: str
    length: int


class Unacceptable(Exception):
    """A step rejected the completion; its only argument is the reason code."""


class Number(str):
    """A JSON number as it was written."""


def without_fence(raw: str, at_most: int) -> str:
    """`raw` without the blanks around it and without the code fence around all of it. Raises Unacceptable."""
    if len(raw) > at_most:
        raise Unacceptable("too_long")
    body = raw.replace("\r\n", "\n").strip(" \t\n")
    if fenced := FENCE.fullmatch(body):
        body = (fenced[1] or "").strip(" \t\n")
    if not body:
        raise Unacceptable("empty")
    return body


def one_object(body: str) -> dict[str, object]:
    """The one JSON object that `body` is, its numbers as Number, none of its keys twice. Raises Unacceptable."""
    if not body.startswith("{"):
        raise Unacceptable("not_an_object")
    try:
        value, end = _DECODER.raw_decode(body)
    except (ValueError, RecursionError):
        raise Unacceptable("broken_json") from None
    if body[end:].strip():
        raise Unacceptable("text_after_json")
    if not isinstance(value, dict):
        raise Unacceptable("not_an_object")
    return value


def digits_of(value: object) -> str:
    """The digits of a JSON integer from 0 upwards. Raises Unacceptable."""
    if not isinstance(value, Number):
        raise Unacceptable("not_an_integer")
    if value.startswith("-"):
        raise Unacceptable("signed")
    if not INTEGER.fullmatch(value):
        raise Unacceptable("not_an_integer")
    return str(value)


def in_range(digits: str, least: int, most: int) -> int:
    """The integer that `digits` are, never clamped. Raises Unacceptable."""
    if not INTEGER.fullmatch(digits):
        raise Unacceptable("leading_zero")
    if len(digits) > DIGITS_AT_MOST or not least <= int(digits) <= most:
        raise Unacceptable("out_of_range")
    return int(digits)


def whole_number(value: object) -> int | None:
    """The integer from 0 to 999,999,999 that a JSON value is, written in digits alone; None for anything else."""
    fits = isinstance(value, Number) and INTEGER.fullmatch(value) and len(value) <= DIGITS_AT_MOST
    return int(str(value)) if fits else None


def text_of(value: object) -> str | None:
    """The text that a JSON string is; None for anything else, a number included."""
    return value if isinstance(value, str) and not isinstance(value, Number) else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise Unacceptable("duplicate_key")
    return dict(pairs)


def _no_constant(_name: str) -> NoReturn:
    raise Unacceptable("not_an_integer")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_int=Number, parse_float=Number, parse_constant=_no_constant)
