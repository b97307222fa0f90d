"""What every request of one process shares."""

import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import asyncpg

from app.db.database import Database, Unavailable
from app.db.queries import Query
from app.mail.links import MailLinks
from app.settings import Settings
from app.web.body import BodyBudget
from app.web.job_updates import JobUpdates
from app.web.metrics import Metrics
from app.web.rate_limits import RateLimits

log = logging.getLogger(__name__)


class ApiKeyIntake(Protocol):
    """What teachers' API keys go through before they are stored."""

    def read(self, raw: str) -> str:
        """The key without blanks around it. Raises ValueError, never quoting it, when it can be no key."""

    def seal(self, teacher_id: str, provider: str, key: str) -> bytes:
        """The encrypted key."""

    async def check(self, provider: str, key: str) -> str:
        """`ok`, `rejected`, or `unknown` when the service could not be asked."""


class Accounts:
    """Whose token is whose, for counting how often somebody asks; the least used are forgotten.

    A token that is dead meanwhile does no harm here: each request's own statement finds out who is calling.
    """

    MOST = 50_000

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, str] = OrderedDict()

    def get(self, token_digest: bytes) -> str | None:
        """The account, if this process has seen the token before."""
        account = self._known.get(token_digest)
        if account is not None:
            self._known.move_to_end(token_digest)
        return account

    def remember(self, token_digest: bytes, account: str) -> None:
        """The database has said so."""
        self._known[token_digest] = account
        if len(self._known) > self.MOST:
            self._known.popitem(last=False)


@dataclass(slots=True)
class AppState:
    """`schema` is the digest of the SQL files this process was started with (None: not compared);
    `ai` is what /ready says about the AI services, real or simulated."""

    settings: Settings
    queries: Mapping[str, Query]
    database: Database
    api_keys: ApiKeyIntake
    mail_links: MailLinks
    rate_limits: RateLimits
    ai: Mapping[str, str] = field(default_factory=dict)
    schema: str | None = None
    listen_url: str = ""
    metrics: Metrics = field(default_factory=Metrics)
    job_updates: JobUpdates = field(default_factory=JobUpdates)
    accounts: Accounts = field(default_factory=Accounts)
    bodies: BodyBudget = field(default_factory=BodyBudget)
    document: bytes = b""

    async def reload(self) -> None:
        """Read the rate limits anew. When that fails, what is known stays in force."""
        try:
            limits = await self.database.rows(self.queries["auth/list_rate_limits"], ())
            self.rate_limits.reload((row["scope"], row["rule"]) for row in limits)
        except (Unavailable, asyncpg.PostgresError, ValueError) as error:
            log.warning("the rate limits could not be read (%s)", type(error).__name__)
