"""One tiny answer of each service with a teacher's keys, which shows whether they work."""

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from app.ai.failures import Failure, Kind
from app.ai.models import PROVIDERS, Model, Provider, candidates
from app.ai.protocols import Request
from app.ai.providers import OK, Providers
from app.ai.simulated import simulated_providers
from app.security.keyring import KeyUnreadable, Ring
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


async def tried(
    settings: Settings, ring: Ring, teacher_id: str, sealed: Mapping[str, bytes], models: Any
) -> AsyncIterator[tuple[str, bool]]:
    """What each service is worth: (a line to print, whether it is an answer)."""
    async with simulated_providers(settings) as simulated, Providers(settings, simulated=simulated) as services:
        for provider in PROVIDERS:
            async for line in _lines(services, ring, teacher_id, provider, sealed, models):
                yield line


async def _lines(
    services: Providers, ring: Ring, teacher_id: str, provider: Provider, sealed: Mapping[str, bytes], models: Any
) -> AsyncIterator[tuple[str, bool]]:
    """Of one service."""
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
