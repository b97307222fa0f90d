"""However a provider packs and stretches its response, no more of it is held than a completion can need."""

import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from app.ai.failover import AiUnavailable
from app.ai.key_check import check_key
from app.ai.response_body import LARGEST_BODY_BYTES
from app.dev.simulator.faults import bomb

TOO_LARGE = ["gzip-bomb", "fail=500,gzip-bomb", "fail=401,gzip-bomb", "flood", "fail=500,flood"]


@pytest.fixture
def memory() -> Iterator[None]:
    """Fails when what was allocated at one time grew by more than ten of the largest bodies."""
    bomb()  # made once and kept
    tracemalloc.start()
    yield
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * LARGEST_BODY_BYTES


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize("fault", TOO_LARGE)
async def test_a_body_beyond_the_limit_is_given_up_and_not_held(wire: Any, provider: str, fault: str) -> None:
    async with wire.services(ai_budget_seconds=600.0, ai_timeout_seconds=300.0) as services:
        with pytest.raises(AiUnavailable) as unavailable:
            await wire.grade(services, {provider: f"sk-sim-sim:{fault}"})
        assert {(a.outcome, a.reason) for a in unavailable.value.attempts} == {("bad_response", "BodyRefused")}
        assert (await wire.grade(services, {provider: wire.good})).provider == provider


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_a_packed_body_is_read(wire: Any, provider: str) -> None:
    async with wire.services() as services:
        done = await wire.grade(services, {provider: "sk-sim-sim:gzip"})
    assert [attempt.outcome for attempt in done.attempts] == ["ok"]
    assert {request.headers["accept-encoding"] for request in wire.requests} == {"gzip, deflate"}


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize(
    "nonsense",
    ["deep-json", "gzip-bomb", "fail=500,gzip-bomb", "flood", "brotli", "gzip-cut", "bad-gzip", "bad-utf8",
     "broken-json", "empty", "list", "empty-json", "not-http", "cut", "reset", "redirect=http://127.0.0.1:9/",
     "fail=418,deep-json"],
)  # fmt: skip
async def test_a_key_whose_provider_answers_nonsense_is_neither_good_nor_rejected(
    wire: Any, provider: Any, nonsense: str
) -> None:
    async with wire.services(ai_timeout_seconds=300.0) as services:
        assert await check_key(services, provider, f"sk-sim-new-sim:models,{nonsense}") == "unknown"


async def test_a_key_is_good_when_the_list_of_models_comes_packed(wire: Any) -> None:
    async with wire.services() as services:
        assert await check_key(services, "openai", "sk-sim-new-sim:models,gzip") == "ok"
