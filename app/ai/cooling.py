"""Which services, keys and models failed lately: asked last for a while, never locked out."""

import hashlib
import time
from collections.abc import Callable, Hashable

from app.ai.failures import Failure, Kind
from app.ai.models import Model

# Seconds. A refused key stays refused until it is replaced (then it is another key here); a service recovers sooner.
KEY_SECONDS = {Kind.AUTHENTICATION: 3600.0, Kind.QUOTA: 600.0, Kind.RATE: 30.0}
SERVICE_SECONDS = {Kind.DOWN: 30.0, Kind.BAD_RESPONSE: 30.0}
MODEL_SECONDS = 600.0
_SWEEP_AT = 4096


def fingerprint(key: str) -> str:
    """A short digest that stands for an API key inside this process, so that no map holds keys."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


class Cooling:
    """Times until which something is asked last. It only reorders."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._until: dict[Hashable, float] = {}
        self._clock = clock

    def failed(self, model: Model, key: str, failure: Failure) -> bool:
        """Remembers a failure; True when it is the first news of a model that is gone."""
        owner = (model.provider, fingerprint(key))
        if failure.kind is Kind.MODEL_GONE:
            self._cool((*owner, model.model), MODEL_SECONDS)
            news = not self._cools(("told", model.provider, model.model))
            self._cool(("told", model.provider, model.model), MODEL_SECONDS)
            return news
        if failure.kind in KEY_SECONDS:
            self._cool(owner, max(KEY_SECONDS[failure.kind], min(failure.retry_after or 0.0, 3600.0)))
        elif failure.kind in SERVICE_SECONDS:
            self._cool(model.provider, SERVICE_SECONDS[failure.kind])
        return False

    def worked(self, model: Model, key: str) -> None:
        """Forgets what was held against this service, key and model."""
        owner = (model.provider, fingerprint(key))
        for what in (model.provider, owner, (*owner, model.model)):
            self._until.pop(what, None)

    def key_or_service(self, provider: str, key: str) -> int:
        """A sort key: 0 when nothing is held against them, 1 a service, 2 a key (it rarely recovers by itself)."""
        if self._cools((provider, fingerprint(key))):
            return 2
        return 1 if self._cools(provider) else 0

    def model(self, model: Model, key: str) -> bool:
        """A sort key: models that this key was told are gone come last."""
        return self._cools((model.provider, fingerprint(key), model.model))

    def _cools(self, what: Hashable) -> bool:
        return self._until.get(what, 0.0) > self._clock()

    def _cool(self, what: Hashable, seconds: float) -> None:
        if len(self._until) >= _SWEEP_AT:
            now = self._clock()
            self._until = {known: until for known, until in self._until.items() if until > now}
        self._until[what] = self._clock() + seconds
