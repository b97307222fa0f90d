"""Grading: a student's text becomes one integer, asked of the providers, or is reported as unavailable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.ai.api_keys import ApiKey
from app.ai.completion_reader import Number, Rejected, Unacceptable, digits_of, in_range, one_object, without_fence
from app.ai.failover import AiCall, ask
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

    def accept(raw: str) -> int | Rejected:
        return read_score(raw, max_score)

    def values() -> dict[str, str]:
        cleaned = {"instructions": clean(instructions), "template": clean(template), "text": clean(text)}
        return {**cleaned, "max_score": str(max_score)}

    length = len(instructions) + len(template) + len(text)
    call = AiCall("grading", "anthropic", await work_on(length, values), SCHEMA, OUTPUT_TOKENS, accept)
    found = await ask(providers, call, keys, models)
    return Graded(found.value, found.provider, found.model, found.prompt_version, found.attempts)


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
