"""A teacher's instructions become a correction template and a maximum score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.ai.answer import Rejected, names_other_maximum, read_template
from app.ai.failover import AiCall, ask
from app.ai.maximum import MaximumUnclear, decide, read_maximum
from app.ai.models import Model
from app.ai.providers import Attempt, Providers
from app.ai.text import clean

NOT_GIVEN = "not given"
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"template": {"type": "string"}, "max_score": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
    "required": ["template", "max_score"],
    "additionalProperties": False,
}


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
    providers: Providers, *, instructions: str, max_score: int | None, keys: Mapping[str, str], models: Sequence[Model]
) -> Built:
    """Builds a template, OpenAI first. `max_score` is the teacher's own, if they gave one.

    Raises AiUnavailable, and MaximumUnclear (as TemplateMaximumUnclear, which holds the attempts).
    """
    cleaned = clean(instructions)
    reading = read_maximum(cleaned)

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
    call: AiCall[tuple[str, int] | MaximumUnclear] = AiCall("template", "openai", values, SCHEMA, accept)
    found = await ask(providers, call, keys, models)
    if isinstance(found.value, MaximumUnclear):
        raise TemplateMaximumUnclear(found.value.seen, found.attempts)
    template, decided = found.value
    return Built(template, decided, found.provider, found.model, found.prompt_version, found.attempts)
