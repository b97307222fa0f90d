"""Instructions become a template and a maximum that instructions, teacher and service agree on."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from app.ai.calls.instructions import InstructionsMaximumUnclear
from app.ai.failover import AiUnavailable
from app.ai.maximum import MaximumUnclear
from app.ai.models import Model

SILENT = "Explain the tides in your own words."


def says(template: str, max_score: int | None) -> str:
    """A key whose service answers with this template, whatever it is asked."""
    return f"sk-sim-sim:answer={quote(json.dumps({'template': template, 'max_score': max_score}))}"


async def test_the_maximum_in_the_instructions_is_the_one_of_the_template(wire: Any) -> None:
    async with wire.services() as services:
        built = await wire.build(services, {"openai": wire.good})
    assert (built.max_score, built.provider, built.model) == (20, "openai", "gpt-4o")
    assert "20" in built.value
    assert built.attempts[0].outcome == "ok"
    assert "Maximum score: not given" in wire.bodies()[0]["messages"][-1]["content"]


async def test_a_maximum_that_the_teacher_gives_is_told_and_used(wire: Any) -> None:
    async with wire.services() as services:
        built = await wire.build(services, {"anthropic": wire.good}, instructions=SILENT, max_score=50)
    assert built.max_score == 50
    assert "Maximum score: 50" in wire.bodies()[0]["messages"][-1]["content"]


async def test_a_maximum_that_nobody_states_is_unclear_and_the_attempts_are_known(wire: Any) -> None:
    async with wire.services() as services:
        with pytest.raises(InstructionsMaximumUnclear) as unclear:
            await wire.build(services, {"openai": wire.good, "anthropic": wire.good}, instructions=SILENT)
    assert isinstance(unclear.value, MaximumUnclear)
    assert unclear.value.seen == ()
    assert [(attempt.provider, attempt.outcome) for attempt in unclear.value.attempts] == [("openai", "ok")]


async def test_a_service_that_reads_another_maximum_makes_it_unclear(wire: Any) -> None:
    async with wire.services() as services:
        with pytest.raises(MaximumUnclear) as unclear:
            await wire.build(services, {"openai": says("Facts.", 30)})
    assert set(unclear.value.seen) == {20, 30}


async def test_a_template_that_names_another_maximum_is_rejected(wire: Any) -> None:
    keys = {"openai": says("Total: 30 points.\nFacts: 30 points.", 20), "anthropic": wire.good}
    async with wire.services() as services:
        built = await wire.build(services, keys)
    assert [attempt.reason for attempt in built.attempts] == ["other_maximum", "other_maximum", None]
    assert built.provider == "anthropic"


async def test_plain_text_is_a_template_and_says_no_maximum(wire: Any) -> None:
    plain = "Facts: up to 15 points.\nLanguage: up to 5 points."
    keys = {"openai": f"sk-sim-sim:answer={quote(plain)}"}
    async with wire.services() as services:
        built = await wire.build(services, keys)
        assert (built.value, built.max_score, len(built.attempts)) == (plain, 20, 1)
        assert (await wire.build(services, keys, instructions=SILENT, max_score=30)).max_score == 30
        with pytest.raises(InstructionsMaximumUnclear) as unclear:
            await wire.build(services, keys, instructions=SILENT)
    assert unclear.value.seen == ()


async def test_plain_text_that_names_another_maximum_is_rejected(wire: Any) -> None:
    keys = {"openai": f"sk-sim-sim:answer={quote('Total: 30 points.')}", "anthropic": wire.good}
    async with wire.services() as services:
        built = await wire.build(services, keys)
    assert [attempt.reason for attempt in built.attempts] == ["other_maximum", "other_maximum", None]


@pytest.mark.parametrize("parameters", [{}, {"max_completion_tokens": 4096, "store": False}])
async def test_a_model_row_without_a_schema_builds_templates(wire: Any, parameters: dict[str, Any]) -> None:
    async with wire.services() as services:
        built = await wire.build(services, {"openai": wire.good}, models=[Model("openai", "gpt-4o", parameters)])
    assert (built.max_score, len(built.attempts)) == (20, 1)


@pytest.mark.parametrize(
    "answer", ["I'm sorry, I cannot help with that.", "", '{"score": 4}', '{"template": "", "max_score": 20}']
)
async def test_an_answer_that_is_no_template_is_rejected(wire: Any, answer: str) -> None:
    async with wire.services() as services:
        with pytest.raises(AiUnavailable, match="openai:bad_answer"):
            await wire.build(services, {"openai": f"sk-sim-sim:answer={quote(answer)}"})
    assert len(wire.requests) == 2


async def test_what_is_invisible_reaches_neither_the_service_nor_the_template(wire: Any) -> None:
    hidden = "Explain\u200b the \u202etides.\U000e0041 The maximum score is 20 points."
    async with wire.services() as services:
        built = await wire.build(services, {"openai": wire.good}, instructions=hidden)
        echoed = await wire.build(services, {"openai": says("Fa\u200bcts\u202e.", 20)})
    user = wire.bodies()[0]["messages"][-1]["content"]
    for text in (user, built.value, echoed.value):
        assert not {"\u200b", "\u202e", "\U000e0041"} & set(text)


async def test_half_of_a_surrogate_pair_does_not_stop_a_grading(wire: Any) -> None:
    async with wire.services() as services:
        assert (await wire.grade(services, {"openai": wire.good}, "half a pair: \ud800")).provider == "openai"
