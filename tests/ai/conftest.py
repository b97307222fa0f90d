"""What the tests of the AI layer share: the simulated services behind a wire that remembers what passed over it."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.ai.services import Services
from app.settings import Settings
from app.simulator import Simulator
from app.simulator.wire import Answer, Listener, Request


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Wire:
    """Both simulated services on one port, and every request they were sent."""

    port: int = 0
    simulator: Simulator = field(default_factory=Simulator)
    requests: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Answer:
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

    def services(self, host: str = "127.0.0.1", **changed: Any) -> Services:
        return Services(self.settings(host, **changed), pause=0.0, patience=0.3)


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
