"""Is a teacher's new key known to its provider? One call that lists models and costs nothing."""

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any, Literal

import anthropic
import openai

from app.ai.clients import KeyUnusable
from app.ai.failures import classify, error_object, sentence_of
from app.ai.models import Provider
from app.ai.providers import Providers

SECONDS = 10.0

log = logging.getLogger(__name__)


async def check_key(providers: Providers, provider: Provider, key: str) -> Literal["ok", "rejected", "unknown"]:
    """`rejected` only when the provider says that it does not know the key; whatever else goes wrong is `unknown`.

    The log says what went wrong, in the provider's own sentence as far as it may be shown.
    """
    clients = providers.clients
    try:
        async with asyncio.timeout(min(SECONDS, providers.settings.ai_timeout_seconds)):
            client_for: Mapping[Provider, Any] = {"openai": clients.openai_for, "anthropic": clients.anthropic_for}
            response = await client_for[provider](key).models.with_raw_response.list()
            listed = json.loads(await response.http_response.aread())
    except KeyUnusable:
        return "rejected"
    except (openai.APIStatusError, anthropic.APIStatusError) as error:
        return _report(provider, error, rejected=_unknown_key(error.status_code, error_object(error.body)))
    except Exception as error:  # noqa: BLE001 - an AI call: whatever it raises (measured: far more than SDK errors) is no verdict
        return _report(provider, error, rejected=False)
    if isinstance(listed, dict) and isinstance(listed.get("data"), list):
        return "ok"
    log.warning(
        "key check: provider=%s verdict=unknown: it answered with something else than a list of models", provider
    )
    return "unknown"


def _report(provider: Provider, error: Exception, *, rejected: bool) -> Literal["rejected", "unknown"]:
    """The verdict, and a line in the log: of codes and words of the provider."""
    failure, verdict = classify(error), "rejected" if rejected else "unknown"
    log.warning(
        "key check: provider=%s verdict=%s reason=%s status=%s request_id=%s: %s",
        provider, verdict, failure.reason, failure.status, failure.request_id,
        sentence_of(error, "") or "no sentence that may be shown",
    )  # fmt: skip
    return "rejected" if rejected else "unknown"


def _unknown_key(status: int, error: Mapping[str, Any]) -> bool:
    """A key that may not list models gets 401 or 403 too, with "Missing scopes" in OpenAI's message: not a refusal."""
    if "scope" in str(error.get("message", "")).lower():
        return False
    named = {error.get("code"), error.get("type")}
    return status == 401 or (status == 403 and bool(named & {"authentication_error", "invalid_api_key"}))
