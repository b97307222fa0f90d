"""The AI providers as one process sees them: pools, prompts, calls in flight, memory of failures; made once."""

import asyncio
import logging
import os
import time
from dataclasses import dataclass, replace
from typing import Self
from weakref import WeakValueDictionary

from app.ai import IGNORED_VARIABLES
from app.ai.backoff import Backoff, fingerprint
from app.ai.clients import Clients, KeyUnusable
from app.ai.environment import neutralise
from app.ai.failures import Failure, Kind, classify, sentence_of
from app.ai.models import Model
from app.ai.prompts import Prompts
from app.ai.protocols import PROTOCOLS, Completion, Request
from app.ai.simulated import SimulatedProviders
from app.ai.text_thread import work_on
from app.settings import Settings

OK = "ok"
MOST_CALLS_PER_KEY = 64  # in flight; how many of them, the queue decides over all workers

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a provider, also a failed one (it may be billed): a row of `assay.ai_attempts`. No text or key."""

    provider: str
    model: str
    outcome: str  # `ok` or a failure's kind
    milliseconds: int
    tokens_in: int | None
    tokens_out: int | None
    request_id: str | None
    status: int | None  # HTTP; None when no answer came
    reason: str | None  # a code: why an answer was rejected, or the class of the error; None when ok
    retry_after: float | None = None  # seconds, as the provider asked


class Providers:
    """What a worker needs to ask, in one event loop.

    `pause` is the wait in seconds before a second attempt that nobody timed; `longest_wait` the longest Retry-After in
    seconds that is waited for in place: after a longer one another provider is asked, or the job waits in the queue.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        simulated: SimulatedProviders | None = None,
        pause: float = 0.5,
        longest_wait: float = 5.0,
    ) -> None:
        """Raises PromptRefused when a prompt file is missing or wrong."""
        ignored = sorted({*IGNORED_VARIABLES, *neutralise(os.environ)})
        for name in ignored:
            log.warning("The environment variable %s is not used: teachers bring their own keys.", name)
        self.settings = settings
        self.prompts = Prompts(settings.prompts_dir)
        self.backoff = Backoff()
        self.clients = Clients(settings, simulated)
        self.pause = pause
        self.longest_wait = longest_wait
        self._calls_per_key = max(MOST_CALLS_PER_KEY, settings.ai_calls_per_key)
        self._slots = asyncio.Semaphore(settings.worker_concurrency)
        self._slots_per_key: WeakValueDictionary[tuple[str, str], asyncio.Semaphore] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connection pools."""
        await self.clients.aclose()

    async def ask(self, model: Model, key: str, request: Request, seconds: float) -> tuple[Completion | Failure, float]:
        """One attempt of at most `seconds`; what came of it and the seconds it took.

        Waiting for a slot (this key's first, so that a busy key holds no slot of others) is not on that clock.
        """
        owner = (model.provider, fingerprint(key))
        slots_of_key = self._slots_per_key.setdefault(owner, asyncio.Semaphore(self._calls_per_key))
        async with slots_of_key, self._slots:
            started = time.monotonic()
            outcome = await self._call(model, key, request, seconds)
            return outcome, time.monotonic() - started

    async def _call(self, model: Model, key: str, request: Request, seconds: float) -> Completion | Failure:
        protocol = PROTOCOLS[model.provider]
        try:
            async with asyncio.timeout(seconds):
                raw = await protocol.ask(self.clients, model, key, request)
        except KeyUnusable:
            return Failure(Kind.AUTHENTICATION, "key_unusable")
        except Exception as error:  # noqa: BLE001 - the one place: whatever an AI call raises is an outcome
            return replace(classify(error), sentence=sentence_of(error, request.user))
        return await work_on(len(raw.body), lambda: protocol.read(raw))
