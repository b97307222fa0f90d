"""Whatever happens, no key, essay, prompt or raw answer reaches a log, an exception or an attempt."""

import logging
import traceback
from typing import Any

import pytest
from test_matrix import FAULTS, INSTRUCTIONS, MODELS

from app.ai.failover import AiUnavailable
from app.ai.grading import grade

KEY = "sk-sim-Never-Log-This-sim:"
ESSAY = "Seventeen violet herons never reached the log."
TEMPLATE = "A template with a crimson walrus."
ANSWER = "Unspeakable answer of a model"
WORDS = ("Never-Log-This", "violet herons", "crimson walrus", "Unspeakable", "own words", "Bearer")


@pytest.mark.parametrize("fault", [*(f for f in FAULTS if f not in ("hang", "stall", "drip")), f"answer={ANSWER}"])
async def test_nothing_said_in_confidence_is_logged_at_debug(
    wire: Any, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.DEBUG)
    key = f"{KEY}{fault}".replace(" ", "%20")
    async with wire.services() as services:
        with pytest.raises(AiUnavailable) as unavailable:
            await grade(
                services, instructions=INSTRUCTIONS, template=TEMPLATE, max_score=20, text=ESSAY,
                keys={"openai": key, "anthropic": key}, models=MODELS,
            )  # fmt: skip
    formatter = logging.Formatter("%(name)s %(message)s")
    said = "\n".join(formatter.format(record) for record in caplog.records)
    raised = "".join(traceback.format_exception(unavailable.value)) + repr(unavailable.value.attempts)
    assert "AI attempt failed" in said
    for word in WORDS:
        assert word not in said
        assert word not in repr(unavailable.value.attempts)
    for word in (KEY, ESSAY, ANSWER):
        assert word not in raised


async def test_nothing_about_the_student_is_in_a_request_but_the_text(wire: Any) -> None:
    async with wire.services() as services:
        for provider in ("openai", "anthropic"):
            await grade(
                services, instructions=INSTRUCTIONS, template=TEMPLATE, max_score=20, text=f"\u202e{ESSAY}\u200b",
                keys={provider: "sk-sim-plain"}, models=MODELS,
            )  # fmt: skip
    for body in wire.bodies():
        parameters = {name for model in MODELS for name in model.parameters}
        assert set(body) <= parameters | {"model", "messages", "system"}
        user = body["messages"][-1]["content"]
        assert f"\n{ESSAY}\n" in user
        assert "\u202e" not in user
        assert ESSAY not in str(body.get("system", body["messages"][0]["content"]))
