"""How often a client may ask, counted by the library `limits` in this process or, by URL, in Redis or Valkey.

Every request counts against its client address, which may ask ADDRESS_FACTOR times as often as one person, and then
against the person who asks; whoever is nobody that is known counts as one person an address.
"""

import logging
import math
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

from limits import RateLimitItem, parse_many
from limits.aio.storage import Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import StorageError
from limits.storage import storage_from_string

from app.metrics import counted_together
from app.storage_url import read
from app.web.errors import ApiError
from app.web.storage_sentences import said

log = logging.getLogger(__name__)

# In force until the table has been read for the first time.
DEFAULTS = (("auth", "300/minute"), ("read", "3000/minute"), ("write", "600/minute"), ("ai", "300/minute"))
ADDRESS_FACTOR = 5
LONGEST_WINDOW = 86_400  # seconds; a rule is at least one request a minute
LOGIN_TRIES = 30  # logins to one account from one client address in the window of `auth`, if that allows more
FAILED_LOGINS = parse_many("100/hour")  # to one account, from all addresses together
MOST_COUNTERS = 100_000
MOST_KEYS = 10_000  # of each window, remembered: the library takes 2 microseconds to make one
STORAGE_SECONDS = 0.5  # so long a shared storage may take to answer
STORAGE_RETRY_SECONDS = 5.0  # so long it is left alone after a failure

Headers = tuple[tuple[bytes, bytes], ...]


