"""What a check is given, and what it finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """Two sentences: what is wrong, and what to do."""

    wrong: str
    remedy: str


class NotLookedAt(Exception):
    """Raised by a check that cannot be made with these settings, though nothing is wrong with them. Says why."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """`url` leads to its database; `processes` of the API run on one host."""

    settings: Settings
    url: str = ""
    processes: int = 1

    @property
    def direct(self) -> str:
        """Past a pooler, where there is one: there the login is itself, and a session has what it asked for."""
        return self.settings.database_listen_url or self.url

    @property
    def real(self) -> bool:
        """Whether its database is one that somebody set up, and not the embedded one."""
        return self.settings.database_url is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`well` is said when nothing is found. It is looked at only when nothing was found by those it `needs`."""

    name: str
    well: str
    look: Callable[[Deployment], Iterable[Finding]]
    needs: tuple[str, ...] = ()
