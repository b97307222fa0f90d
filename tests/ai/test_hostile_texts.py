"""A text made to be slow: the work grows with its length and no faster, and not on the event loop."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.ai.calls.template import COMPLETION_AT_MOST, read_template
from app.ai.flags import flags
from app.ai.prompts import Prompts
from app.ai.text import clean
from app.ai.text_thread import SHORT_TEXT, work_on
from app.settings import shipped
from tests.ai.work import growth, seconds

LENGTH = 200_000
HOSTILE = [json.loads(line) for line in (Path(__file__).parent / "hostile_texts.jsonl").read_text().splitlines()]
PROMPTS = Prompts(shipped("prompts"))


def made(hostile: dict[str, str], length: int) -> str:
    end = hostile.get("end", "")
    return (hostile["piece"] * (length // len(hostile["piece"]) + 1))[: length - len(end)] + end


def flagged(text: str) -> object:
    return flags(text, text)


def prompted(text: str) -> object:
    return PROMPTS.render("grading", {"instructions": text, "template": text, "max_score": "9", "text": text})


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: str(hostile["against"]))
@pytest.mark.parametrize("work", [clean, flagged, read_template, prompted])
def test_the_work_grows_with_the_text_and_not_with_its_square(
    hostile: dict[str, str], work: Callable[[str], object]
) -> None:
    length = COMPLETION_AT_MOST if work is read_template else LENGTH
    assert growth(work, made(hostile, length // 4), made(hostile, length), enough=6) < 9  # linear 4, quadratic 16


async def test_a_long_text_is_worked_on_in_the_thread_for_texts_and_a_short_one_where_it_is() -> None:
    here = threading.get_ident()
    assert await work_on(SHORT_TEXT - 1, threading.get_ident) == here
    elsewhere = {await work_on(SHORT_TEXT, threading.get_ident) for _ in range(5)}
    assert len(elsewhere) == 1
    assert here not in elsewhere


def away_from_this_thread() -> float:
    return time.process_time() - time.thread_time()


@pytest.mark.parametrize("call", ["grading", "template"])
async def test_the_event_loop_does_not_work_on_a_long_text_itself(wire: Any, call: str) -> None:
    text = made({"piece": "a\u200b "}, LENGTH)
    alone = min(seconds(clean, text) for _ in range(3))
    async with wire.services() as services:
        before = away_from_this_thread()
        if call == "grading":
            await wire.grade(services, {"openai": wire.good}, text)
        else:
            await wire.build(services, {"openai": wire.good}, instructions=text, max_score=20)
        assert away_from_this_thread() - before > alone / 2
