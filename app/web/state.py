"""What every request of one process shares."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import asyncpg

from app.db.database import Database, Unavailable
from app.db.figures import Figures
from app.db.job_updates import JobUpdates
from app.db.queries import Query, shipped_queries
from app.db.sentences import said
from app.mail.links import MailLinks
from app.security.passwords import Turns
from app.settings import Settings
from app.version import version
from app.web.body import BodyBudget
from app.web.metrics import Metrics
from app.web.rate_limits import RateLimits

log = logging.getLogger(__name__)


class ApiKeyIntake(Protocol):
    """What teachers' API keys go through before they are stored."""

    def seal(self, teacher_id: str, provider: str, key: str) -> bytes:
        """The encrypted key."""

    async def check(self, provider: str, key: str) -> str:
        """`ok`, `rejected`, or `unknown` when the service could not be asked."""


class Accounts(dict[bytes, str]):
    """Whose token is whose, for counting how often somebody asks; of more than MOST the oldest is forgotten.

    A token that is dead meanwhile does no harm here: each request's own statement finds out who is calling.
    """

    MOST = 50_000

    def remember(self, token_digest: bytes, account: str) -> None:
        """The database has said so."""
        self[token_digest] = account
        if len(self) > self.MOST:
            del self[next(iter(self))]


class AppState:
    """Nothing is opened yet: `app.web.lifespan` does that.

    `queries`: others than the shipped ones. `schema`: the digest of the SQL files this process was started with (None:
    not compared), `migrations` the names of those in sql/schema. `ai`: what /ready says about the AI services, real or
    simulated; `commit` it says too.
    """

    def __init__(
        self,
        url: str,
        settings: Settings,
        api_keys: ApiKeyIntake,
        mail_links: MailLinks,
        *,
        ai: Mapping[str, str] | None = None,
        schema: str | None = None,
        migrations: Sequence[str] = (),
        commit: str | None = None,
        queries: Mapping[str, Query] | None = None,
    ) -> None:
        self.settings, self.api_keys, self.mail_links = settings, api_keys, mail_links
        self.ai, self.schema, self.queries = ai or {}, schema, queries or shipped_queries()
        self.database = Database(url, settings.database_replica_url, max_lag=settings.database_replica_max_lag_seconds)
        self.figures = Figures(url, self.queries["auth/read_figures"])
        self.listen_url = settings.database_listen_url or url
        self.rate_limits = RateLimits(settings.rate_limit_storage_url)
        self.metrics, self.job_updates = Metrics(), JobUpdates()
        self.accounts, self.bodies, self.password_turns = Accounts(), BodyBudget(), Turns()
        self.document: Callable[[], bytes] = bytes  # OpenAPI, of the routes that the application has
        self.migrations, self.version, self.commit = list(migrations), version(), commit
        self.stop = asyncio.Event()  # set: the process is to end, as SIGTERM tells it
        self.draining = False
        self.broken = ""  # what broke down, if that is why it ends
        self.vital: list[Callable[[], bool]] = []  # whether the parts without which it is no use are at work

    def alive(self) -> bool:
        """Whether every part of this process is at work; a database that is away is no fault of any."""
        return all(part() for part in self.vital)

    def status(self) -> str:
        """How it is, for `systemctl status`."""
        if self.draining:
            return "drains: it ends when the responses under way have gone out"
        return "serves" if self.job_updates.connected else "serves; the database does not answer its listener"

    def break_down(self, part: str, error: BaseException) -> None:
        """A part of this process ended that nobody ends: the log says so, the process ends, with exit code 1."""
        log.critical("%s broke down (%s)", part, said(error))
        self.broken = self.broken or f"{part[:1].upper()}{part[1:]} broke down; the log says why."
        self.stop.set()

    async def reload(self) -> None:
        """Read the rate limits anew. When that fails, what is known stays in force."""
        try:
            limits = await self.database.rows(self.queries["auth/list_rate_limits"], ())
            self.rate_limits.reload((row["scope"], row["rule"]) for row in limits)
        except (Unavailable, asyncpg.PostgresError, ValueError) as error:
            log.warning("the rate limits could not be read (%s)", said(error))
