"""Is a teacher's new key known to its provider? One call that lists models and costs nothing."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Literal

import anthropic
import openai

from app.ai.clients import KeyUnusable
from app.ai.failures import error_object
from app.ai.models import Provider
from app.ai.providers import Providers

SECONDS = 10.0


async def check_key(providers: Providers, provider: Provider, key: str) -> Literal["ok", "rejected", "unknown"]:
    """`rejected` only when the provider says that it does not know the key; whatever else goes wrong is `unknown`."""
    clients = providers.clients
    try:
        async with asyncio.timeout(min(SECONDS, providers.settings.ai_timeout_seconds)):
            client_for: Mapping[Provider, Any] = {"openai": clients.openai_for, "anthropic": clients.anthropic_for}
            response = await client_for[provider](key).models.with_raw_response.list()
            listed = json.loads(await response.http_response.aread())
    except KeyUnusable:
        return "rejected"
    except (openai.APIStatusError, anthropic.APIStatusError) as error:
        return "rejected" if _unknown_key(error.status_code, error_object(error.body)) else "unknown"
    except Exception:  # noqa: BLE001 - an AI call: whatever it raises (measured: far more than SDK errors) is no verdict
        return "unknown"
    return "ok" if isinstance(listed, dict) and isinstance(listed.get("data"), list) else "unknown"


def _unknown_key(status: int, error: Mapping[str, Any]) -> bool:
    """A key that may not list models gets 401 or 403 too, with "Missing scopes" in OpenAI's message: not a refusal."""
    if "scope" in str(error.get("message", "")).lower():
        return False
    named = {error.get("code"), error.get("type")}
    return status == 401 or (status == 403 and bool(named & {"authentication_error", "invalid_api_key"}))
