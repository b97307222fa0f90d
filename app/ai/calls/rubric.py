"""A teacher's instructions become the criteria of a rubric."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.ai.calls.instructions import BuildCall, Completion
from app.ai.calls.marking import Level
from app.ai.completion_reader import Rejected, Unacceptable, one_object, text_of, whole_number, without_fence
from app.ai.text import clean

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


Criteria: TypeAlias = tuple[Criterion, ...]


def read_rubric(raw: str) -> Completion[Criteria] | Rejected:
    """The criteria of `{"max_score": N | null, "criteria": [{title, prompt, max_score, levels}]}`, or why they are
    none. Never raises. Whether the points add up is `RUBRIC`'s to say, with the maximum."""
    try:
        sent = one_object(without_fence(raw, ANSWER_AT_MOST))
        rows = sent.get("criteria")
        if not isinstance(rows, list) or not rows:
            raise Unacceptable("no_criteria")
        if len(rows) > CRITERIA_AT_MOST:
            raise Unacceptable("too_many_criteria")
        return Completion(tuple(_criterion(row) for row in rows), _maximum(sent.get("max_score")))
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
    title = " ".join(_text(row.get("title"), TITLE_AT_MOST).split())  # one line
    return Criterion(title, _text(row.get("prompt"), PROMPT_AT_MOST), score, read)


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


def _fault(criteria: Criteria, max_score: int) -> str | None:
    return None if sum(criterion.max_score for criterion in criteria) == max_score else "criteria_add_up"


RUBRIC: BuildCall[Criteria] = BuildCall("rubric", SCHEMA, OUTPUT_TOKENS, read_rubric, _fault)
