"""LISTEN and NOTIFY: what wakes workers and those who wait for a job."""

import asyncio
import secrets
from collections.abc import Iterator

import asyncpg

from app.db.connection import UNREACHABLE, Connection, Unavailable, connect
from app.db.sentences import said
from app.doctor.database import asking, row_of
from app.doctor.finding import Deployment, Finding

CHANNEL = "assay_doctor"
HEAR_SECONDS = 3.0  # it takes milliseconds


def heard(deployment: Deployment) -> Iterator[Finding]:
    """Whether what is said over DATABASE_URL is heard over DATABASE_LISTEN_URL."""
    yield from asyncio.run(_listen(deployment))


async def _listen(deployment: Deployment) -> list[Finding]:
    listen_url = deployment.settings.database_listen_url or deployment.url
    name = "DATABASE_LISTEN_URL" if deployment.settings.database_listen_url else "DATABASE_URL"
    try:
        listening = await connect(listen_url, "assay_api", "assay doctor")
    except (Unavailable, asyncpg.PostgresError, *UNREACHABLE) as error:
        why = error.sentence if isinstance(error, Unavailable) else f"{said(error)}."
        return [Finding(f"Nobody can listen over {name}: {why}", f"Let {name} name the database itself.")]
    try:
        if await _hears(listening, deployment.url):
            return []
    finally:
        listening.terminate()
    return [
        Finding(
            f"A notification that is sent over DATABASE_URL is not heard over {name}: workers and those who wait for a"
            " job only look now and then.",
            "Let DATABASE_LISTEN_URL name a direct connection to the primary, to the same database, past any pooler.",
        )
    ]


async def _hears(listening: Connection, url: str) -> bool:
    payload, came = secrets.token_hex(8), asyncio.Event()

    def hear(_connection: object, _pid: int, _channel: str, heard: object) -> None:
        if heard == payload:
            came.set()

    await listening.add_listener(CHANNEL, hear)
    await asyncio.to_thread(_speak, url, payload)
    try:
        async with asyncio.timeout(HEAR_SECONDS):
            await came.wait()
    except TimeoutError:
        return False
    return True


def _speak(url: str, payload: str) -> None:
    """As nobody in particular: a pooler's entry has the role that it has."""
    with asking(url) as speaking:
        row_of(speaking, "server/notify", CHANNEL, payload)
