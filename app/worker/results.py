"""What came of jobs, written to the database: in batches where results come together, each job exactly once."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import asyncpg

from app.ai.calls.template import Built
from app.db.database import TRY_AGAIN, Database, Unavailable
from app.db.queries import Query
from app.worker.job import Failed, Flagged, Job, Outcome, Postponed

# What a rule of the database may say of a result, and a job may fail with.
RULES = frozenset({"already_submitted", "assignment_locked", "not_found", "conflict"})
POSTPONED_AT_MOST = 3  # times; then the job fails, so that nobody waits for minutes on end
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
SILENCE_SECONDS = 60.0
# The functions are of another version: a migration goes on, or this worker is too old.
MOVED = (
    asyncpg.UndefinedFunctionError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedColumnError,
    asyncpg.InvalidSchemaNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
    asyncpg.InternalServerError,  # "cache lookup failed": the function went while it was being called
)

T = TypeVar("T")
log = logging.getLogger(__name__)


class Patience:
    """Asks again and again while the database is away or between two versions: with back-off and jitter, and one log
    line a minute."""

    def __init__(self) -> None:
        self._said_at = -SILENCE_SECONDS
        self._away = False

    async def __call__(self, question: Callable[[], Awaitable[T]]) -> T:
        """What the question answers. Raises asyncpg.PostgresError."""
        pause = FIRST_PAUSE
        while True:
            try:
                answer = await question()
            except (Unavailable, *TRY_AGAIN, *MOVED) as trouble:
                self._complain(trouble)
            else:
                self._relieved()
                return answer
            await asyncio.sleep(random.uniform(pause / 2, pause))  # noqa: S311
            pause = min(pause * 2, LONGEST_PAUSE)

    def _complain(self, trouble: Exception) -> None:
        self._away = self._away or not isinstance(trouble, MOVED)
        if time.monotonic() - self._said_at >= SILENCE_SECONDS:
            self._said_at = time.monotonic()
            cause = trouble.cause if isinstance(trouble, Unavailable) else type(trouble).__name__
            if isinstance(trouble, MOVED):
                log.error("the database's functions are not those this worker knows (%s); it waits for them", cause)
            else:
                log.warning("the database is away (%s); the worker waits for it", cause)

    def _relieved(self) -> None:
        if self._away:
            self._away = False
            log.info("the database answers again")


class Asker:
    """Asks work's query files on the pool, with patience."""

    def __init__(self, database: Database, queries: Mapping[str, Query], patience: Patience) -> None:
        self.database, self.queries, self.patience = database, queries, patience

    async def rows(self, name: str, **values: Any) -> list[asyncpg.Record]:
        """The rows of `worker/<name>`; waits for a database that is away. Raises asyncpg.PostgresError."""
        query = self.queries[f"worker/{name}"]
        arguments = query.arguments(values)
        return await self.patience(lambda: self.database.rows(query, arguments))


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
    postponed = [job for job, outcome in results if isinstance(outcome, Postponed)]
    if postponed:
        await asker.rows("postpone_jobs", **_named(postponed), most=POSTPONED_AT_MOST)


def _named(jobs: Sequence[Job]) -> dict[str, Any]:
    return {"job_ids": [job.job_id for job in jobs], "attempts": [job.attempt for job in jobs]}


async def _write_attempts(asker: Asker, results: Sequence[tuple[Job, Outcome]]) -> None:
    made = [(job, attempt) for job, outcome in results for attempt in outcome.attempts]
    if not made:
        return
    try:
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
            retry_afters=[attempt.retry_after for _, attempt in made],
        )
    except asyncpg.PostgresError as refused:  # scores do not depend on it
        log.error("%d attempts could not be recorded (%s)", len(made), type(refused).__name__)


async def _write_gradings(asker: Asker, gradings: Sequence[tuple[Job, Flagged]]) -> None:
    """All in one transaction; when a rule refuses one of them, each in its own."""
    found = [(job.job_id, flag) for job, outcome in gradings for flag in outcome.flags]
    try:
        await asker.rows(
            "finish_gradings",
            **_named([job for job, _ in gradings]),
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
