"""Template: a teacher's instructions become a correction template and a maximum score."""

import json
import re
from collections.abc import Mapping
from typing import Any

from app.ai.calls.instructions import BuildCall, Completion
from app.ai.completion_reader import Number, Rejected, Unacceptable, digits_of, in_range, one_object, without_fence
from app.ai.maximum import HIGHEST, names_other_maximum
from app.ai.score_words import REFUSAL
from app.ai.text import clean

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"template": {"type": "string"}, "max_score": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
    "required": ["template", "max_score"],
    "additionalProperties": False,
}
OUTPUT_TOKENS = 4096
TEMPLATE_AT_MOST = 20_000  # characters
COMPLETION_AT_MOST = 150_000  # every character may be written as \uXXXX, six for one
BEGINS_AS_JSON = re.compile(r'\{|\[\s*["{\[]')
TEMPLATE_KEY = re.compile(r'"template"\s*:')
PAGE = re.compile(r"<(?:!doctype|html|\?xml)\b", re.IGNORECASE)


def read_template(raw: str) -> Completion[str] | Rejected:
    """The template of `{"template": "...", "max_score": N | null}` or of plain text, or why not. Never raises.

    Plain text is what a model says that was sent no schema, or that ignores it; it names no maximum, and neither
    does an object without `max_score`.
    """
    try:
        body = without_fence(raw, COMPLETION_AT_MOST)
        if not _is_json(body):
            return Completion(_template(_plain(body)), None)
        fields = one_object(body)
        if "template" not in fields or fields.keys() - {"template", "max_score"}:
            raise Unacceptable("wrong_keys")
        return Completion(_template(fields["template"]), _maximum(fields.get("max_score")))
    except Unacceptable as reason:
        return Rejected(str(reason), len(raw))


def _is_json(body: str) -> bool:
    """Is `body` JSON, or does it begin as an object or a list would?"""
    if BEGINS_AS_JSON.match(body):
        return True
    try:
        json.loads(body, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


def _plain(body: str) -> str:
    """`body`, unless it is prose around the object that was asked for, or a page."""
    if TEMPLATE_KEY.search(body):
        raise Unacceptable("json_in_prose")
    if PAGE.match(body):
        raise Unacceptable("not_a_text")
    return body


def _maximum(value: object) -> int | None:
    return None if value is None else in_range(digits_of(value), 1, HIGHEST)


def _template(value: object) -> str:
    if not isinstance(value, str) or isinstance(value, Number):
        raise Unacceptable("not_a_text")
    template = clean(value).strip()
    if not template:
        raise Unacceptable("blank")
    if len(template) > TEMPLATE_AT_MOST:
        raise Unacceptable("too_long")
    if REFUSAL.match(template):
        raise Unacceptable("refusal")
    return template


def _fault(template: str, max_score: int) -> str | None:
    return "other_maximum" if names_other_maximum(template, max_score) else None


TEMPLATE: BuildCall[str] = BuildCall("template", SCHEMA, OUTPUT_TOKENS, read_template, _fault)
