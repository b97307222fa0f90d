"""Which provider is asked first and which last: what failed lately and a key that was refused, never left out."""

from typing import Any

import pytest

from app.ai.api_keys import ApiKey
from app.ai.failover import AiUnavailable
from app.ai.models import PROVIDERS
from app.ai.providers import Providers


async def test_what_failed_is_asked_last_and_never_locked_out(wire: Any) -> None:
    bad = "sk-sim-sim:fail=401"
    async with wire.services() as services:
        keys = {"openai": wire.good, "anthropic": bad}
        assert len((await wire.grade(services, keys)).attempts) == 2
        assert [a.provider for a in (await wire.grade(services, keys)).attempts] == ["openai"]
        replaced = {"openai": wire.good, "anthropic": "sk-sim-replaced"}
        assert (await wire.grade(services, replaced)).provider == "anthropic"
        keys = {"openai": "sk-sim-1-sim:fail=401", "anthropic": bad}
        with pytest.raises(AiUnavailable) as unavailable:
            await wire.grade(services, keys)
    assert [attempt.provider for attempt in unavailable.value.attempts] == ["openai", "anthropic"]


async def test_a_key_that_was_refused_within_the_hour_is_asked_last(wire: Any) -> None:
    keys = {"openai": wire.good, "anthropic": ApiKey("sk-sim-refused", refused=True)}
    async with wire.services() as services:
        assert [a.provider for a in (await wire.grade(services, keys)).attempts] == ["openai"]


async def test_a_key_that_was_refused_is_tried_again_when_the_other_provider_fails_now(wire: Any) -> None:
    keys = {"openai": "sk-sim-sim:fail=503", "anthropic": ApiKey("sk-sim-in-order-again", refused=True)}
    async with wire.services() as services:
        done = await wire.grade(services, keys)
    assert [(a.provider, a.outcome) for a in done.attempts][-1] == ("anthropic", "ok")


async def test_a_key_that_was_refused_is_tried_again_when_it_is_the_only_one(wire: Any) -> None:
    async with wire.services() as services:
        done = await wire.grade(services, {"anthropic": ApiKey(wire.good, refused=True)})
        assert done.provider == "anthropic"


async def test_every_provider_was_asked_before_a_job_fails_whatever_is_held_against_them(wire: Any) -> None:
    keys = {"openai": ApiKey("sk-sim-1-sim:fail=401", refused=True), "anthropic": ApiKey("sk-sim-2-sim:fail=401")}
    async with wire.services() as services:
        for _ in range(3):  # the second time both are held back in this process too
            with pytest.raises(AiUnavailable) as unavailable:
                await wire.grade(services, keys)
            assert {attempt.provider for attempt in unavailable.value.attempts} == set(PROVIDERS)


async def test_a_success_clears_what_was_held_against_a_key(wire: Any) -> None:
    mended = "sk-sim-sim:fail=401,times=1"
    async with wire.services() as services:
        assert (await wire.grade(services, {"openai": wire.good, "anthropic": mended})).provider == "openai"
        assert (await wire.grade(services, {"anthropic": mended})).provider == "anthropic"
        done = await wire.grade(services, {"openai": wire.good, "anthropic": mended})
    assert [attempt.provider for attempt in done.attempts] == ["anthropic"]


async def test_a_key_whose_calls_of_the_day_are_used_up_is_not_asked(wire: Any) -> None:
    left = 1

    async def take_call() -> bool:
        nonlocal left
        left -= 1
        return left >= 0

    limited = ApiKey("sk-sim-limited", take_call=take_call)
    async with wire.services() as services:
        assert (await wire.grade(services, {"openai": wire.good, "anthropic": limited})).provider == "anthropic"
        assert (await wire.grade(services, {"openai": wire.good, "anthropic": limited})).provider == "openai"
        with pytest.raises(AiUnavailable, match="anthropic:calls_used_up") as unavailable:
            await wire.grade(services, {"anthropic": limited})
    assert unavailable.value.attempts == ()
    assert len(wire.requests) == 2


async def test_an_outage_turns_the_order_for_its_own_teacher_and_for_all_when_three_teachers_met_it(wire: Any) -> None:
    async def asked_first(services: Providers, key: str) -> str:
        done = await wire.grade(services, {"openai": wire.good, "anthropic": key})
        return str(done.attempts[0].provider)

    async with wire.services() as services:
        for teacher in range(3):
            assert await asked_first(services, f"sk-sim-{teacher}-sim:fail=503") == "anthropic"
            assert await asked_first(services, f"sk-sim-{teacher}-sim:fail=503") == "openai"
        assert await asked_first(services, wire.good) == "openai"