class InProcessStorage(Storage):
    """Counters in a dictionary, swept now and then.

    The library's own in-memory storage for asyncio looks through all keys after each hit: 4.5 ms at 50,000 keys.
    """

    STORAGE_SCHEME = ["async+in-process"]  # noqa: RUF012
    base_exceptions = ()  # nothing here can fail

    def __init__(
        self, uri: str | None = None, wrap_exceptions: bool = False, most_counters: int = MOST_COUNTERS, **_: object
    ) -> None:
        super().__init__(uri, wrap_exceptions)
        self.most_counters = most_counters
        self.counters: dict[str, tuple[int, float]] = {}  # how many, and when the window ends

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        count, ends = self.counters.get(key, (0, 0.0))
        if ends <= now:
            if len(self.counters) >= self.most_counters:
                self.sweep()
            count, ends = 0, now + expiry
        self.counters[key] = count + amount, ends
        return count + amount

    async def get(self, key: str) -> int:
        count, ends = self.counters.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    async def get_expiry(self, key: str) -> float:
        return self.counters.get(key, (0, time.time()))[1]

    async def check(self) -> bool:
        return True

    async def reset(self) -> int | None:
        count = len(self.counters)
        self.counters.clear()
        return count

    async def clear(self, key: str) -> None:
        self.counters.pop(key, None)

    def sweep(self) -> None:
        """Forget windows that are over; when there are still too many, the older half."""
        now = time.time()
        self.counters = {key: counter for key, counter in self.counters.items() if counter[1] > now}
        if len(self.counters) >= self.most_counters:
            self.counters = dict(list(self.counters.items())[self.most_counters // 2 :])


def shared_storage(url: str) -> Storage:
    """The storage that a URL names, as `app.storage_url.read` answers it. Raises limits.errors.ConfigurationError."""
    storage = storage_from_string(
        f"async+{url}",
        implementation="redispy",
        wrap_exceptions=True,
        key_prefix="assay",
        socket_timeout=STORAGE_SECONDS,
        socket_connect_timeout=STORAGE_SECONDS,
    )
    assert isinstance(storage, Storage)
    return storage


class Verdict(NamedTuple):
    """Whether a request may go on, and the headers its response carries."""

    allowed: bool
    headers: Headers
    retry_after: int  # seconds
    remaining: int
    scope: str = ""

    def error(self) -> ApiError:
        """429."""
        return ApiError("rate_limited", details={"retry_after": self.retry_after, "scope": self.scope})


UNSEEN = Verdict(True, (), 0, sys.maxsize)


class FixedWindow(FixedWindowRateLimiter):
    """The library's strategy, asked for its count: `hit` and `get_window_stats` go to the storage three times."""

    async def count(self, item: RateLimitItem, key: str) -> int:
        """How many requests the window of this key holds with this one."""
        return await self.storage.incr(key, item.get_expiry())


class Limit:
    """All windows of one rule; a quiet one has nothing to say until it refuses."""

    def __init__(self, name: str, items: Iterable[RateLimitItem], *, quiet: bool = False) -> None:
        self.name, self.items, self.quiet = name, tuple(items), quiet
        self.keys = tuple(lru_cache(MOST_KEYS)(item.key_for) for item in self.items)  # who asks asks again
        policy = ", ".join(f'"{name}";q={item.amount};w={item.get_expiry()}' for item in self.items)
        self.policy = (b"ratelimit-policy", policy.encode())
        self.amounts = tuple((b"x-ratelimit-limit", str(item.amount).encode()) for item in self.items)

    async def count(self, limiter: FixedWindow, who: tuple[str, ...]) -> Verdict:
        """Count in every window; the tightest speaks, one that is over its amount first of all."""
        keys, left = [key_for(*who) for key_for in self.keys], []
        for item, key in zip(self.items, keys, strict=True):
            left.append(max(item.amount - await limiter.count(item, key), -1))
        least = min(left)
        if self.quiet and least >= 0:
            return UNSEEN
        number, remaining = left.index(least), max(least, 0)
        ends = await limiter.storage.get_expiry(keys[number])
        seconds = max(0, math.ceil(ends - time.time()))
        headers = (
            self.policy,
            (b"ratelimit", b'"%b";r=%d;t=%d' % (self.name.encode(), remaining, seconds)),
            self.amounts[number],
            (b"x-ratelimit-remaining", b"%d" % remaining),
            (b"x-ratelimit-reset", b"%d" % math.ceil(ends)),
        )
        return Verdict(least >= 0, headers, seconds, remaining, self.name)


class Rule:
    """What is in force for a scope: the limit of one person, of one address, and (`auth`) of one account's logins."""

    def __init__(self, scope: str, text: str) -> None:
        items = [bounded(item) for item in parse_many(text)]
        self.text = text
        self.person = Limit(scope, items)
        self.address = Limit(scope, [times(item, ADDRESS_FACTOR) for item in items], quiet=True)
        self.login = Limit(scope, [type(item)(min(item.amount, LOGIN_TRIES), item.multiples) for item in items])


class RateLimits:
    """The limits that are in force, and where requests are counted.

    A shared storage that failed is left alone for `retry_seconds`; each process counts by itself meanwhile.
    """

    def __init__(
        self,
        storage_url: str = "memory://",
        rules: Iterable[tuple[str, str]] = DEFAULTS,
        retry_seconds: float = STORAGE_RETRY_SECONDS,
    ) -> None:
        self._retry_seconds = retry_seconds
        self.in_process = InProcessStorage()
        self._alone = FixedWindow(self.in_process)
        shared = read(storage_url)
        self._shared = FixedWindow(shared_storage(shared)) if shared else None
        self._retry_at = self._heard_at = 0.0
        self.together: bool | None = None  # whether the shared storage counts, as last seen; None: not seen, or none
        self.rules: dict[str, Rule] = {}
        self.reload(rules)

    def reload(self, rules: Iterable[tuple[str, str]]) -> None:
        """Take over (scope, rule) rows. A changed rule starts with fresh counters, an unchanged one keeps its own.

        Raises ValueError for a rule that cannot be read; nothing has changed then.
        """
        changed = {
            scope: Rule(scope, text)
            for scope, text in rules
            if scope not in self.rules or self.rules[scope].text != text
        }
        self.rules.update(changed)

    async def address(self, scope: str, client: str) -> Verdict:
        """Count one request of a client address."""
        return await self._hit(self.rules[scope].address, "address", client)

    async def person(self, scope: str, person: str) -> Verdict:
        """Count one request of an account, or of those at an address who are nobody that is known."""
        return await self._hit(self.rules[scope].person, scope, person)

    async def login(self, client: str, account: str) -> Verdict:
        """Count one try to log in to an account from one client address."""
        return await self._hit(self.rules["auth"].login, "login", client, account)

    async def failed_login(self, account: str) -> Verdict:
        """Count a wrong password for an account, from whatever address."""
        return await self._hit(Limit("auth", FAILED_LOGINS), "failed-login", account)

    async def _hit(self, limit: Limit, *who: str) -> Verdict:
        if self._shared is not None and time.monotonic() >= self._retry_at:
            with self._heard(who):
                return await limit.count(self._shared, who)
        return await limit.count(self._alone, who)

    async def look(self) -> bool | None:
        """Whether requests are counted for all processes together; None: no storage for that was named.

        Asks the storage when it was neither heard nor found silent for some seconds.
        """
        if self._shared is not None and time.monotonic() >= max(self._retry_at, self._heard_at + self._retry_seconds):
            with self._heard():
                await self._shared.storage.get("look")
        return self.together

    @contextmanager
    def _heard(self, who: tuple[str, ...] = ()) -> Iterator[None]:
        """Notes whether the shared storage answers, and says in the log when that changes."""
        try:
            yield
        except (StorageError, OSError) as error:
            self._retry_at = time.monotonic() + self._retry_seconds
            if self.together is not False:
                log.warning("rate limits: the shared storage does not answer, counting here: %s", said(error, who))
            self._tell(False)
        else:
            self._heard_at = time.monotonic()
            if self.together is False:
                log.info("rate limits: the shared storage answers again and counts for all processes")
            self._tell(True)

    def _tell(self, together: bool) -> None:
        if self.together is not together:
            self.together = together
            counted_together().set(together)


def times(item: RateLimitItem, factor: int) -> RateLimitItem:
    """The same window for so many times as many requests."""
    return type(item)(item.amount * factor, item.multiples)


def bounded(item: RateLimitItem) -> RateLimitItem:
    """The window as it is, or, where it would shut people out, the nearest one that does not."""
    if item.get_expiry() > LONGEST_WINDOW:
        (item,) = parse_many(f"{item.amount}/day")
    least = math.ceil(item.get_expiry() / 60)
    return item if item.amount >= least else type(item)(least, item.multiples)


def is_fair(text: str) -> bool:
    """Whether a rule leaves everybody at least one request a minute. Raises ValueError for what is no rule."""
    return all(bounded(item) is item for item in parse_many(text))
