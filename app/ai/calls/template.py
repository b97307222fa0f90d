"""Template: a teacher's instructions become a correction template and a maximum score."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.ai.api_keys import ApiKey
from app.ai.completion_reader import Number, Rejected, Unacceptable, digits_of, in_range, one_object, without_fence
from app.ai.failover import AiCall, ask
from app.ai.maximum import HIGHEST, MaximumUnclear, Reading, decide, names_other_maximum, read_maximum
from app.ai.models import Model
from app.ai.providers import Attempt, Providers
from app.ai.score_words import REFUSAL
from app.ai.text import clean
from app.ai.text_thread import work_on

NOT_GIVEN = "not given"
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


@dataclass(frozen=True, slots=True)
class TemplateCompletion:
    """A correction template, cleaned, and the maximum score that the model read in the instructions."""

    template: str
    max_score: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Built:
    """A correction template for one maximum score, and how it was come by."""

    template: str
    max_score: int
    provider: str
    model: str
    prompt_version: str
    attempts: tuple[Attempt, ...]


class TemplateMaximumUnclear(MaximumUnclear):
    """The maximum is neither given nor clear; `attempts` were made to find that out."""

    def __init__(self, seen: tuple[int, ...], attempts: tuple[Attempt, ...]) -> None:
        super().__init__(seen)
        self.attempts = attempts


async def build_template(
    providers: Providers,
    *,
    instructions: str,
    max_score: int | None,
    keys: Mapping[str, ApiKey],
    models: Sequence[Model],
) -> Built:
    """Builds a template, OpenAI first. `max_score` is the teacher's own, if they gave one.

    Raises AiUnavailable, and MaximumUnclear (as TemplateMaximumUnclear, which holds the attempts).
    """
    cleaned, reading = await work_on(len(instructions), lambda: _read_instructions(instructions))

    def accept(raw: str) -> tuple[str, int] | MaximumUnclear | Rejected:
        answer = read_template(raw)
        if isinstance(answer, Rejected):
            return answer
        try:
            decided = decide(max_score, reading, answer.max_score)
        except MaximumUnclear as unclear:
            return unclear
        if names_other_maximum(answer.template, decided):
            return Rejected("other_maximum", len(raw))
        return answer.template, decided

    values = {"instructions": cleaned, "max_score": NOT_GIVEN if max_score is None else str(max_score)}
    call: AiCall[tuple[str, int] | MaximumUnclear] = AiCall("template", "openai", values, SCHEMA, OUTPUT_TOKENS, accept)
    found = await ask(providers, call, keys, models)
    if isinstance(found.value, MaximumUnclear):
        raise TemplateMaximumUnclear(found.value.seen, found.attempts)
    template, decided = found.value
    return Built(template, decided, found.provider, found.model, found.prompt_version, found.attempts)


def _read_instructions(instructions: str) -> tuple[str, Reading]:
    cleaned = clean(instructions)
    return cleaned, read_maximum(cleaned)


def read_template(raw: str) -> TemplateCompletion | Rejected:
    """The template of `{"template": "...", "max_score": N | null}` or of plain text, or why not. Never raises.

    Plain text is what a model says that was sent no schema, or that ignores it; it names no maximum, and neither
    does an object without `max_score`.
    """
    try:
        body = without_fence(raw, COMPLETION_AT_MOST)
        if not _is_json(body):
            return TemplateCompletion(_template(_plain(body)), None)
        fields = one_object(body)
        if "template" not in fields or fields.keys() - {"template", "max_score"}:
            raise Unacceptable("wrong_keys")
        return TemplateCompletion(_template(fields["template"]), _maximum(fields.get("max_score")))
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
