"""Grading: a student's text becomes one integer, asked of the providers, or is reported as unavailable."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from app.ai.api_keys import ApiKey
from app.ai.completion_reader import Number, Rejected, Unacceptable, digits_of, in_range, one_object, without_fence
from app.ai.failover import Accepted, AiCall, ask
from app.ai.models import Model
from app.ai.providers import Attempt, Providers
from app.ai.score_text import stated_score, states_other
from app.ai.text import clean
from app.ai.text_thread import work_on

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"score": {"type": "integer"}},
    "required": ["score"],
    "additionalProperties": False,
}
OUTPUT_TOKENS = 64  # one number, and no room for another text
COMPLETION_AT_MOST = 4096  # characters
MAXIMUM_KEYS = frozenset({"max_score", "maximum"})
# Why an answer holds no usable score, for those reasons of the reader that are not `unreadable`.
Fault = Literal["missing", "not_an_integer", "out_of_range", "unreadable"]
FAULTS: Mapping[str, Fault] = {
    "no_score_key": "missing",
    "not_an_integer": "not_an_integer",
    "signed": "not_an_integer",
    "leading_zero": "not_an_integer",
    "out_of_range": "out_of_range",
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Graded:
    """A score between 0 and the maximum, and how it was come by."""

    score: int
    provider: str
    model: str
    prompt_version: str
    attempts: tuple[Attempt, ...]


async def grade(
    providers: Providers,
    *,
    instructions: str,
    template: str,
    max_score: int,
    text: str,
    keys: Mapping[str, ApiKey],
    models: Sequence[Model],
) -> Graded:
    """Grades `text` as stored (it is cleaned here), Anthropic first. Raises AiUnavailable; `keys` is by provider."""

    values = await _values(instructions, template, max_score, text)
    found = await ask(providers, _call(values, lambda raw: read_score(raw, max_score)), keys, models)
    return Graded(found.value, found.provider, found.model, found.prompt_version, found.attempts)


async def grade_as_answered(
    providers: Providers,
    *,
    instructions: str,
    template: str,
    max_score: int,
    text: str,
    keys: Mapping[str, ApiKey],
    model: Model,
) -> Accepted[int | Fault]:
    """What this model alone says of a text: a score, or what is wrong with it. Its first answer counts.

    Raises AiUnavailable when there is no answer at all.
    """

    def accept(raw: str) -> int | Fault:
        found = read_score(raw, max_score)
        return FAULTS.get(found.reason, "unreadable") if isinstance(found, Rejected) else found

    values = await _values(instructions, template, max_score, text)
    call: AiCall[int | Fault] = _call(values, accept)
    return await ask(providers, replace(call, only=model), keys, [model])


async def _values(instructions: str, template: str, max_score: int, text: str) -> dict[str, str]:
    """The placeholders of prompts/grading; strangers' texts are cleaned."""

    def cleaned() -> dict[str, str]:
        texts = {"instructions": clean(instructions), "template": clean(template), "text": clean(text)}
        return {**texts, "max_score": str(max_score)}

    return await work_on(len(instructions) + len(template) + len(text), cleaned)


def _call(values: Mapping[str, str], accept: Callable[[str], T | Rejected]) -> AiCall[T]:
    return AiCall("grading", "anthropic", values, SCHEMA, OUTPUT_TOKENS, accept)


def read_score(raw: str, max_score: int) -> int | Rejected:
    """The one integer from 0 to `max_score` that `raw` states beyond doubt, or why not. Never raises."""
    try:
        return in_range(_stated(without_fence(raw, COMPLETION_AT_MOST), max_score), 0, max_score)
    except Unacceptable as reason:
        return Rejected(str(reason), len(raw))


def _stated(body: str, max_score: int) -> str:
    """The digits of the score: of the one object, else of what is said in words."""
    if body.startswith("{"):
        return _score_of(one_object(body), max_score)
    if body.startswith("["):
        raise Unacceptable("not_an_object")
    if "{" in body or "}" in body:
        raise Unacceptable("json_in_prose")
    return stated_score(body, max_score)


def _score_of(fields: dict[str, object], max_score: int) -> str:
    if "score" not in fields:
        raise Unacceptable("no_score_key")
    score = digits_of(fields["score"])
    for key, value in fields.items():
        if key != "score":
            _refuse_beside(score, key, value, max_score)
    return score


def _refuse_beside(score: str, key: str, value: object, max_score: int) -> None:
    """Refuses a further number, but the maximum, and a text that states another score on a line of its own."""
    if key in MAXIMUM_KEYS and isinstance(value, str):
        if value != str(max_score):
            raise Unacceptable("other_maximum")
    elif isinstance(value, Number) or not isinstance(value, str | bool | None):
        raise Unacceptable("extra_key")
    elif isinstance(value, str) and any(states_other(line, score, max_score) for line in value.split("\n")):
        raise Unacceptable("contradicted")
