"""`assay check-ai`: ask each AI service for one tiny answer with a teacher's keys, and print what works."""

import argparse
import asyncio

from app.ai.models import models_of
from app.commands import CommandError
from app.db.database import Database
from app.db.queries import shipped_queries
from app.dev.embedded_postgres import database
from app.logs import logged
from app.security.keyring import Ring, load_ring
from app.settings import Settings


class TeacherUnknown(CommandError):
    """There is no teacher with this e-mail address."""

    def __init__(self, email: str) -> None:
        super().__init__(f"There is no teacher with the e-mail address {email}.")


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--teacher", required=True, metavar="EMAIL", help="whose keys are tried")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """0 if any service works; raises as `check`."""
    with logged(settings):
        return 0 if check(settings, arguments.teacher) else 1


def check(settings: Settings, email: str) -> bool:
    """Prints a line for each call that was made and whether any service works. Raises TeacherUnknown, SecretRefused."""
    with database(settings.database_url, settings.assay_data_dir) as url:
        ring = load_ring(settings, embedded=settings.database_url is None)
        return asyncio.run(_check(url, settings, ring, email))


async def _check(url: str, settings: Settings, ring: Ring, email: str) -> bool:
    queries = shipped_queries()
    async with Database(url, size=1, name="assay check-ai", role="assay_operator") as pool:
        rows = await pool.rows(queries["operator/read_teacher_keys"], [email], read=True)
        models = models_of(await pool.rows(queries["operator/list_models"], (), read=True))
    if not rows:
        raise TeacherUnknown(email)
    from app.ai.key_trial import tried  # with the AI services' SDKs, which take seconds

    sealed = {row["provider"]: row["sealed"] for row in rows if row["provider"]}
    works = False
    async for line, answered in tried(settings, ring, str(rows[0]["teacher_id"]), sealed, models):
        print(line, flush=True)
        works = works or answered
    return works
