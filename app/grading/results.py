"""What came of jobs, written to the database: in batches where results come together, each job exactly once."""

import asyncio
import logging
import random
import time
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from app.ai.templates import Built
from app.database import Database, Unavailable
from app.grading.job import Failed, Flagged, Job, Outcome
from app.queries import Query

# What a rule of the database may say of a result, and a job may fail with.
RULES = frozenset({"already_submitted", "assignment_locked", "not_found", "conflict"})
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
SILENCE_SECONDS = 60.0

log = logging.getLogger(__name__)


class Asker:
    """Asks work's query files, again and again while the database is away: with back-off and jitter, and one log line
    a minute."""

    def __init__(self, database: Database, queries: Mapping[str, Query]) -> None:
        self.database = database
        self.queries = queries
        self._said_at = -SILENCE_SECONDS

    async def rows(self, name: str, **values: Any) -> list[asyncpg.Record]:
        """The rows of `work/<name>`; waits for a database that is away. Raises asyncpg.PostgresError."""
        pause = FIRST_PAUSE
        while True:
            try:
                return await self.once(name, **values)
            except Unavailable as trouble:
                self.complain(trouble)
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311
            pause = min(pause * 2, LONGEST_PAUSE)

    async def once(self, name: str, **values: Any) -> list[asyncpg.Record]:
        """The same, without waiting. Raises Unavailable too."""
        query = self.queries[f"work/{name}"]
        return await self.database.rows(query, query.arguments(values))

    def complain(self, trouble: Unavailable) -> None:
        """One line a minute."""
        if time.monotonic() - self._said_at >= SILENCE_SECONDS:
            self._said_at = time.monotonic()
            log.warning("the database is away (%s); the worker waits for it", trouble.cause)


async def write(asker: Asker, results: Sequence[tuple[Job, Outcome]]) -> None:
    """Stores attempts, then outcomes. A job whose attempt was superseded meanwhile changes nothing."""
    await _write_attempts(asker, results)
    gradings = [(job, outcome) for job, outcome in results if isinstance(outcome, Flagged)]
    if gradings:
        await _write_gradings(asker, gradings)
    for job, outcome in results:
        if isinstance(outcome, Built):
            await _write_template(asker, job, outcome)
        elif isinstance(outcome, Failed):
            await _write_failure(asker, job, outcome)


async def _write_attempts(asker: Asker, results: Sequence[tuple[Job, Outcome]]) -> None:
    made = [(job, attempt) for job, outcome in results for attempt in outcome.attempts]
    if made:
        await asker.rows(
            "record_attempts",
            job_ids=[job.job_id for job, _ in made],
            teacher_ids=[job.teacher_id for job, _ in made],
            assignment_ids=[job.assignment_id for job, _ in made],
            providers=[attempt.provider for _, attempt in made],
            models=[attempt.model for _, attempt in made],
            outcomes=[attempt.outcome for _, attempt in made],
            milliseconds=[attempt.milliseconds for _, attempt in made],
            tokens_in=[attempt.tokens_in for _, attempt in made],
            tokens_out=[attempt.tokens_out for _, attempt in made],
            request_ids=[attempt.request_id for _, attempt in made],
        )


async def _write_gradings(asker: Asker, gradings: Sequence[tuple[Job, Flagged]]) -> None:
    """All in one transaction; when a rule refuses one of them, each in its own."""
    found = [(job.job_id, flag) for job, outcome in gradings for flag in outcome.flags]
    try:
        await asker.rows(
            "finish_gradings",
            job_ids=[job.job_id for job, _ in gradings],
            attempts=[job.attempt for job, _ in gradings],
            scores=[outcome.graded.score for _, outcome in gradings],
            providers=[outcome.graded.provider for _, outcome in gradings],
            models=[outcome.graded.model for _, outcome in gradings],
            prompt_versions=[outcome.graded.prompt_version for _, outcome in gradings],
            flag_jobs=[job_id for job_id, _ in found],
            flag_kinds=[flag.kind for _, flag in found],
            flag_starts=[flag.start for _, flag in found],
            flag_ends=[flag.end for _, flag in found],
        )
    except asyncpg.PostgresError as refused:
        if len(gradings) > 1:
            for one in gradings:
                await _write_gradings(asker, [one])
        else:
            await _write_failure(asker, gradings[0][0], Failed(_code(refused)))


async def _write_template(asker: Asker, job: Job, built: Built) -> None:
    try:
        await asker.rows(
            "finish_template",
            job_id=job.job_id,
            attempt=job.attempt,
            correction_template=built.template,
            max_score=built.max_score,
            provider=built.provider,
            model=built.model,
            prompt_version=built.prompt_version,
        )
    except asyncpg.PostgresError as refused:
        await _write_failure(asker, job, Failed(_code(refused)))


async def _write_failure(asker: Asker, job: Job, failed: Failed) -> None:
    seen = None if failed.maxima_seen is None else list(failed.maxima_seen)
    await asker.rows("fail_job", job_id=job.job_id, attempt=job.attempt, error_code=failed.code, maxima_seen=seen)


def _code(refused: asyncpg.PostgresError) -> str:
    """The rule that refused a result; an error that is nobody's rule is assay's own fault, and is logged."""
    rule = getattr(refused, "constraint_name", None)
    if rule in RULES:
        return str(rule)
    log.error("a result could not be stored (%s, %s, %s)", type(refused).__name__, refused.sqlstate, rule)
    return "internal_error"
