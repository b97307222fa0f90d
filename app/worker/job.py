"""A job that was claimed, what its kind may use to run it, and what can come of it."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from app.ai.api_keys import ApiKey
from app.ai.failover import AiUnavailable
from app.ai.models import Model
from app.ai.providers import Attempt, Providers
from app.security.keyring import KeyUnreadable, Ring
from app.traceparent import traceparent

LONGEST_WAIT = 60.0  # seconds that a job waits in the queue when every service asks for it; a longer wait is a failure
# Outcomes of a call that are the text's: the service was there, and paid for, and what was sent did not suit it.
OF_THE_TEXT = frozenset({"refused", "bad_answer"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A row of `worker/claim_jobs`."""

    job_id: UUID
    attempt: int
    kind: str
    teacher_id: UUID
    traceparent: str | None = None  # of the request that began it

    def join_trace(self) -> None:
        """From here on this task's log lines and calls belong to that request's trace, if it had one."""
        traceparent.set(self.traceparent or "")


@dataclass(frozen=True, slots=True)
class Tools:
    """What a kind may use: the AI providers, their models, and the keyring that opens teachers' keys."""

    providers: Providers
    keyring: Ring
    models: Sequence[Model]
    take_call: Callable[[UUID, str], Awaitable[bool]]  # of a teacher's key at a provider: counts it, or says no

    def open_keys(self, job: Job, keys: str | bytes) -> dict[str, ApiKey]:
        """Keys by provider, from the JSON of `assay.keys_of`; one that cannot be opened is reported and left out.

        Raises JobFailed when the teacher has stored none.
        """
        rows = json.loads(keys)
        if not rows:
            raise JobFailed("api_key_missing", "outage")
        opened = {}
        for row in rows:
            provider = row["provider"]
            try:
                secret = self.keyring.open(job.teacher_id, provider, bytes.fromhex(row["sealed"]))
                take_call = partial(self.take_call, job.teacher_id, provider) if row["counted"] else None
                opened[provider] = ApiKey(secret, row["refused"], take_call)
            except KeyUnreadable as unreadable:
                log.error("teacher %s: %s", job.teacher_id, unreadable)
        return opened


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a job, by the names of its kind's FINISH query; and the calls that were made."""

    values: Mapping[str, Any]
    attempts: tuple[Attempt, ...] = ()


class JobFailed(Exception):
    """Nothing came of it. `code` is the error code that clients see, `cause` one of `assay.finished_jobs.cause`."""

    def __init__(
        self, code: str, cause: str, attempts: tuple[Attempt, ...] = (), maxima_seen: Sequence[int] | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.cause, self.attempts = code, cause, attempts
        self.maxima_seen = None if maxima_seen is None else list(maxima_seen)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job is stored: by this query of `sql/queries/worker`, as one object of its parameter `results`."""

    job: Job
    query: str
    values: Mapping[str, Any] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()


def failed(job: Job, failure: JobFailed) -> Outcome:
    """The outcome of a job that failed for good."""
    values = {"error_code": failure.code, "cause": failure.cause, "maxima_seen": failure.maxima_seen}
    return Outcome(job, "fail_jobs", values, failure.attempts)


def unavailable(job: Job, none_left: AiUnavailable) -> Outcome:
    """No service gave an answer: the job waits in the queue if all asked for it and not for long, or if its keys had
    used up their calls of the day before it made any; else it failed."""
    if not none_left.attempts and "calls_used_up" in none_left.reason:
        return Outcome(job, "postpone_jobs", {"counts": False})
    if none_left.retry_after is not None and none_left.retry_after <= LONGEST_WAIT:
        return Outcome(job, "postpone_jobs", {"counts": True}, none_left.attempts)
    log.warning("job failed at every AI service (%s)", none_left.reason)
    return failed(job, JobFailed("ai_unavailable", cause_of(none_left.attempts), none_left.attempts))


def cause_of(attempts: Sequence[Attempt]) -> str:
    """`text` when a service that was there refused it or said nothing usable about it, else `outage`."""
    return "text" if any(attempt.outcome in OF_THE_TEXT for attempt in attempts) else "outage"
