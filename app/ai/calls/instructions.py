"""What the calls share that build something to grade by from a teacher's instructions: a template, or a rubric."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from app.ai.api_keys import ApiKey
from app.ai.completion_reader import Rejected
from app.ai.failover import AiCall, ask
from app.ai.maximum import MaximumUnclear, decide, read_maximum
from app.ai.models import Model
from app.ai.providers import Attempt, Providers
from app.ai.text import clean
from app.ai.text_thread import work_on

NOT_GIVEN = "not given"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Completion(Generic[T]):
    """What a model built, cleaned, and the maximum score that it read in the instructions."""

    value: T
    max_score: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Built(Generic[T]):
    """A template or criteria for one maximum score, and how they were come by."""

    value: T
    max_score: int
    provider: str
    model: str
    prompt_version: str
    attempts: tuple[Attempt, ...]


class InstructionsMaximumUnclear(MaximumUnclear):
    """The maximum is neither given nor clear; `attempts` were made to find that out."""

    def __init__(self, seen: tuple[int, ...], attempts: tuple[Attempt, ...]) -> None:
        super().__init__(seen)
        self.attempts = attempts


@dataclass(frozen=True, slots=True)
class BuildCall(Generic[T]):
    """What is asked for: the folder of its prompt, the schema of the completion, and how one is read."""

    name: str
    schema: Mapping[str, Any]
    output_tokens: int
    read: Callable[[str], Completion[T] | Rejected]
    fault: Callable[[T, int], str | None]  # why this value cannot be graded by with this maximum


async def build(
    call: BuildCall[T],
    providers: Providers,
    *,
    instructions: str,
    max_score: int | None,
    keys: Mapping[str, ApiKey],
    models: Sequence[Model],
) -> Built[T]:
    """Asks OpenAI first. `max_score` is the teacher's own, if they gave one.

    Raises AiUnavailable, and MaximumUnclear (as InstructionsMaximumUnclear, which holds the attempts).
    """
    cleaned = await work_on(len(instructions), lambda: clean(instructions))
    reading = await work_on(len(cleaned), lambda: read_maximum(cleaned))

    def accept(raw: str) -> tuple[T, int] | MaximumUnclear | Rejected:
        completion = call.read(raw)
        if isinstance(completion, Rejected):
            return completion
        try:
            decided = decide(max_score, reading, completion.max_score)
        except MaximumUnclear as unclear:
            return unclear
        if fault := call.fault(completion.value, decided):
            return Rejected(fault, len(raw))
        return completion.value, decided

    values = {"instructions": cleaned, "max_score": NOT_GIVEN if max_score is None else str(max_score)}
    asked: AiCall[tuple[T, int] | MaximumUnclear] = AiCall(
        call.name, "openai", values, call.schema, call.output_tokens, accept
    )
    found = await ask(providers, asked, keys, models)
    if isinstance(found.value, MaximumUnclear):
        raise InstructionsMaximumUnclear(found.value.seen, found.attempts)
    value, decided = found.value
    return Built(value, decided, found.provider, found.model, found.prompt_version, found.attempts)
