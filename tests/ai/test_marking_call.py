"""Marks and rubrics asked of the simulated services over the real SDKs."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app.ai.calls.instructions import build
from app.ai.calls.marking import Level, Marked, Question, Work, mark
from app.ai.calls.rubric import RUBRIC
from app.ai.failover import AiUnavailable
from app.ai.models import Model
from app.ai.providers import Providers
from tests.ai.conftest import Wire, known_keys

HOSTILE: Sequence[str] = json.loads((Path(__file__).parent / "hostile_essays.json").read_text("utf-8"))
CRITERIA = (
    Question(1, "States what causes the tides", 5, title="Cause"),
    Question(2, "Explains it with the turning earth", 10, title="Explanation"),
    Question(3, "Uses terms rightly", 4, title="Terms", levels=(Level(0, "none"), Level(2, "some"), Level(4, "all"))),
)
TEXT = "The moon pulls at the sea, and the earth turns below it. So the water rises twice a day."


def work(**changed: Any) -> Work:
    return Work(**{"instructions": "Explain the tides.", "questions": CRITERIA, "text": TEXT, **changed})


async def marked(wire: Wire, services: Providers, keys: Mapping[str, str], **changed: Any) -> Marked:
    return await mark(services, work(**changed), keys=known_keys(keys), models=wire.models)


async def test_each_criterion_gets_a_score_a_reason_and_quotes(wire: Wire) -> None:
    async with wire.services() as services:
        found = await marked(wire, services, {"anthropic": wire.good})
    assert sorted(found.marks) == [1, 2, 3]
    assert found.provider == "anthropic"
    assert found.comment is None
    assert all(0 <= found.marks[q.number].score <= q.max_score for q in CRITERIA)
    assert found.marks[3].score in (0, 2, 4)
    assert all(one.reason and one.quotes for one in found.marks.values())
    assert found.marks[1].quotes[0] in TEXT


async def test_the_marks_are_asked_for_in_one_request(wire: Wire) -> None:
    async with wire.services() as services:
        await marked(wire, services, {"anthropic": wire.good, "openai": wire.good})
    assert len(wire.requests) == 1


async def test_the_output_limit_is_that_of_its_criteria_and_what_a_model_reasons_comes_on_top(wire: Wire) -> None:
    models = (Model("openai", "gpt-4o"), Model("anthropic", "claude-sonnet-5", reasoning_tokens=1000))
    async with wire.services() as services:
        for provider in ("openai", "anthropic"):
            await mark(services, work(), keys=known_keys({provider: wire.good}), models=models)
    limits = [body.get("max_completion_tokens") or body.get("max_tokens") for body in wire.bodies()]
    assert limits == [300 + 3 * 300, 300 + 3 * 300 + 1000]


@pytest.mark.parametrize(
    ("directive", "scores"), [("level=some", [None, None, 2]), ("level=all", [None, None, 4]), ("bias=20", [5, 10, 4])]
)
async def test_the_simulated_model_leans_as_it_is_told(
    wire: Wire, directive: str, scores: Sequence[int | None]
) -> None:
    async with wire.services() as services:
        plain = await marked(wire, services, {"anthropic": wire.good})
        found = await marked(wire, services, {"anthropic": f"sk-sim:{directive}"})
    expected = [plain.marks[n].score if score is None else score for n, score in enumerate(scores, 1)]
    assert [found.marks[n].score for n in (1, 2, 3)] == expected


async def test_a_comment_is_asked_for_only_where_it_is_wanted(wire: Wire) -> None:
    async with wire.services() as services:
        found = await marked(wire, services, {"openai": wire.good}, comment_language="")
    assert found.comment


async def test_answers_to_questions_stand_in_fences_of_their_own(wire: Wire) -> None:
    questions = (
        Question(2, "Why?", 3, guide="the moon", answer="The moon pulls."),
        Question(5, "How often?", 2, guide="twice a day", answer=""),
    )
    async with wire.services() as services:
        found = await marked(wire, services, {"anthropic": wire.good}, text=None, questions=questions)
    assert found.marks[5].score == 0
    assert found.marks[5].quotes == ()
    sent = str(wire.bodies()[0]["messages"])
    assert sent.count("BEGIN ANSWER") == 2


OPEN = (
    Question(2, "Why?", 60, guide="the moon", answer="The moon pulls at the sea. It does so all day."),
    Question(5, "How often?", 60, guide="twice", answer="Twice."),
    Question(6, "Where?", 4, guide="sea", levels=(Level(0, "no"), Level(4, "yes")), answer="At sea."),
)


@pytest.mark.parametrize(
    ("directive", "scores"),
    [
        ("id=plain", [15, 2, 0]),  # 60 x 10 / 40, 60 x 1 / 31, the nearer level
        ("bias=3", [18, 5, 4]),
        ("mark=5:40", [15, 40, 0]),
        ("level=yes", [15, 2, 4]),
    ],
)
async def test_an_open_answer_is_marked_by_its_own_words(wire: Wire, directive: str, scores: Sequence[int]) -> None:
    async with wire.services() as services:
        found = await marked(wire, services, {"anthropic": f"sk-sim:{directive}"}, text=None, questions=OPEN)
        quoting = await marked(
            wire, services, {"anthropic": "sk-sim:quote=Nobody%20wrote%20this"}, text=None, questions=OPEN
        )
    assert [found.marks[n].score for n in (2, 5, 6)] == scores
    assert [found.marks[n].quotes for n in (2, 5, 6)] == [("The moon pulls at the sea",), ("Twice",), ("At sea",)]
    assert {mark.quotes for mark in quoting.marks.values()} == {("Nobody wrote this",)}


@pytest.mark.parametrize("fault", ["mark=2:61", "mark=6:3", "drop=5", "twice=6"])
async def test_open_answers_with_one_fault_in_their_marks_are_asked_about_again(wire: Wire, fault: str) -> None:
    async with wire.services() as services:
        keys = {"anthropic": f"sk-sim:{fault}", "openai": wire.good}
        found = await marked(wire, services, keys, text=None, questions=OPEN)
    assert [attempt.outcome for attempt in found.attempts] == ["bad_answer", "bad_answer", "ok"]


@pytest.mark.parametrize("fault", ["mark=2:11", "mark=3:3", "drop=2", "twice=1"])
async def test_a_set_with_one_fault_is_a_rejected_answer(wire: Wire, fault: str) -> None:
    async with wire.services() as services:
        found = await marked(wire, services, {"anthropic": f"sk-sim:{fault}", "openai": wire.good})
    assert found.provider == "openai"
    assert [attempt.outcome for attempt in found.attempts] == ["bad_answer", "bad_answer", "ok"]


async def test_when_no_service_gives_a_whole_set_there_is_none(wire: Wire) -> None:
    async with wire.services() as services:
        with pytest.raises(AiUnavailable):
            await marked(wire, services, {"anthropic": "sk-sim:drop=1", "openai": "sk-sim:nonsense"})


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_a_text_that_speaks_to_the_marker_changes_no_request_but_for_its_words(wire: Wire, number: int) -> None:
    hostile = HOSTILE[number]
    async with wire.services() as services:
        plain = await marked(wire, services, {"anthropic": wire.good})
        found = await marked(wire, services, {"anthropic": wire.good}, text=hostile)
    first, second = wire.bodies()
    assert {key: first[key] for key in first if key not in ("messages", "system")} == {
        key: second[key] for key in second if key not in ("messages", "system")
    }
    assert sorted(found.marks) == sorted(plain.marks)
    assert all(0 <= found.marks[q.number].score <= q.max_score for q in CRITERIA)
    user = second["messages"][0]["content"]
    fence = user.split("BEGIN STUDENT WORK ")[1][:32]
    assert fence not in hostile
    assert user.count(f"BEGIN STUDENT WORK {fence}") == 1
    assert user.count(f"END STUDENT WORK {fence}") == 1


def test_there_are_forty_hostile_essays() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) == 40


async def test_a_rubric_adds_up_to_the_maximum(wire: Wire) -> None:
    instructions = "Write about bees.\n- Facts: 12 points\n- Language: 8 points\nMaximum score: 20 points."
    async with wire.services() as services:
        built = await build(
            RUBRIC,
            services,
            instructions=instructions,
            max_score=None,
            keys=known_keys({"openai": wire.good}),
            models=wire.models,
        )
    assert built.max_score == sum(criterion.max_score for criterion in built.value) == 20
    assert len(built.value) == 2


async def test_criteria_that_do_not_add_up_are_a_rejected_answer(wire: Wire) -> None:
    criteria = [{"title": "a", "prompt": "b", "max_score": 19, "levels": []}]
    answer = quote(json.dumps({"max_score": 20, "criteria": criteria}))
    keys = known_keys({"openai": f"sk-sim:answer={answer}", "anthropic": wire.good})
    async with wire.services() as services:
        built = await build(
            RUBRIC, services, instructions="Write about bees.", max_score=20, keys=keys, models=wire.models
        )
    assert built.provider == "anthropic"
    assert [attempt.reason for attempt in built.attempts] == ["criteria_add_up", "criteria_add_up", None]
