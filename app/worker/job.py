"""One job, from what was taken out of the line to what is to be written; asks the AI services, never the database."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.ai.api_keys import ApiKey
from app.ai.calls.grading import Graded, grade
from app.ai.calls.template import Built, TemplateMaximumUnclear, build_template
from app.ai.failover import AiUnavailable
from app.ai.models import PROVIDERS, Model
from app.ai.providers import Attempt, Providers
from app.ai.text import Flag, flags
from app.security.keyring import KeyUnreadable, Ring

LONG_TEXT = 20_000  # characters; looking for flags in more than this is a thread's work
LONGEST_WAIT = 60.0  # seconds that a job waits in the line when every service asks for it; a longer wait is a failure

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Job:
    """A row of `worker.take_jobs`. `content` is null for a template, `correction_template` for the template to come."""

    job_id: UUID
    attempt: int
    kind: str
    teacher_id: UUID
    assignment_id: UUID | None
    instructions: str
    correction_template: str | None
    max_score: int | None
    content: str | None
    openai_key: bytes | None
    anthropic_key: bytes | None


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing came of it; `code` is the error code that clients see."""

    code: str
    attempts: tuple[Attempt, ...] = ()
    maxima_seen: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Postponed:
    """Every service that there is a key for asks to wait: the job does so in the line, and holds no place."""

    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Flagged:
    """A score, and what in the text looked like talking to the grader."""

    graded: Graded
    flags: Sequence[Flag]

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return self.graded.attempts


Outcome = Flagged | Built | Postponed | Failed


async def do(job: Job, services: Providers, ring: Ring, models: Sequence[Model]) -> Outcome:
    """Grades the text or builds the template of a job."""
    keys = _keys(job, ring)
    try:
        if job.kind == "template":
            return await build_template(
                services, instructions=job.instructions, max_score=job.max_score, keys=keys, models=models
            )
        return await _grade(job, services, keys, models)
    except TemplateMaximumUnclear as unclear:
        return Failed("max_score_unclear", unclear.attempts, unclear.seen)
    except AiUnavailable as none_left:
        if none_left.retry_after is not None and none_left.retry_after <= LONGEST_WAIT:
            return Postponed(none_left.attempts)
        log.warning("job failed at every AI service (%s)", none_left.reason)
        return Failed("ai_unavailable", none_left.attempts)


async def _grade(job: Job, services: Providers, keys: Mapping[str, ApiKey], models: Sequence[Model]) -> Flagged:
    text, template, max_score = job.content, job.correction_template, job.max_score
    if text is None or template is None or max_score is None:
        raise ValueError("a grading needs a text, a template and a maximum")
    graded = await grade(
        services,
        instructions=job.instructions,
        template=template,
        max_score=max_score,
        text=text,
        keys=keys,
        models=models,
    )
    if len(text) > LONG_TEXT:
        return Flagged(graded, await asyncio.to_thread(flags, text, job.instructions))
    return Flagged(graded, flags(text, job.instructions))


def _keys(job: Job, ring: Ring) -> dict[str, ApiKey]:
    """The teacher's usable keys by service; one that cannot be opened is reported and left out."""
    sealed: Mapping[Any, bytes | None] = {"openai": job.openai_key, "anthropic": job.anthropic_key}
    keys: dict[str, ApiKey] = {}
    for provider in PROVIDERS:
        token = sealed[provider]
        if token is not None:
            try:
                keys[str(provider)] = ApiKey(ring.open(job.teacher_id, provider, token))
            except KeyUnreadable as unreadable:
                log.error("teacher %s: %s", job.teacher_id, unreadable)
    return keys
