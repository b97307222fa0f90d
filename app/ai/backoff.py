"""Which providers, keys and models failed lately: asked last for a while, never locked out."""

import hashlib
import time
from collections.abc import Callable, Hashable

from app.ai.failures import Failure, Kind
from app.ai.models import Model

# Seconds. A refused key stays refused until it is replaced (then it is another key here); a provider recovers sooner.
KEY_SECONDS = {Kind.AUTHENTICATION: 3600.0, Kind.QUOTA: 600.0, Kind.RATE: 30.0}
# One job may have met the one bad minute of a provider, or brought its failure along: only its key is held back. A
# provider is down for everybody when it fails for several keys.
OUTAGE = frozenset({Kind.DOWN, Kind.BAD_RESPONSE})
OUTAGE_SECONDS = 15.0  # for the key that met it
SERVICE_KEYS, SERVICE_SECONDS = 3, 30.0  # for all, when so many keys met it within so long
MODEL_SECONDS = 600.0
_SWEEP_AT = 4096


def fingerprint(key: str) -> str:
    """A short digest that stands for an API key inside this process, so that no map holds keys."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


class Backoff:
    """Times until which something is asked last. It only reorders."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._until: dict[Hashable, float] = {}
        self._met: dict[str, dict[str, float]] = {}  # by provider: the keys that met an outage, and when
        self._clock = clock

    def failed(self, model: Model, key: str, failure: Failure) -> bool:
        """Remembers a failure; True when it is the first failure of a model that is gone or unusable."""
        owner = (model.provider, fingerprint(key))
        if failure.model_only:
            gone = failure.kind is Kind.MODEL_GONE
            self._hold((*owner, model.model) if gone else _row(model), MODEL_SECONDS)
            reported = ("reported", model.provider, model.model) if gone else ("reported", *_row(model))
            is_new = not self._is_held(reported)
            self._hold(reported, MODEL_SECONDS)
            return is_new
        if failure.kind in KEY_SECONDS:
            self._hold(owner, max(KEY_SECONDS[failure.kind], min(failure.retry_after or 0.0, 3600.0)))
        elif failure.kind in OUTAGE:
            self._hold(("outage", *owner), OUTAGE_SECONDS)
            self._outage(*owner)
        return False

    def worked(self, model: Model, key: str) -> None:
        """Forgets what was held against this provider, key and model."""
        owner = (model.provider, fingerprint(key))
        self._met.pop(model.provider, None)
        for what in (model.provider, owner, ("outage", *owner), (*owner, model.model), _row(model)):
            self._until.pop(what, None)

    def key_or_provider(self, provider: str, key: str) -> int:
        """A sort key: 0 when nothing is held against them, 1 an outage, 2 a key (it rarely recovers by itself)."""
        owner = (provider, fingerprint(key))
        if self._is_held(owner):
            return 2
        return 1 if self._is_held(provider) or self._is_held(("outage", *owner)) else 0

    def model(self, model: Model, key: str) -> bool:
        """A sort key: models that this key was told are gone, and unusable rows, come last."""
        return self._is_held((model.provider, fingerprint(key), model.model)) or self._is_held(_row(model))

    def _outage(self, provider: str, who: str) -> None:
        """Holds back the provider when it failed for several keys, each lately."""
        now = self._clock()
        met = {one: when for one, when in self._met.get(provider, {}).items() if now - when < SERVICE_SECONDS}
        self._met[provider] = {**met, who: now}
        if len(self._met[provider]) >= SERVICE_KEYS:
            self._hold(provider, SERVICE_SECONDS)
            del self._met[provider]

    def _is_held(self, what: Hashable) -> bool:
        return self._until.get(what, 0.0) > self._clock()

    def _hold(self, what: Hashable, seconds: float) -> None:
        if len(self._until) >= _SWEEP_AT:
            now = self._clock()
            self._until = {known: until for known, until in self._until.items() if until > now}
        self._until[what] = self._clock() + seconds


def _row(model: Model) -> tuple[str, str, str]:
    """A row as it is now: with other parameters it is another."""
    return model.provider, model.model, repr(model.parameters)
