"""The development default: a teacher's key that is no real one is answered by simulated providers in this process."""

import logging
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.settings import Settings

# What the providers issue, by its shape. Anything else is not sent to them.
REAL_KEY: Mapping[str, re.Pattern[str]] = {
    "openai": re.compile(r"sk-(?!ant-|sim)[A-Za-z0-9_-]{40,}"),
    "anthropic": re.compile(r"sk-ant-[A-Za-z0-9_-]{80,}"),
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SimulatedProviders:
    """Where the simulated providers are, by the name of the real one."""

    base_urls: Mapping[str, str]

    def url_for(self, provider: str, key: str) -> str | None:
        """The simulated provider's address for a key that is no real one; None for a real one."""
        return None if REAL_KEY[provider].fullmatch(key) else self.base_urls[provider]


@asynccontextmanager
async def simulated_providers(settings: Settings) -> AsyncIterator[SimulatedProviders | None]:
    """Simulated providers when nothing else is configured: no DATABASE_URL and no address of a provider. Else None."""
    if settings.database_url or settings.provider_urls:
        yield None
        return
    from app.dev.simulator import running

    async with running() as simulated:
        log.warning(
            "Development: keys that are no real ones are answered by simulated AI providers at %s. "
            "Set DATABASE_URL, or OPENAI_BASE_URL and ANTHROPIC_BASE_URL, to have none of that.",
            simulated.url,
        )
        yield SimulatedProviders({"openai": simulated.openai_base_url, "anthropic": simulated.anthropic_base_url})
