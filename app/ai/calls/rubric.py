"""A teacher's instructions become the criteria of a rubric."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.ai.api_keys import ApiKey
from app.ai.calls.marking import Level
from app.ai.calls.template import NOT_GIVEN, TemplateMaximumUnclear
from app.ai.completion_reader import Rejected, Unacceptable, one_object, text_of, whole_number, without_fence
from app.ai.failover import AiCall, ask
from app.ai.maximum import MaximumUnclear, Reading, decide, read_maximum
from app.ai.models import Model
from app.ai.providers import Attempt, Providers
from app.ai.text import clean
from app.ai.text_thread import work_on

ANSWER_AT_MOST = 150_000  # characters; each may be written as \\uXXXX
OUTPUT_TOKENS = 8_192
CRITERIA_AT_MOST, LEVELS_AT_MOST = 30, 20
TITLE_AT_MOST, PROMPT_AT_MOST, LEVEL_AT_MOST = 300, 10_000, 2_000
SCORE_AT_MOST = 1_000

_TEXT: Mapping[str, Any] = {"type": "string"}
_INTEGER: Mapping[str, Any] = {"type": "integer"}


def _object(**properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """A closed object, all properties required: what both providers enforce."""
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


SCHEMA: Mapping[str, Any] = _object(
    max_score={"anyOf": [_INTEGER, {"type": "null"}]},
    criteria={
        "type": "array",
        "items": _object(
            title=_TEXT,
            prompt=_TEXT,
            max_score=_INTEGER,
            levels={"type": "array", "items": _object(score=_INTEGER, text=_TEXT)},
        ),
    },
)


@dataclass(frozen=True, slots=True, repr=False)
class Criterion:
    """One thing that earns points in a text."""

    title: str
    prompt: str
    max_score: int
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True, repr=False)
class RubricAnswer:
    """Criteria, cleaned, and the maximum score the provider read in the instructions."""

    criteria: tuple[Criterion, ...]
    max_score: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Built:
    """Criteria that add up to one maximum score, and how they were come by."""

    criteria: tuple[Criterion, ...]
    max_score: int
    provider: str
    model: str
    prompt_version: str
    attempts: tuple[Attempt, ...]


async def build_rubric(
    providers: Providers,
    *,
    instructions: str,
    max_score: int | None,
    keys: Mapping[str, ApiKey],
    models: Sequence[Model],
) -> Built:
    """Builds a rubric, OpenAI first. `max_score` is the teacher's own, if they gave one.

    Raises AiUnavailable, and MaximumUnclear (as TemplateMaximumUnclear, which holds the attempts).
    """
    cleaned, reading = await work_on(len(instructions), lambda: _read_instructions(instructions))

    def accept(raw: str) -> tuple[tuple[Criterion, ...], int] | MaximumUnclear | Rejected:
        answer = read_rubric(raw)
        if isinstance(answer, Rejected):
            return answer
        try:
            decided = decide(max_score, reading, answer.max_score)
        except MaximumUnclear as unclear:
            return unclear
        if sum(criterion.max_score for criterion in answer.criteria) != decided:
            return Rejected("criteria_add_up", len(raw))
        return answer.criteria, decided

    values = {"instructions": cleaned, "max_score": NOT_GIVEN if max_score is None else str(max_score)}
    call: AiCall[tuple[tuple[Criterion, ...], int] | MaximumUnclear] = AiCall(
        "rubric", "openai", values, SCHEMA, OUTPUT_TOKENS, accept
    )
    found = await ask(providers, call, keys, models)
    if isinstance(found.value, MaximumUnclear):
        raise TemplateMaximumUnclear(found.value.seen, found.attempts)
    criteria, decided = found.value
    return Built(criteria, decided, found.provider, found.model, found.prompt_version, found.attempts)


def _read_instructions(instructions: str) -> tuple[str, Reading]:
    cleaned = clean(instructions)
    return cleaned, read_maximum(cleaned)


def read_rubric(raw: str) -> RubricAnswer | Rejected:
    """The criteria of `{"max_score": N | null, "criteria": [{title, prompt, max_score, levels}]}`, or why they are
    none. Never raises. The sum of the points is compared by the caller, who knows the maximum."""
    try:
        sent = one_object(without_fence(raw, ANSWER_AT_MOST))
        rows = sent.get("criteria")
        if not isinstance(rows, list) or not rows:
            raise Unacceptable("no_criteria")
        if len(rows) > CRITERIA_AT_MOST:
            raise Unacceptable("too_many_criteria")
        return RubricAnswer(tuple(_criterion(row) for row in rows), _maximum(sent.get("max_score")))
    except Unacceptable as reason:
        return Rejected(str(reason), len(raw))


def _criterion(row: object) -> Criterion:
    if not isinstance(row, dict):
        raise Unacceptable("criterion_unreadable")
    score = whole_number(row.get("max_score"))
    if score is None:
        raise Unacceptable("not_an_integer")
    if not 1 <= score <= SCORE_AT_MOST:
        raise Unacceptable("out_of_range")
    levels = row.get("levels")
    if not isinstance(levels, list) or len(levels) > LEVELS_AT_MOST:
        raise Unacceptable("criterion_unreadable")
    read = tuple(_level(level) for level in levels)
    scores = [level.score for level in read]
    if scores and (len(scores) < 2 or len(set(scores)) < len(scores) or min(scores) != 0 or max(scores) != score):
        raise Unacceptable("levels_end_at_maximum")
    return Criterion(_text(row.get("title"), TITLE_AT_MOST), _text(row.get("prompt"), PROMPT_AT_MOST), score, read)


def _level(row: object) -> Level:
    score = whole_number(row.get("score")) if isinstance(row, dict) else None
    if not isinstance(row, dict) or score is None:
        raise Unacceptable("not_an_integer")
    return Level(score, _text(row.get("text"), LEVEL_AT_MOST))


def _text(value: object, at_most: int) -> str:
    text = text_of(value)
    cleaned = clean(text).strip() if text is not None else ""
    if not cleaned or len(cleaned) > at_most:
        raise Unacceptable("criterion_unreadable")
    return cleaned


def _maximum(value: object) -> int | None:
    if value is None:
        return None
    number = whole_number(value)
    if number is None:
        raise Unacceptable("not_an_integer")
    if number < 1:
        raise Unacceptable("out_of_range")
    return number
