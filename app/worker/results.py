"""What came of jobs, written to the database: in batches where results come together, each job exactly once."""

import json
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from app.db.database import Database
from app.db.queries import Query
from app.db.sentences import said
from app.metrics import JOBS_ENDED
from app.worker.job import JobFailed, Outcome, failed
from app.worker.retry import RetryPolicy

# What a rule of the database may say of a result, and a job may fail with.
RULES = frozenset({"already_submitted", "assignment_locked", "not_found", "conflict"})

STORED_AS = {"fail_jobs": "failed", "postpone_jobs": "postponed"}  # by query, in /metrics; any other: succeeded

log = logging.getLogger(__name__)


class QueryRunner:
    """Runs the query files of `sql/queries/worker` on the pool; waits for a database that is away."""

    def __init__(self, database: Database, queries: Mapping[str, Query], retry: RetryPolicy) -> None:
        self.database, self.queries, self.retry = database, queries, retry

    async def rows(self, name: str, **values: Any) -> list[asyncpg.Record]:
        """The rows of `worker/<name>`. Raises asyncpg.PostgresError."""
        query = self.queries[f"worker/{name}"]
        arguments = query.arguments(values)
        return await self.retry(name, lambda: self.database.rows(query, arguments))


async def write(runner: QueryRunner, outcomes: Sequence[Outcome], calls_per_key: int) -> None:
    """Stores attempts, then outcomes. A job whose attempt was superseded meanwhile changes nothing."""
    await _write_attempts(runner, outcomes, calls_per_key)
    by_query = defaultdict(list)
    for outcome in outcomes:
        by_query[outcome.query].append(outcome)
    for query, batch in by_query.items():
        await _store(runner, query, batch)


async def _store(runner: QueryRunner, query: str, batch: Sequence[Outcome]) -> None:
    """All in one transaction; when a rule refuses one of them, each in its own, and that one fails."""
    results = [{"job_id": str(one.job.job_id), "attempt": one.job.attempt, **one.values} for one in batch]
    try:
        await runner.rows(query, results=json.dumps(results))
    except asyncpg.PostgresError as refused:
        if len(batch) > 1:
            for one in batch:
                await _store(runner, query, [one])
        else:
            outcome = failed(batch[0].job, _failure(refused))
            if outcome.query == query:
                raise
            await _store(runner, outcome.query, [outcome])
    else:
        for one in batch:
            JOBS_ENDED.labels(one.job.kind, STORED_AS.get(query, "succeeded")).inc()


def _failure(refused: asyncpg.PostgresError) -> JobFailed:
    """The rule that refused a result; an error that is nobody's rule is assay's own fault, and is logged."""
    rule = getattr(refused, "constraint_name", None)
    if rule in RULES:
        return JobFailed(str(rule), "rule")
    log.error("a result could not be stored (%s; rule=%s)", said(refused), rule)
    return JobFailed("internal_error", "internal")


async def _write_attempts(runner: QueryRunner, outcomes: Sequence[Outcome], calls_per_key: int) -> None:
    made = [(outcome.job, attempt) for outcome in outcomes for attempt in outcome.attempts]
    if not made:
        return
    try:
        await runner.rows(
            "record_attempts",
            job_ids=[job.job_id for job, _ in made],
            teacher_ids=[job.teacher_id for job, _ in made],
            providers=[attempt.provider for _, attempt in made],
            models=[attempt.model for _, attempt in made],
            outcomes=[attempt.outcome for _, attempt in made],
            milliseconds=[attempt.milliseconds for _, attempt in made],
            tokens_in=[attempt.tokens_in for _, attempt in made],
            tokens_out=[attempt.tokens_out for _, attempt in made],
            request_ids=[attempt.request_id for _, attempt in made],
            retry_afters=[attempt.retry_after for _, attempt in made],
            calls_per_key=calls_per_key,
        )
    except asyncpg.PostgresError as refused:  # scores do not depend on it
        log.error("%d attempts could not be recorded (%s)", len(made), said(refused))
