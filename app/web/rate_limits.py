"""How often a client may ask: one fixed window per scope and client, counted in this process.

The rules are parsed by the library `limits`. Its MemoryStorage starts a timer thread every 10 ms under load which walks
all its keys, so the counters here are a plain dictionary, swept when they are read rarely or have become many.
"""

import math
import time
from collections.abc import Iterable
from typing import NamedTuple

from limits import RateLimitItem, parse_many

from app.web.errors import Header

SCOPES = ("auth", "read", "write", "ai")
# In force until the table has been read for the first time.
DEFAULTS = (("auth", "300/minute"), ("read", "3000/minute"), ("write", "600/minute"), ("ai", "300/minute"))
LOGIN_TRIES = 30  # logins to one account from one client address in the window of `auth`, if that allows more
MANY = 100_000  # counters of one rule that are kept at most


class Verdict(NamedTuple):
    """Whether a request may go on, and the headers its answer carries."""

    allowed: bool
    headers: tuple[Header, ...]
    retry_after: int  # seconds
    left: int  # requests until the tightest window is full; negative: too many


class Window:
    """One rule, `amount` requests in `seconds`, and its counters."""

    __slots__ = ("amount", "counts", "seconds")

    def __init__(self, amount: int, seconds: int) -> None:
        self.amount, self.seconds = amount, seconds
        self.counts: dict[bytes, list[float]] = {}

    def hit(self, who: bytes, now: float) -> tuple[int, float]:
        """Count one. Returns what remains (negative: too many) and the seconds until the window ends."""
        counter = self.counts.get(who)
        if counter is None or counter[1] <= now:
            if len(self.counts) >= MANY:
                self.sweep(now)
            counter = self.counts[who] = [self.amount, now + self.seconds]
        counter[0] -= 1
        return int(counter[0]), counter[1] - now

    def sweep(self, now: float) -> None:
        """Forget windows that are over; when there are still too many, the older half."""
        self.counts = {who: counter for who, counter in self.counts.items() if counter[1] > now}
        if len(self.counts) >= MANY:
            self.counts = dict(list(self.counts.items())[MANY // 2 :])


class Rule:
    """All windows of one scope; the tightest speaks in the headers."""

    __slots__ = ("heads", "policy", "scope", "shown", "text", "windows")

    def __init__(self, scope: str, text: str, most: int | None = None) -> None:
        items: list[RateLimitItem] = parse_many(text)
        self.scope, self.text = scope, text
        self.windows = tuple(Window(min(item.amount, most or item.amount), item.get_expiry()) for item in items)
        policy = ", ".join(f'"{scope}";q={window.amount};w={window.seconds}' for window in self.windows)
        self.shown = b'"%b";r=%%d;t=%%d' % scope.encode()
        self.policy: Header = (b"ratelimit-policy", policy.encode())
        self.heads = tuple((b"x-ratelimit-limit", str(window.amount).encode()) for window in self.windows)

    def hit(self, who: bytes) -> Verdict:
        """Count one request of `who`."""
        now = time.monotonic()
        tightest, (left, ends) = 0, self.windows[0].hit(who, now)
        for index in range(1, len(self.windows)):
            other, other_ends = self.windows[index].hit(who, now)
            if other < left:
                tightest, left, ends = index, other, other_ends
        remaining, wait = max(left, 0), math.ceil(ends)
        return Verdict(
            left >= 0,
            (
                self.policy,
                (b"ratelimit", self.shown % (remaining, wait)),
                self.heads[tightest],
                (b"x-ratelimit-remaining", b"%d" % remaining),
                (b"x-ratelimit-reset", b"%d" % math.ceil(time.time() + ends)),
            ),
            wait,
            left,
        )


class Limiter:
    """The snapshot of the table of limits that is in force."""

    def __init__(self, rules: Iterable[tuple[str, str]] = DEFAULTS) -> None:
        self.rules: dict[str, Rule] = {}
        self.learn(rules)

    def learn(self, rules: Iterable[tuple[str, str]]) -> None:
        """Take over (scope, rule) rows. A changed rule starts with fresh counters, an unchanged one keeps its own.

        Raises ValueError for a rule that cannot be read; nothing has changed then.
        """
        changed: dict[str, Rule] = {}
        for scope, text in rules:
            if scope not in self.rules or self.rules[scope].text != text:
                changed[scope] = Rule(scope, text)
                if scope == "auth":
                    changed["login"] = Rule("auth", text, most=LOGIN_TRIES)
        self.rules.update(changed)

    def hit(self, scope: str, who: bytes) -> Verdict:
        """Count one request of `who` in `scope`."""
        return self.rules[scope].hit(who)

    def sweep(self) -> None:
        """Forget windows that are over."""
        now = time.monotonic()
        for rule in self.rules.values():
            for window in rule.windows:
                window.sweep(now)
