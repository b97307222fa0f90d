"""What the simulator was asked and how it answered: counts and a short list, no text and no key."""

import hashlib
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass

KEPT = 10_000


def fingerprint(key: str) -> str:
    """The first 12 hex digits of a key's SHA-256, by which a test recognises it."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ReceivedCall:
    """One call: `kind` is one of directives.KINDS; `outcome` is a status, a fault's name, or `answered`."""

    number: int
    service: str
    kind: str
    path: str
    model: str
    key: str
    outcome: str
    request_id: str
    sdk_retry: str
    traceparent: str


class ReceivedCalls:
    """Counts of calls since the start or the last reset, and the latest ones."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets every call; directives with `times`, `after` or `rate` begin anew."""
        self.latest: deque[ReceivedCall] = deque(maxlen=KEPT)
        self.total = 0
        self.seen: Counter[str] = Counter()
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.paths: Counter[str] = Counter()
        self.keys: Counter[tuple[str, str]] = Counter()
        self.in_flight: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()

    def record(self, call: ReceivedCall) -> Callable[[], None]:
        """Counts a call as begun; what is returned is called when it is over."""
        self.total += 1
        self.latest.append(call)
        self.outcomes[call.service, call.outcome] += 1
        self.paths[call.path] += 1
        self.keys[call.service, call.key] += 1
        in_flight, peak = self.in_flight, self.peak
        for name in (call.service, f"{call.service} {call.key}"):
            in_flight[name] += 1
            peak[name] = max(peak[name], in_flight[name])

        def over() -> None:
            for name in (call.service, f"{call.service} {call.key}"):
                in_flight[name] -= 1

        return over

    def count(self, service: str | None = None, outcome: str | None = None) -> int:
        """How many calls, of one service or both, with one outcome or any."""
        return sum(
            number
            for (which, what), number in self.outcomes.items()
            if service in (None, which) and outcome in (None, what)
        )

    def summary(self, latest: int = 100) -> dict[str, object]:
        """What `GET /simulator/calls` answers."""
        services: dict[str, object] = {}
        for service in sorted({which for which, _ in self.outcomes}):
            services[service] = {
                "calls": self.count(service),
                "outcomes": {what: n for (which, what), n in sorted(self.outcomes.items()) if which == service},
                "keys": {key: n for (which, key), n in sorted(self.keys.items()) if which == service},
                "in_flight": self.in_flight[service],
                "peak_in_flight": self.peak[service],
                "peak_in_flight_per_key": {
                    name.partition(" ")[2]: n for name, n in sorted(self.peak.items()) if name.startswith(f"{service} ")
                },
            }
        recent = list(self.latest)[-latest:]
        return {
            "total": self.total,
            "services": services,
            "paths": dict(self.paths),
            "latest": [asdict(c) for c in recent],
        }
