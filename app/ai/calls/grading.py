"""A student's text becomes one integer: asked of the AI providers, or reported as unavailable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.ai.answer import Rejected, read_score
from app.ai.failover import AiCall, ask
from app.ai.models import Model
from app.ai.providers import Attempt, Providers
from app.ai.text import clean

SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {"score": {"type": "integer"}},
    "required": ["score"],
    "additionalProperties": False,
}


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
    keys: Mapping[str, str],
    models: Sequence[Model],
) -> Graded:
    """Grades `text` as stored (it is cleaned here), Anthropic first. Raises AiUnavailable; `keys` is by provider."""

    def accept(raw: str) -> int | Rejected:
        return read_score(raw, max_score)

    values = {
        "instructions": clean(instructions),
        "template": clean(template),
        "max_score": str(max_score),
        "text": clean(text),
    }
    found = await ask(providers, AiCall("grading", "anthropic", values, SCHEMA, accept), keys, models)
    return Graded(found.value, found.provider, found.model, found.prompt_version, found.attempts)
