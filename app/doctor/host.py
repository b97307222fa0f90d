"""This machine: what a process may open, where requests are counted, and who answers for the AI services."""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

from limits.errors import ConfigurationError, StorageError

from app.doctor.database import api_processes
from app.doctor.finding import Deployment, Finding
from app.http_server import MOST_CONNECTIONS, RESERVED, connection_ceiling
from app.loopback import is_loopback
from app.storage_url import read
from app.web.rate_limits import shared_storage
from app.web.storage_sentences import said

SECONDS = 5.0
SIMULATED = b"A simulator of the OpenAI and Anthropic APIs"
SHARE = "Set RATE_LIMIT_STORAGE_URL to a Redis or Valkey that all of them reach, such as redis://127.0.0.1:6379."


def descriptors(_: Deployment) -> Iterator[Finding]:
    """How many files, and so connections, a process may have open: `serve` raises the soft limit to the hard one."""
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < MOST_CONNECTIONS + RESERVED:
        yield Finding(
            f"A process may open {hard:,} files here, so `serve` takes {connection_ceiling(hard):,} connections at a"
            f" time instead of {MOST_CONNECTIONS:,}.",
            f"Raise the hard limit to {MOST_CONNECTIONS + RESERVED:,} or more (LimitNOFILE= of a systemd unit,"
            " `ulimit -Hn`, /etc/security/limits.conf).",
        )


def counting(deployment: Deployment) -> Iterator[Finding]:
    """Whether processes that run side by side count requests together."""
    if deployment.processes > 1:
        yield from _alone(deployment, deployment.processes)


def counting_now(deployment: Deployment) -> Iterator[Finding]:
    """The same of the processes that run just now, and whether what they share answers."""
    url = read(deployment.settings.rate_limit_storage_url)
    if url is None:
        running = api_processes(deployment.direct)
        if running > 1 and deployment.processes == 1:
            yield from _alone(deployment, running)
        return
    remedy = "Put RATE_LIMIT_STORAGE_URL right, or start what it names; until then each process counts by itself."
    try:
        asyncio.run(shared_storage(url).get("look"))
    except (ConfigurationError, StorageError, OSError) as error:
        yield Finding(f"What RATE_LIMIT_STORAGE_URL names does not answer ({said(error)}).", remedy)


def _alone(deployment: Deployment, processes: int) -> Iterator[Finding]:
    if read(deployment.settings.rate_limit_storage_url) is None:
        yield Finding(
            f"{processes} processes of the API count requests each by itself (memory://): who is limited to 30 logins"
            f" has {30 * processes}.",
            SHARE,
        )


def simulators(deployment: Deployment) -> Iterator[Finding]:
    """Whether a simulator answers for an AI service while the database is a real one."""
    for name, address in deployment.settings.provider_urls.items():
        if deployment.real and is_loopback(urlsplit(address).hostname or "") and _is_simulator(address):
            yield Finding(
                f"{name} leads to `assay simulate-ai`: no model reads the texts, and their scores mean nothing.",
                f"Take {name} out, or let it name the service.",
            )


def _is_simulator(address: str) -> bool:
    import httpx2  # here, since `serve` makes other checks of this file at its start

    try:
        return httpx2.get(address, timeout=SECONDS, trust_env=False).content.startswith(SIMULATED)
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
        return False
