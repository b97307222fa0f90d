"""What every request of one process shares."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

import asyncpg

from app.db.database import Database, Unavailable
from app.db.listener import JobNews
from app.db.queries import Query
from app.mail import Mailer
from app.settings import Settings
from app.web.errors import Rules
from app.web.metrics import Counters
from app.web.rate_limits import Limiter

log = logging.getLogger(__name__)

HELD_BYTES = 64_000_000  # of bodies that have begun to arrive, in one process


class KeyIntake(Protocol):
    """What teachers' API keys go through before they are stored."""

    def read(self, raw: str) -> str:
        """The key without blanks around it. Raises ValueError, never quoting it, when it can be no key."""

    def seal(self, teacher_id: str, provider: str, key: str) -> bytes:
        """The encrypted key."""

    async def check(self, provider: str, key: str) -> str:
        """`ok`, `rejected`, or `unknown` when the service could not be asked."""


@dataclass(slots=True)
class World:
    """`schema` is the digest of the SQL files this process was started with (None: not compared);
    `ai` is what /ready says about the AI services, real or simulated."""

    settings: Settings
    queries: Mapping[str, Query]
    database: Database
    mailer: Mailer
    keys: KeyIntake
    ai: Mapping[str, str] = field(default_factory=dict)
    schema: str | None = None
    limiter: Limiter = field(default_factory=Limiter)
    counters: Counters = field(default_factory=Counters)
    news: JobNews = field(default_factory=JobNews)
    rules: Rules = field(default_factory=dict)
    document: bytes = b""
    held: int = 0  # bytes of bodies that have begun to arrive and are not done with
    most_held: int = HELD_BYTES

    async def learn(self) -> None:
        """Read the limits and the rules' sentences anew. When that fails, what is known stays in force."""
        try:
            limits = await self.database.rows(self.queries["auth/list_rate_limits"], ())
            self.limiter.learn((row["scope"], row["rule"]) for row in limits)
            rules = await self.database.rows(self.queries["auth/list_rules"], ())
            self.rules = {row["name"]: (row["sentence"], row["field"]) for row in rules}
        except (Unavailable, asyncpg.PostgresError, ValueError) as trouble:
            log.warning("limits and rules could not be read (%s)", type(trouble).__name__)


@cache
def docs_page() -> bytes:
    """Swagger UI with everything it needs inside; 2 MB, made when somebody first asks for it."""
    from offapi import OpenAPITemplate

    return str(OpenAPITemplate.SWAGGER.value.format(spec_url="/openapi.json")).encode()
