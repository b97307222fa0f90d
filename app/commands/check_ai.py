"""`assay check-ai`: ask each AI service for one tiny answer with a teacher's keys, and print what works."""

import argparse
import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from app.ai.failures import Failure, Kind
from app.ai.models import PROVIDERS, Model, Provider, candidates, models_of
from app.ai.protocols import Request
from app.ai.providers import OK, Providers
from app.ai.simulated import simulated_providers
from app.commands import CommandError
from app.db.database import Database
from app.db.queries import shipped_queries
from app.dev.embedded_postgres import database
from app.logs import logged
from app.security.keyring import KeyUnreadable, Ring, load_ring
from app.settings import Settings

log = logging.getLogger(__name__)

QUESTION = Request(
    system='Answer with the JSON object {"ok": true} and nothing else.',
    user="Is anybody there?",
    schema={
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    },
    output_tokens=64,
)
# Another model of the same service would be refused as well.
ENDS = frozenset({Kind.AUTHENTICATION, Kind.QUOTA})


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
    sealed = {row["provider"]: row["sealed"] for row in rows if row["provider"]}
    works = False
    async with simulated_providers(settings) as simulated, Providers(settings, simulated=simulated) as services:
        for provider in PROVIDERS:
            async for line, answered in _lines(services, ring, str(rows[0]["teacher_id"]), provider, sealed, models):
                print(line, flush=True)
                works = works or answered
    return works


async def _lines(
    services: Providers, ring: Ring, teacher_id: str, provider: Provider, sealed: Mapping[str, bytes], models: Any
) -> AsyncIterator[tuple[str, bool]]:
    """What one service is worth: (a line to print, whether it is an answer)."""
    if provider not in sealed:
        yield f"{provider}: no key is stored", False
        return
    try:
        key = ring.open(teacher_id, provider, sealed[provider])
    except KeyUnreadable as unreadable:
        yield f"{provider}: {unreadable}", False
        return
    asked = candidates(services.settings, models, provider)
    if not asked:
        yield f"{provider}: no model is enabled in assay.ai_models", False
    async for line, outcome in _answers(services, key, asked):
        yield line, outcome == OK


async def _answers(services: Providers, key: str, asked: Sequence[Model]) -> AsyncIterator[tuple[str, str]]:
    """One call for each model until one answers: (a line, the outcome)."""
    for model in asked:
        answer, seconds = await services.ask(model, key, QUESTION, services.settings.ai_timeout_seconds)
        outcome = answer.kind.value if isinstance(answer, Failure) else OK
        line = f"{model.provider}: {model.model}: {outcome}"
        if isinstance(answer, Failure):
            said = f": {answer.sentence}" if answer.sentence else ""
            line += f" ({answer.reason}, status {answer.status or 'none'}{said})"
            log.warning("%s", line)
        yield f"{line}, {seconds * 1000:.0f} ms", outcome
        if outcome in (OK, *ENDS):
            return
