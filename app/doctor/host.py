"""This machine: what a process may open, what it reads and writes, where requests are counted, and who answers for the
AI services."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

from limits.errors import ConfigurationError, StorageError

from app.ai.prompts import PromptRefused, Prompts
from app.doctor.database import api_processes
from app.doctor.finding import Deployment, Finding
from app.http_server import MOST_CONNECTIONS, RESERVED, connection_ceiling
from app.logs import FILE, KEPT_FILES, MAX_BYTES
from app.loopback import is_loopback
from app.storage_url import read
from app.web.rate_limits import shared_storage
from app.web.storage_sentences import said

SECONDS = 5.0
LEAST_LEFT = 10 * MAX_BYTES
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


def prompts(deployment: Deployment) -> Iterator[Finding]:
    """PROMPTS_DIR: whether a worker starts with what is in it."""
    try:
        Prompts(deployment.settings.prompts_dir)
    except PromptRefused as refused:
        yield Finding(str(refused), "Put PROMPTS_DIR right, or take it out: what it lacks is the shipped one.")


def log_folder(deployment: Deployment, least: int = LEAST_LEFT) -> Iterator[Finding]:
    """LOG_DIR: whether files can be written there, and at least so many bytes are left."""
    folder = deployment.settings.log_dir
    if folder is None:
        return
    there = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    file = folder / FILE
    if (
        not there.is_dir()
        or not os.access(there, os.W_OK | os.X_OK)
        or (file.exists() and not os.access(file, os.W_OK))
    ):
        yield Finding(
            f"LOG_DIR ({folder}) cannot be written by this user.",
            "Give it to the user that assay runs as, or set LOG_DIR=none: all of it goes to standard output then.",
        )
    elif (left := shutil.disk_usage(there).free) < least:
        yield Finding(
            f"There are {left // 1_000_000} MB left for LOG_DIR ({folder}); its files take up to"
            f" {MAX_BYTES * KEPT_FILES // 1_000_000} MB.",
            "Make room, or set LOG_DIR=none: all of it goes to standard output then.",
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
