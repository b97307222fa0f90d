"""What the tests of the AI layer share: the simulated services behind a wire that remembers what passed over it."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.ai.api_keys import ApiKey
from app.ai.calls.grading import Graded, grade
from app.ai.calls.instructions import Built, build
from app.ai.calls.template import TEMPLATE as TEMPLATE_CALL
from app.ai.models import Model
from app.ai.providers import Providers
from app.dev.simulator import Simulator
from app.dev.simulator.http_server import Listener, Request, Response
from app.settings import Settings


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


GOOD = "sk-sim-a-good-key"
INSTRUCTIONS = "Explain the tides in your own words. The maximum score is 20 points."
TEMPLATE = "Maximum score: 20\nFacts: 20 points."
TEXT = "The moon pulls at the sea, and the earth turns below it."
JSON_OPENAI = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "strict": True, "schema": "$schema"},
}
MODELS = [
    Model(
        "openai",
        "gpt-4o",
        {"temperature": 0, "store": False, "response_format": JSON_OPENAI},
    ),
    Model(
        "openai",
        "gpt-6-luna",
        {"reasoning_effort": "none", "store": False, "response_format": JSON_OPENAI},
    ),
    Model(
        "anthropic",
        "claude-sonnet-4-6",
        {"output_config": {"format": {"type": "json_schema", "schema": "$schema"}}},
    ),
]


Keys = Mapping[str, str | ApiKey]


def known_keys(keys: Keys) -> dict[str, ApiKey]:
    """Keys by provider; a plain text is a key of which nothing else is known."""
    return {provider: key if isinstance(key, ApiKey) else ApiKey(key) for provider, key in keys.items()}


@dataclass
class Wire:
    """Both simulated services on one port, and every request they were sent."""

    port: int = 0
    simulator: Simulator = field(default_factory=Simulator)
    requests: list[Request] = field(default_factory=list)

    good = GOOD
    models = MODELS

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        return self.simulator.handle(request)

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.body) for request in self.requests]

    def keys(self) -> set[str]:
        return {request.headers["authorization"].removeprefix("Bearer ") for request in self.requests}

    def settings(self, host: str = "127.0.0.1", **changed: Any) -> Settings:
        url = f"http://{host}:{self.port}"
        values: dict[str, Any] = {
            "openai_base_url": f"{url}/v1",
            "anthropic_base_url": url,
            "openai_model": None,
            "anthropic_model": None,
            "ai_timeout_seconds": 20.0,
            "ai_budget_seconds": 60.0,
            "_env_file": None,
        }
        return Settings(**{**values, **changed})

    def services(self, host: str = "127.0.0.1", **changed: Any) -> Providers:
        return Providers(self.settings(host, **changed), pause=0.0, longest_wait=0.3)

    async def grade(self, services: Providers, keys: Keys, text: str = TEXT, **changed: Any) -> Graded:
        """A grading of one text, with the shipped models unless others are given."""
        known = {"instructions": INSTRUCTIONS, "template": TEMPLATE, "max_score": 20, "models": MODELS}
        return await grade(services, text=text, keys=known_keys(keys), **{**known, **changed})

    async def build(self, services: Providers, keys: Keys, **changed: Any) -> Built[str]:
        """A template of one assignment."""
        known = {"instructions": INSTRUCTIONS, "max_score": None, "models": MODELS}
        return await build(TEMPLATE_CALL, services, keys=known_keys(keys), **{**known, **changed})


@asynccontextmanager
async def _wire() -> AsyncIterator[Wire]:
    wire = Wire()
    listener = Listener(wire.handle)
    wire.port = await listener.start("127.0.0.1", 0)
    try:
        yield wire
    finally:
        await listener.stop()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with _wire() as made:
        yield made


@pytest.fixture
def another_wire() -> Callable[[], Any]:
    return _wire
