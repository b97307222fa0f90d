"""Which provider is asked next: two attempts each, one budget for all, until a completion is accepted."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from app.ai.api_keys import ApiKey
from app.ai.completion_reader import Rejected
from app.ai.failures import MOVES_ON, Failure, Kind
from app.ai.models import PROVIDERS, Model, Provider, candidates
from app.ai.prompts import Fenced, Prompt
from app.ai.protocols import Completion, Request
from app.ai.providers import OK, Attempt, Providers
from app.ai.text_thread import work_on
from app.metrics import AI_SECONDS, AI_TOKENS

ATTEMPTS_PER_PROVIDER = 2
_NO_TIME_SECONDS = 0.05  # an attempt with less than this left of the budget is not begun
_GONE = (
    "The model %s of %s is gone (retired, unknown, or not open to this key). Remedy: insert or update a row in "
    "assay.ai_models, or change %s_MODEL if it names this model. Work goes on with the next model or provider."
)
_UNUSABLE = (
    "The model %s of %s cannot be asked: the SDK does not know a parameter in its row. Remedy: update the parameters "
    "in assay.ai_models. Work goes on with the next model or provider."
)

T = TypeVar("T")
log = logging.getLogger(__name__)


class AiUnavailable(Exception):
    """No provider gave an accepted completion, though each that could be asked was asked.

    `reason` holds codes: `no_api_key`, or each provider's last outcome (`no_model` and `calls_used_up`: not asked).

    `retry_after`: every provider asked for a wait, and this many seconds are the shortest of them; else None.
    """

    def __init__(self, attempts: tuple[Attempt, ...], reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.attempts = attempts
        self.reason = reason
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, repr=False)
class AiCall(Generic[T]):
    """What is asked, of whom first, and what makes a completion acceptable."""

    name: str  # the folder of its prompt, such as `grading`
    first: Provider
    values: Mapping[str, str | Fenced]  # of the prompt's placeholders
    schema: Mapping[str, Any]
    output_tokens: int  # at most, from a model that does not reason first
    accept: Callable[[str], T | Rejected]
    only: Model | None = None  # no other model is asked, of no other provider


@dataclass(frozen=True, slots=True, repr=False)
class Accepted(Generic[T]):
    """An accepted completion and how it was come by."""

    value: T
    provider: str
    model: str
    prompt_version: str
    attempts: tuple[Attempt, ...]


async def ask(
    providers: Providers, call: AiCall[T], keys: Mapping[str, ApiKey], models: Sequence[Model]
) -> Accepted[T]:
    """The first accepted completion. Raises AiUnavailable when there is none."""
    failover = _Failover(providers, call)
    if call.only is None:
        providers_left = _order(providers, call.first, keys, models)
    else:
        keys = {provider: key for provider, key in keys.items() if provider == call.only.provider}
        providers_left = [(call.only.provider, [call.only])] if keys else []
    while providers_left:
        provider, rows = providers_left.pop(0)
        accepted = await failover.ask_provider(keys[provider], rows, alone=not providers_left)
        if accepted is not None:
            return accepted
    wait = _retry_after(failover.attempts, providers.longest_wait)
    raise AiUnavailable(tuple(failover.attempts), _reason(failover, keys), wait)


class _Failover(Generic[T]):
    """One call's way through the providers: the attempts so far and what they left of the budget."""

    def __init__(self, providers: Providers, call: AiCall[T]) -> None:
        self.providers = providers
        self.call = call
        self.attempts: list[Attempt] = []
        self.used_up: set[str] = set()  # providers whose key may make no more calls today
        self.seconds_left = providers.settings.ai_budget_seconds

    async def ask_provider(self, key: ApiKey, rows: list[Model], alone: bool) -> Accepted[T] | None:
        """At most two attempts at one provider; None when the next provider is to be asked.

        A model that is gone or whose row is unusable costs none of them: the next row is tried until none is left.
        """
        made = 0
        while rows and self.seconds_left >= _NO_TIME_SECONDS:
            if key.take_call is not None and not await key.take_call():
                self.used_up.add(rows[0].provider)
                return None
            outcome = await self._attempt(rows[0], key.secret, alone)
            if isinstance(outcome, Accepted):
                return outcome
            if outcome.model_only:
                rows = rows[1:]
                continue
            made += 1
            if made >= ATTEMPTS_PER_PROVIDER or outcome.kind in MOVES_ON or not await self._waited(outcome):
                return None
        return None

    async def _attempt(self, model: Model, key: str, alone: bool) -> Accepted[T] | Failure:
        """One attempt with a prompt of its own, recorded, logged and remembered.

        While another provider can still be asked, an attempt takes at most half of the budget that is left.
        """
        prompt = self.providers.prompts.render(self.call.name, self.call.values)
        request = Request(prompt.system, prompt.user, self.call.schema, self.call.output_tokens)
        limit = min(self.providers.settings.ai_timeout_seconds, self.seconds_left if alone else self.seconds_left / 2)
        completion, seconds = await self.providers.ask(model, key, request, limit)
        self.seconds_left -= seconds
        if isinstance(completion, Failure):
            return self._failed(model, key, completion, seconds)
        return await self._judged(model, key, completion, seconds, prompt)

    async def _judged(
        self, model: Model, key: str, completion: Completion, seconds: float, prompt: Prompt
    ) -> Accepted[T] | Failure:
        self.providers.backoff.worked(model, key)
        value = await work_on(len(completion.text), lambda: self.call.accept(completion.text))
        if not isinstance(value, Rejected):
            self._record(_attempt(model, OK, seconds, completion))
            return Accepted(value, model.provider, model.model, prompt.version, tuple(self.attempts))
        rejected = Failure(
            Kind.BAD_ANSWER, value.reason, completion.status, completion.request_id, None, value.length,
            completion.tokens_in, completion.tokens_out,
        )  # fmt: skip
        return self._failed(model, key, rejected, seconds)

    def _failed(self, model: Model, key: str, failure: Failure, seconds: float) -> Failure:
        made = _attempt(model, failure.kind.value, seconds, failure, failure.reason)
        self._record(replace(made, retry_after=failure.retry_after))
        _report(model, failure, is_new=self.providers.backoff.failed(model, key, failure))
        return failure

    def _record(self, attempt: Attempt) -> None:
        """For the database and for Prometheus."""
        self.attempts.append(attempt)
        which = attempt.provider, attempt.model
        AI_SECONDS.labels(*which, attempt.outcome).observe(attempt.milliseconds / 1000)
        for direction, tokens in (("in", attempt.tokens_in), ("out", attempt.tokens_out)):
            AI_TOKENS.labels(*which, direction).inc(tokens or 0)

    async def _waited(self, failure: Failure) -> bool:
        """Waits as long as the failure asks for; False when it asks for more than is waited for in place."""
        pause = failure.retry_after
        if failure.kind is Kind.BAD_ANSWER:
            pause = 0.0
        elif pause is None:
            pause = self.providers.pause
        elif pause > self.providers.longest_wait:
            return False
        if pause + _NO_TIME_SECONDS > self.seconds_left:
            return False
        self.seconds_left -= pause
        await asyncio.sleep(pause)
        return True


