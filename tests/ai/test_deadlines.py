"""One attempt, one job and one place in flight each have a limit that no server can stretch."""

import asyncio
import time
from typing import Any

import pytest

from app.ai.failover import AiUnavailable
from app.ai.key_check import check_key
from app.ai.providers import MOST_CALLS_PER_KEY, Providers


async def test_a_dripping_server_is_cut_off_at_the_deadline(wire: Any) -> None:
    async def one(fault: str) -> None:
        async with wire.services(ai_timeout_seconds=4.0) as services:
            with pytest.raises(AiUnavailable) as unavailable:
                await wire.grade(services, {"anthropic": f"sk-sim-sim:{fault}"})
            assert [attempt.outcome for attempt in unavailable.value.attempts] == ["down", "down"]
            assert all(attempt.milliseconds >= 4000 for attempt in unavailable.value.attempts)
            assert all(attempt.reason == "TimeoutError" for attempt in unavailable.value.attempts)
            assert (await wire.grade(services, {"anthropic": wire.good})).provider == "anthropic"

    await asyncio.gather(*map(one, ("drip", "stall", "hang")))


async def test_the_budget_ends_a_job_and_leaves_time_for_the_other_service(wire: Any) -> None:
    keys = {"openai": "sk-sim-1-sim:hang", "anthropic": "sk-sim-2-sim:hang"}
    async with wire.services(ai_timeout_seconds=60.0, ai_budget_seconds=4.0) as services:
        with pytest.raises(AiUnavailable) as unavailable:
            await wire.grade(services, keys)
    assert sum(attempt.milliseconds for attempt in unavailable.value.attempts) >= 3500
    assert [attempt.provider for attempt in unavailable.value.attempts][:3] == ["anthropic", "anthropic", "openai"]


async def test_no_call_fails_because_others_are_waiting_for_a_place(wire: Any) -> None:
    keys = [f"sk-sim-{number}-sim:delay=0.15" for number in range(30)]
    async with wire.services(ai_timeout_seconds=60.0, ai_budget_seconds=60.0, worker_concurrency=2) as services:
        started = time.monotonic()
        done = await asyncio.gather(*(wire.grade(services, {"anthropic": key}) for key in keys))
    took = 1000 * (time.monotonic() - started)
    assert took >= 150 * 15
    assert all(len(one.attempts) == 1 for one in done)
    assert sum(one.attempts[0].milliseconds for one in done) < 3 * took  # two at a time, and the waits not counted
    assert wire.simulator.calls.peak["anthropic"] == 2


@pytest.mark.parametrize(("setting", "most"), [(8, MOST_CALLS_PER_KEY), (70, 70)])
async def test_one_key_has_a_ceiling_of_calls_in_a_process_and_does_not_stop_another(
    wire: Any, setting: int, most: int
) -> None:
    """Below it the queue decides, over all workers."""
    async with wire.services(worker_concurrency=most + 1, ai_calls_per_key=setting) as services:
        key = {"anthropic": "sk-sim-busy-sim:hang"}
        busy = [asyncio.create_task(wire.grade(services, key)) for _ in range(most + 10)]
        while len(wire.requests) < most:
            await asyncio.sleep(0.01)
        for _ in range(5):
            await wire.grade(services, {"anthropic": "sk-sim-other"})
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
    peaks = {name: peak for name, peak in wire.simulator.calls.peak.items() if " " in name}
    assert sorted(peaks.values()) == [1, most]


async def test_a_cancelled_grading_is_cancelled_and_gives_its_place_back(wire: Any) -> None:
    async with wire.services(worker_concurrency=1) as services:
        task = asyncio.create_task(wire.grade(services, {"anthropic": "sk-sim-sim:hang", "openai": wire.good}))
        while not wire.requests:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(wire.requests) == 1
        assert (await wire.grade(services, {"anthropic": wire.good})).score >= 0


async def test_a_closed_service_is_an_outcome_not_an_exception(wire: Any) -> None:
    settings = wire.settings(openai_base_url="http://127.0.0.1:9/v1", anthropic_base_url="http://127.0.0.1:9")
    async with Providers(settings, pause=0.0) as services:
        with pytest.raises(AiUnavailable, match="anthropic:down openai:down"):
            await wire.grade(services, {"openai": wire.good, "anthropic": wire.good})


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        ("", "ok"), ("sim:fail=401", "ok"), ("sim:models,fail=401", "rejected"), ("sim:models,fail=403", "unknown"),
        ("sim:models,fail=429", "unknown"), ("sim:models,fail=500", "unknown"), ("sim:models,close", "unknown"),
        ("sim:models,hang", "unknown"), ("sim:models,html", "unknown"), ("sim:models,null", "unknown"),
        ("sim:models,fail=401,html", "rejected"),
    ],
)  # fmt: skip
async def test_a_new_key_is_rejected_only_when_its_service_says_so(
    wire: Any, provider: Any, fault: str, verdict: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with wire.services(ai_timeout_seconds=0.3 if "hang" in fault else 20.0) as services:
        assert await check_key(services, provider, f"sk-sim-new-{fault}") == verdict
    told = [record.getMessage() for record in caplog.records if record.name == "app.ai.key_check"]
    assert [f"key check: provider={provider} verdict={verdict}" in line for line in told] == [True] * (verdict != "ok")
    assert "sk-sim" not in caplog.text


@pytest.mark.parametrize(("provider", "fault", "sentence"), [
    ("openai", "401", "Incorrect API key provided"), ("anthropic", "401", "invalid x-api-key"),
    ("openai", "500", "Internal Server Error"), ("anthropic", "429", "rate limit"),
])  # fmt: skip
async def test_the_log_says_why_a_key_could_not_be_checked_in_the_providers_words(
    wire: Any, provider: Any, fault: str, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with wire.services() as services:
        await check_key(services, provider, f"sk-sim-new-sim:models,fail={fault}")
    (line,) = [record.getMessage() for record in caplog.records if record.name == "app.ai.key_check"]
    assert f"status={fault}" in line
    assert sentence in line, line
    assert "sk-sim" not in line


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_a_key_that_cannot_be_one_is_rejected_without_a_call(wire: Any, provider: Any) -> None:
    async with wire.services() as services:
        assert await check_key(services, provider, "") == "rejected"
        assert await check_key(services, provider, "sk-\nevil-key") == "rejected"
    assert not wire.requests


async def test_a_service_that_does_not_know_the_key_rejects_it(wire: Any) -> None:
    async with wire.services() as services:
        assert await check_key(services, "anthropic", "sk-proj-not-theirs") == "rejected"
        assert await check_key(services, "openai", "sk-ant-not-theirs") == "rejected"
