"""Every failure, of a template and of a grading, at each service first: what it counts as and how often it is asked."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from typing import Any, Literal

import pytest

from app.ai.backoff import Backoff
from app.ai.calls.grading import Graded
from app.ai.calls.instructions import Built
from app.ai.failover import AiUnavailable
from app.ai.failures import Failure, Kind
from app.ai.models import PROVIDERS, Model, Provider
from app.ai.providers import Attempt, Providers

A, Q, R, M = Kind.AUTHENTICATION, Kind.QUOTA, Kind.RATE, Kind.MODEL_GONE
X, D, B, N = Kind.REFUSED, Kind.DOWN, Kind.BAD_RESPONSE, Kind.BAD_ANSWER
# What the simulator is told; then for each service what it counts as and how many attempts it gets.
FAULTS: dict[str, tuple[tuple[Kind, int], tuple[Kind, int]]] = {
    "fail=400": ((X, 1), (X, 1)), "fail=401": ((A, 1), (A, 1)), "fail=402": ((Q, 1), (Q, 1)),
    "fail=403": ((M, 2), (A, 1)), "fail=404": ((M, 2), (M, 1)), "fail=405": ((X, 1), (X, 1)),
    "fail=408": ((D, 2), (D, 2)), "fail=409": ((D, 2), (D, 2)), "fail=410": ((X, 1), (X, 1)),
    "fail=412": ((X, 1), (X, 1)), "fail=413": ((X, 1), (X, 1)), "fail=415": ((X, 1), (X, 1)),
    "fail=418": ((X, 1), (X, 1)), "fail=422": ((X, 1), (X, 1)), "fail=425": ((D, 2), (D, 2)),
    "fail=431": ((X, 1), (X, 1)), "fail=451": ((X, 1), (X, 1)), "fail=499": ((D, 2), (D, 2)),
    "fail=429,retry-after=0.05": ((R, 2), (R, 2)), "fail=429,retry-after=none": ((R, 2), (R, 2)),
    "fail=429,retry-after=3600": ((R, 1), (R, 1)), "fail=429,retry-after=inf": ((R, 1), (R, 1)),
    "fail=503,retry-after=3600": ((D, 1), (D, 1)),
    "fail=429,header=x-should-retry:true,retry-after=300": ((R, 1), (R, 1)),
    "fail=400,header=x-should-retry:true": ((X, 1), (X, 1)),
    "fail=500": ((D, 2), (D, 2)), "fail=501": ((D, 2), (D, 2)), "fail=502": ((D, 2), (D, 2)),
    "fail=503": ((D, 2), (D, 2)), "fail=504": ((D, 2), (D, 2)), "fail=520": ((D, 2), (D, 2)),
    "fail=529": ((D, 2), (D, 2)), "fail=overloaded": ((D, 2), (D, 2)),
    "fail=quota": ((Q, 1), (Q, 1)), "fail=billing": ((Q, 1), (Q, 1)), "fail=spend-limit": ((Q, 1), (X, 1)),
    "fail=region": ((X, 1), (A, 1)), "fail=context": ((X, 1), (X, 1)), "fail=policy": ((X, 1), (X, 1)),
    "fail=502,html": ((D, 2), (D, 2)), "fail=403,html": ((X, 1), (X, 1)),
    "html": ((B, 2), (B, 2)), "empty-json": ((B, 2), (B, 2)), "null": ((B, 2), (B, 2)), "list": ((B, 2), (B, 2)),
    "broken-json": ((B, 2), (B, 2)), "empty": ((B, 2), (B, 2)), "error-200": ((B, 2), (B, 2)),
    "deep-json": ((B, 2), (B, 2)), "gzip-cut": ((B, 2), (B, 2)), "brotli": ((B, 2), (B, 2)), "flood": ((B, 2), (B, 2)),
    "bad-utf8": ((B, 2), (B, 2)), "bad-gzip": ((B, 2), (B, 2)), "redirect=http://127.0.0.1:9/": ((B, 2), (B, 2)),
    "redirect=/v1/elsewhere": ((B, 2), (B, 2)),
    "nonsense": ((N, 2), (N, 2)), "refusal": ((N, 2), (N, 2)), "filter": ((N, 2), (N, 2)), "length": ((N, 2), (N, 2)),
    "thinking-only": ((N, 2), (N, 2)), "tool": ((N, 2), (N, 2)), "no-choices": ((B, 2), (N, 2)),
    "answer=": ((N, 2), (N, 2)), "answer=null": ((N, 2), (N, 2)), "answer=%7B%22score%22%3A -1%7D": ((N, 2), (N, 2)),
    "cut": ((D, 2), (D, 2)), "close": ((D, 2), (D, 2)), "reset": ((D, 2), (D, 2)), "not-http": ((D, 2), (D, 2)),
    "hang": ((D, 2), (D, 2)), "stall": ((D, 2), (D, 2)), "drip": ((D, 2), (D, 2)),
}  # fmt: skip
SLOW = {"hang", "stall", "drip"}
OF_GRADINGS = {"nonsense"}  # prose without a number is no score, but a template
Call = Literal["grading", "template"]
CALLS: tuple[Call, ...] = ("grading", "template")
QUICK: list[tuple[str, Call]] = [
    *((fault, "grading") for fault in sorted(FAULTS.keys() - SLOW)),
    *((fault, "template") for fault in sorted(FAULTS.keys() - SLOW - OF_GRADINGS)),
]


async def run(wire: Any, services: Providers, call: Call, keys: dict[str, str], **changed: Any) -> Graded | Built[str]:
    done: Graded | Built[str] = await (wire.build if call == "template" else wire.grade)(services, keys, **changed)
    return done


def ask_first(wire: Any, services: Providers, first: Provider, keys: dict[str, str]) -> None:
    """The other service is down for a while, as the process remembers it."""
    other = next(model for model in wire.models if model.provider != first)
    services.backoff.failed(other, keys[other.provider], Failure(Kind.DOWN, "before"))


async def failed_over(wire: Any, fault: str, call: Call, first: Provider, seconds: float) -> list[Attempt]:
    """What was attempted before the other service answered."""
    keys: dict[str, str] = {"openai": wire.good, "anthropic": wire.good, first: f"sk-sim:{fault}".replace(" ", "%20")}
    async with wire.services(ai_timeout_seconds=seconds) as services:
        ask_first(wire, services, first, keys)
        done = await run(wire, services, call, keys)
    kind, calls = FAULTS[fault][first == "anthropic"]
    assert done.provider != first
    assert [attempt.outcome for attempt in done.attempts] == [kind] * calls + ["ok"]
    assert [attempt.provider == first for attempt in done.attempts] == [True] * calls + [False]
    *failed, last = done.attempts
    assert all(attempt.reason for attempt in failed)
    assert (last.status, last.reason) == (200, None)
    assert last.request_id
    assert last.tokens_in
    assert last.tokens_out
    return failed


@pytest.mark.parametrize("first", ["openai", "anthropic"])
@pytest.mark.parametrize(("fault", "call"), QUICK)
async def test_the_other_service_answers_whatever_one_does(wire: Any, fault: str, call: Call, first: Provider) -> None:
    failed = await failed_over(wire, fault, call, first, 20.0)  # a Retry-After that was waited for uses up the budget
    assert len(wire.requests) == len(failed) + 1


@pytest.mark.slow
async def test_the_other_service_answers_when_one_never_ends(wire: Any) -> None:
    all_ways = [failed_over(wire, fault, call, first, 5.0) for fault in SLOW for call in CALLS for first in PROVIDERS]
    for failed in await asyncio.gather(*all_ways):
        assert all(attempt.milliseconds >= 1000 and attempt.reason == "TimeoutError" for attempt in failed)
    assert len(wire.requests) == 3 * len(all_ways)


@pytest.mark.parametrize("call", ["grading", "template"])
@pytest.mark.parametrize(
    ("fault", "calls"),
    [("fail=503", 4), ("fail=401", 2), ("fail=404", 3), ("refusal", 4), ("null", 4), ("fail=429,retry-after=3600", 2)],
)
async def test_when_both_services_fail_nothing_is_answered_after_two_attempts_each(
    wire: Any, call: Call, fault: str, calls: int
) -> None:
    keys = {"openai": f"sk-sim-1-sim:{fault}", "anthropic": f"sk-sim-2-sim:{fault}"}
    async with wire.services() as services:
        with pytest.raises(AiUnavailable) as unavailable:
            await run(wire, services, call, keys)
    assert len(unavailable.value.attempts) == len(wire.requests) == calls
    outcome = unavailable.value.attempts[-1].outcome
    first, second = ("openai", "anthropic") if call == "template" else ("anthropic", "openai")
    assert unavailable.value.reason == f"{first}:{outcome} {second}:{outcome}"
    assert unavailable.value.__context__ is None


@pytest.mark.parametrize("call", ["grading", "template"])
@pytest.mark.parametrize("provider", ["openai", "anthropic"])
async def test_a_teacher_with_one_key_has_one_service(wire: Any, call: Call, provider: Provider) -> None:
    async with wire.services() as services:
        done = await run(wire, services, call, {provider: wire.good})
        assert (done.provider, len(done.attempts)) == (provider, 1)
        with pytest.raises(AiUnavailable) as unavailable:
            await run(wire, services, call, {provider: "sk-sim-sim:fail=500"})
    assert [attempt.provider for attempt in unavailable.value.attempts] == [provider] * 2


@pytest.mark.parametrize("call", ["grading", "template"])
async def test_without_keys_or_models_nothing_is_asked(wire: Any, call: Call) -> None:
    async with wire.services() as services:
        for keys, models, reason in (({}, wire.models, "no_api_key"), ({"openai": wire.good}, [], "no_model")):
            with pytest.raises(AiUnavailable, match=reason) as unavailable:
                await run(wire, services, call, keys, models=models)
            assert unavailable.value.attempts == ()
    assert not wire.requests


@pytest.mark.parametrize("call", ["grading", "template"])
async def test_templates_ask_openai_first_and_gradings_anthropic(wire: Any, call: Call) -> None:
    async with wire.services() as services:
        done = await run(wire, services, call, {"openai": wire.good, "anthropic": wire.good})
    assert done.provider == ("openai" if call == "template" else "anthropic")
    assert done.prompt_version == services.prompts.version(call)


async def test_one_failure_then_success_stays_at_the_service(wire: Any) -> None:
    async with wire.services() as services:
        done = await run(wire, services, "grading", {"openai": wire.good, "anthropic": "sk-sim-sim:fail=500,times=1"})
    assert [(attempt.provider, attempt.outcome) for attempt in done.attempts] == [
        ("anthropic", "down"),
        ("anthropic", "ok"),
    ]


async def test_a_rejected_answer_is_asked_for_afresh(wire: Any) -> None:
    async with wire.services() as services:
        done = await run(wire, services, "grading", {"anthropic": "sk-sim-sim:score=21,times=1"})
    assert [attempt.outcome for attempt in done.attempts] == ["bad_answer", "ok"]
    assert done.attempts[0].reason == "out_of_range"
    assert done.attempts[0].tokens_out
    one, other = (body["messages"][0]["content"] for body in wire.bodies())
    assert one != other


async def test_a_short_retry_after_is_waited_for_and_after_a_longer_one_another_service_is_asked(wire: Any) -> None:
    key = "sk-sim-{}-sim:fail=429,times=1,retry-after={}"
    async with wire.services() as services:
        done = await run(wire, services, "grading", {"openai": wire.good, "anthropic": key.format("a", 0.1)})
        assert (done.provider, len(done.attempts)) == ("anthropic", 2)
        done = await run(wire, services, "grading", {"openai": wire.good, "anthropic": key.format("b", 0.4)})
        assert done.provider == "openai"
        with pytest.raises(AiUnavailable) as unavailable:
            await run(wire, services, "grading", {"anthropic": key.format("c", 0.4)})
    assert unavailable.value.retry_after == 0.4
    assert len(unavailable.value.attempts) == 1


async def test_a_wait_is_named_only_when_every_service_asks_for_one(wire: Any) -> None:
    waits = {"openai": "sk-sim-1-sim:fail=429,retry-after=60", "anthropic": "sk-sim-2-sim:fail=429,retry-after=40"}
    async with wire.services() as services:
        refused, soon = "sk-sim-3-sim:fail=401", "sk-sim-4-sim:fail=429,retry-after=0.01"
        others = [({**waits, "openai": key}, None) for key in (refused, soon)]
        for keys, wait in ((waits, 40.0), *others):
            with pytest.raises(AiUnavailable) as unavailable:
                await run(wire, services, "grading", keys)
            assert unavailable.value.retry_after == wait


async def test_a_retired_model_is_one_loud_line_with_the_remedy_and_grading_goes_on(
    wire: Any, caplog: pytest.LogCaptureFixture
) -> None:
    retired = Model("anthropic", "claude-3-7-sonnet-20250219")
    async with wire.services() as services:
        for _ in range(3):
            done = await run(wire, services, "grading", {"anthropic": wire.good}, models=[retired, *wire.models])
            assert done.model == "claude-sonnet-4-6"
    (loud,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert "claude-3-7-sonnet-20250219 of anthropic" in loud
    assert "assay.ai_models" in loud
    assert [body["model"] for body in wire.bodies()].count(retired.model) == 1  # asked once, then last for a while


async def test_every_model_of_a_service_is_tried_before_a_job_fails(wire: Any) -> None:
    gone = [Model("anthropic", f"claude-gone-{number}") for number in range(5)]
    async with wire.services() as services:
        done = await run(wire, services, "grading", {"anthropic": wire.good}, models=[*gone, *wire.models])
        assert [attempt.outcome for attempt in done.attempts] == ["model_gone"] * 5 + ["ok"]
        with pytest.raises(AiUnavailable) as unavailable:
            await run(wire, services, "grading", {"anthropic": "sk-sim-another"}, models=gone)
    assert len(unavailable.value.attempts) == 5


async def test_a_model_that_is_gone_costs_no_attempt_at_the_first_service(wire: Any) -> None:
    keys = {"openai": "sk-sim-1-sim:fail=model-gone,model=gpt-4o", "anthropic": "sk-sim-2-sim:fail=500"}
    async with wire.services(openai_model="gpt-gone") as services:
        ways: list[tuple[Call, list[str]]] = [
            ("template", ["openai"]),
            ("grading", ["anthropic", "anthropic", "openai"]),
        ]
        for call, first in ways:
            services.backoff = Backoff()
            done = await run(wire, services, call, keys)
            assert [a.provider for a in done.attempts if a.outcome != "model_gone"] == first
            assert [a.model for a in done.attempts if a.provider == "openai"] == ["gpt-gone", "gpt-4o", "gpt-6-luna"]
        assert (await run(wire, services, "template", keys)).model == "gpt-6-luna"


async def test_two_attempts_are_left_for_the_model_behind_those_that_are_gone(wire: Any) -> None:
    gone = [Model("anthropic", f"claude-gone-{number}") for number in range(3)]
    keys = {"openai": wire.good, "anthropic": "sk-sim-sim:fail=503,model=claude-sonnet-4-6,times=1"}
    async with wire.services() as services:
        done = await run(wire, services, "grading", keys, models=[*gone, *wire.models])
    assert [a.outcome for a in done.attempts] == ["model_gone"] * 3 + ["down", "ok"]
    assert {a.provider for a in done.attempts} == {"anthropic"}


@pytest.mark.parametrize("said", [{}, {"max_tokens": 9000, "max_completion_tokens": 9000}])
async def test_the_output_limit_is_the_calls_and_a_model_that_reasons_first_gets_its_own_on_top(
    wire: Any, said: dict[str, int]
) -> None:
    models = [
        Model("openai", "gpt-4o", said),
        Model("anthropic", "claude-sonnet-5", said, reasoning_tokens=1000),
    ]
    async with wire.services() as services:
        for call in CALLS:
            for provider in PROVIDERS:
                done = await run(wire, services, call, {provider: wire.good}, models=models)
                assert [a.outcome for a in done.attempts] == ["ok"]
    limits = [(body.get("max_completion_tokens"), body.get("max_tokens")) for body in wire.bodies()]
    assert limits == [(64, None), (None, 1064), (4096, None), (None, 5096)]


async def test_a_row_with_default_parameters_works_at_both_services(wire: Any) -> None:
    rows = [Model("anthropic", "claude-sonnet-4-6"), Model("openai", "gpt-4o")]
    async with wire.services() as services:
        for call in CALLS:
            for provider in PROVIDERS:
                done = await run(wire, services, call, {provider: wire.good}, models=rows)
                assert [a.outcome for a in done.attempts] == ["ok"]
    assert {body.get("max_tokens") for body in wire.bodies()} == {64, 4096, None}


async def test_an_unusable_row_is_one_loud_line_and_the_next_row_answers(
    wire: Any, caplog: pytest.LogCaptureFixture
) -> None:
    unusable = [
        Model("anthropic", "claude-sonnet-4-5", {"temperature": 0}),
        Model("openai", "gpt-4o-2024-11-20", {"max_output_tokens": 4096}),
    ]
    async with wire.services() as services:
        for row in unusable:
            for again in (False, True):
                done = await run(wire, services, "grading", {row.provider: wire.good}, models=[row, *wire.models])
                assert done.provider == row.provider
                outcomes = [(a.model == row.model, a.outcome, a.reason, a.status) for a in done.attempts]
                assert outcomes[-1] == (False, "ok", None, 200)
                assert outcomes[:-1] == ([] if again else [(True, "refused", "unusable_row", None)])
    assert unusable[0].model not in {body["model"] for body in wire.bodies()}
    loud = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert [row.model in line for row, line in zip(unusable, loud, strict=True)] == [True, True]
    assert all("assay.ai_models" in line for line in loud)


async def test_a_model_named_in_the_settings_is_tried_first_with_its_rows_parameters_or_the_least(wire: Any) -> None:
    async with wire.services(openai_model="gpt-6-luna", anthropic_model="claude-sonnet-5") as services:
        assert (await run(wire, services, "template", {"openai": wire.good})).model == "gpt-6-luna"
        assert (await run(wire, services, "grading", {"anthropic": wire.good})).model == "claude-sonnet-5"
    luna, sonnet = wire.bodies()
    assert luna["reasoning_effort"] == "none"
    assert set(sonnet) == {"model", "system", "messages", "max_tokens"}


async def test_parameters_that_a_model_refuses_lead_to_the_other_service(wire: Any) -> None:
    for wrong in (
        {"temperature": 0},
        {"thinking": {"type": "enabled", "budget_tokens": 5}},
        {"output_config": {"format": 1}},
    ):
        models = [Model("anthropic", "claude-sonnet-4-6", wrong), *wire.models[:2]]
        async with wire.services() as services:
            done = await run(wire, services, "grading", {"openai": wire.good, "anthropic": wire.good}, models=models)
        assert [attempt.outcome for attempt in done.attempts] == ["refused", "ok"]


@pytest.mark.parametrize("broken", ["", " ", "sk-sim\nX-Evil: 1", "sk-sim-ключ", "x" * 600])
async def test_a_broken_stored_key_is_never_sent(wire: Any, broken: str) -> None:
    async with wire.services() as services:
        done = await run(wire, services, "grading", {"openai": wire.good, "anthropic": broken})
    assert [(a.outcome, a.reason) for a in done.attempts] == [("authentication", "key_unusable"), ("ok", None)]
    assert wire.keys() == {wire.good}


async def test_a_redirect_is_not_followed(wire: Any, another_wire: Callable[[], Any]) -> None:
    async with another_wire() as elsewhere, wire.services() as services:
        for status in ("307", "308", "302"):
            target = f"http://127.0.0.1:{elsewhere.port}/v1/messages"
            key = f"sk-sim-{status}-sim:redirect={target}"
            done = await run(wire, services, "grading", {"anthropic": key, "openai": wire.good})
            assert done.provider == "openai"
        assert not elsewhere.requests


KEY = "sk-sim-Never-Log-This-sim:"
ESSAY = "Seventeen violet herons never reached the log."
TEMPLATE = "A template with a crimson walrus."
ANSWER = "Unspeakable answer of a model"
WORDS = ("Never-Log-This", "violet herons", "crimson walrus", "Unspeakable", "own words", "Bearer")


async def test_nothing_said_in_confidence_is_logged_at_debug(wire: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    faults = [*sorted(FAULTS.keys() - SLOW), f"answer={ANSWER}", "redirect=http://127.0.0.1:9/"]
    raised = ""
    async with wire.services() as services:
        for fault in faults:
            key = f"{KEY}{fault}".replace(" ", "%20")
            with pytest.raises(AiUnavailable) as unavailable:
                await wire.grade(services, {"openai": key, "anthropic": key}, ESSAY, template=TEMPLATE)
            raised += "".join(traceback.format_exception(unavailable.value)) + repr(unavailable.value.attempts)
    formatter = logging.Formatter("%(name)s %(message)s")
    said = "\n".join(formatter.format(record) for record in caplog.records)
    assert said.count("AI attempt failed") >= 2 * len(faults)
    for word in WORDS:
        assert word not in said
        assert word not in raised
    assert services.settings.anthropic_base_url not in said


async def test_nothing_about_the_student_is_in_a_request_but_the_text(wire: Any) -> None:
    async with wire.services() as services:
        for provider in ("openai", "anthropic"):
            await wire.grade(services, {provider: wire.good}, f"\u202e{ESSAY}\u200b")
    for body in wire.bodies():
        parameters = {name for model in wire.models for name in model.parameters}
        assert set(body) <= parameters | {"model", "messages", "system", "max_tokens", "max_completion_tokens"}
        user = body["messages"][-1]["content"]
        assert f"\n{ESSAY}\n" in user
        assert "\u202e" not in user
        assert ESSAY not in str(body.get("system", body["messages"][0]["content"]))