def _order(
    providers: Providers, first: Provider, keys: Mapping[str, ApiKey], models: Sequence[Model]
) -> list[tuple[Provider, list[Model]]]:
    """Every provider there is a key and a model for, with its models, in the order to ask.

    What failed lately and a key that was refused lately come last; nothing is left out.
    """
    backoff = providers.backoff
    rows = {provider: candidates(providers.settings, models, provider) for provider in PROVIDERS if provider in keys}

    def penalty(provider: Provider) -> tuple[int, bool]:
        key = keys[provider]
        hopeless = all(backoff.model(model, key.secret) for model in rows[provider])
        held = backoff.key_or_provider(provider, key.secret)
        return max(held, 2 * hopeless, 2 * key.refused), provider != first

    def ranked(provider: Provider) -> list[Model]:
        return sorted(rows[provider], key=lambda model: backoff.model(model, keys[provider].secret))

    return [(provider, ranked(provider)) for provider in sorted((p for p in rows if rows[p]), key=penalty)]


def _attempt(
    model: Model, outcome: str, seconds: float, source: Completion | Failure, reason: str | None = None
) -> Attempt:
    return Attempt(
        provider=model.provider,
        model=model.model,
        outcome=outcome,
        milliseconds=round(seconds * 1000),
        tokens_in=source.tokens_in,
        tokens_out=source.tokens_out,
        request_id=source.request_id,
        status=source.status,
        reason=reason,
    )


def _report(model: Model, failure: Failure, is_new: bool) -> None:
    """One line per failed attempt, of codes and words of providers; a model that cannot be asked gets another, loud."""
    log.warning(
        "AI attempt failed: provider=%s model=%s outcome=%s reason=%s status=%s request_id=%s length=%s: %s",
        model.provider, model.model, failure.kind.value, failure.reason, failure.status, failure.request_id,
        failure.length, failure.sentence or "no sentence that may be shown",
    )  # fmt: skip
    if is_new:
        if failure.kind is Kind.MODEL_GONE:
            log.error(_GONE, model.model, model.provider, model.provider.upper())
        else:
            log.error(_UNUSABLE, model.model, model.provider)


def _reason(failover: _Failover[Any], keys: Mapping[str, ApiKey]) -> str:
    """Why nothing was accepted, in codes: `anthropic:down openai:quota`."""
    if not keys:
        return "no_api_key"
    last = {attempt.provider: attempt.outcome for attempt in failover.attempts}
    for provider in keys:
        last.setdefault(provider, "calls_used_up" if provider in failover.used_up else "no_model")
    return " ".join(f"{provider}:{outcome}" for provider, outcome in last.items())


def _retry_after(attempts: Sequence[Attempt], longest_wait: float) -> float | None:
    """Seconds until the first provider may be asked again, when each one asked for more than `longest_wait`.

    A shorter wait was waited for in place, so such a provider has had its attempts.
    """
    last = {attempt.provider: attempt for attempt in attempts}
    waits = [attempt.retry_after for attempt in last.values() if attempt.outcome == Kind.RATE]
    long = [seconds for seconds in waits if seconds is not None and seconds > longest_wait]
    return min(long) if long and len(long) == len(last) else None
