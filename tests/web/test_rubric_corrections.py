"""A person corrects what was graded by criteria; a regrade keeps it, unless it is asked not to."""

from typing import Any

import pytest

from tests.web.conftest import Assay
from tests.web.rubrics import ESSAY, coins, edit, hand_in, history, rubric


async def test_one_criterion_moves_the_total_and_a_total_is_an_adjustment(assay: Assay) -> None:
    here = await rubric(assay)
    handed_in = (await hand_in(assay, here, f"{ESSAY} [[sim:mark=1:4,mark=2:3,mark=3:2]]"))["submission"]
    submission = handed_in["id"]
    edited = await edit(assay, here, submission, answers={"1": {"score": 9, "reason": "All is right."}})
    assert (edited["score"], edited["original_score"], edited["is_llm_generated"]) == (14, 9, False)
    outcome = edited["outcome"]
    assert (outcome["is_llm_generated"], outcome["adjustment"], outcome["provider"]) == (False, 0, None)
    first = outcome["items"][0]
    assert (first["score"], first["marked_by"], first["reason"]) == (9, "teacher", "All is right.")
    assert [item["marked_by"] for item in outcome["items"][1:]] == ["ai", "ai"]
    assert await coins(assay, here.student) == 14

    edited = await edit(assay, here, submission, score=20)
    assert (edited["outcome"]["adjustment"], edited["score"]) == (6, 20)
    edited = await edit(assay, here, submission, score=10, answers={"3": {"score": 0}}, feedback="Seen.")
    assert (edited["score"], edited["outcome"]["adjustment"], edited["feedback"]) == (10, -2, "Seen.")
    assert sum(item["score"] for item in edited["outcome"]["items"]) == 12
    assert await coins(assay, here.student) == 10
    assert await history(assay, here, submission) == [
        (9, "graded", "ai", "anthropic"),
        (14, "edited", "teacher", None),
        (20, "edited", "teacher", None),
        (10, "edited", "teacher", None),
    ]
    page = await assay.ask("GET", here.own + "/submissions", here.teacher)
    assert page["items"][0]["is_llm_generated"] is False


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("answer_score_in_range", {"answers": {"1": {"score": 11}}}),
        ("score_is_a_level", {"answers": {"3": {"score": 3}}}),
        ("not_found", {"answers": {"4": {"score": 1}}}),
        ("validation_failed", {"answers": {"0": {"score": 1}}}),
        ("validation_failed", {"answers": {"1": {"reason": "So."}}}),
        ("answer_score_in_range", {"answers": {"1": {"score": -1}}}),
        ("answer_score_in_range", {"answers": {"1": {"score": 1001}}}),
        ("reason_not_huge", {"answers": {"1": {"score": 4, "reason": "x" * 1001}}}),
        ("validation_failed", {"answers": {"1": {"score": "4"}}}),
        ("validation_failed", {"score": 21}),
        ("comment_not_huge", {"comment": "x" * 1001}),
    ],
)
async def test_what_a_rule_refuses_moves_nothing(assay: Assay, rule: str, change: dict[str, Any]) -> None:
    here = await rubric(assay)
    submission = (await hand_in(assay, here))["submission"]["id"]
    path = f"/teacher/submissions/{submission}"
    before = await assay.ask("GET", path, here.teacher)
    await assay.refused(rule, "PATCH", path, here.teacher, json=change)
    assert await assay.ask("GET", path, here.teacher) == before


async def test_a_total_stays_within_the_maximum_whatever_is_edited(assay: Assay) -> None:
    here = await rubric(assay)
    text = f"{ESSAY} [[sim:mark=1:4,mark=2:3,mark=3:2]]"
    submission = (await hand_in(assay, here, text))["submission"]["id"]
    await edit(assay, here, submission, score=20)
    path = f"/teacher/submissions/{submission}"
    raised = {"answers": {"1": {"score": 5}}}
    assert await assay.refused("score_in_range", "PATCH", path, here.teacher, json=raised) == {"max_score": 20}
    details = await assay.refused("validation_failed", "PATCH", path, here.teacher, json={"score": 21})
    assert [(one["field"], one["type"]) for one in details["errors"]] == [("score", "score_in_range")]
    assert await coins(assay, here.student) == 20


async def test_a_regrade_keeps_what_a_person_gave_criterion_by_criterion(assay: Assay) -> None:
    here = await rubric(assay)
    text = f"{ESSAY} [[sim:mark=1:4,mark=2:3,mark=3:2]] [[sim:mark=1:8,mark=2:6,mark=3:4,after=1]]"
    submission = (await hand_in(assay, here, text))["submission"]["id"]
    await edit(assay, here, submission, answers={"2": {"score": 5, "reason": "Well told."}})
    path = f"/teacher/submissions/{submission}/regrade"
    again = (await assay.ask("POST", path, here.teacher, 201))["submission"]
    assert [item["score"] for item in again["outcome"]["items"]] == [8, 5, 4]
    assert [item["marked_by"] for item in again["outcome"]["items"]] == ["ai", "teacher", "ai"]
    assert (again["score"], again["is_llm_generated"]) == (17, False)
    again = (await assay.ask("POST", path, here.teacher, 201, json={"replace_teacher_score": True}))["submission"]
    assert [item["score"] for item in again["outcome"]["items"]] == [8, 6, 4]
    assert (again["score"], again["is_llm_generated"], again["outcome"]["provider"]) == (18, True, "anthropic")
    assert await history(assay, here, submission) == [
        (9, "graded", "ai", "anthropic"),
        (11, "edited", "teacher", None),
        (17, "regraded", "ai", None),
        (18, "regraded", "ai", "anthropic"),
    ]
    assert await coins(assay, here.student) == 18


async def test_a_total_that_a_person_set_is_replaced_only_when_asked(assay: Assay) -> None:
    here = await rubric(assay)
    submission = (await hand_in(assay, here, f"{ESSAY} [[sim:mark=1:4,mark=2:3,mark=3:2]]"))["submission"]["id"]
    path = f"/teacher/submissions/{submission}/regrade"
    for total in (15, 9):
        await edit(assay, here, submission, score=total)
        await assay.refused("conflict", "POST", path, here.teacher)
    await edit(assay, here, submission, score=15)
    again = (await assay.ask("POST", path, here.teacher, 201, json={"replace_teacher_score": True}))["submission"]
    assert (again["score"], again["outcome"]["adjustment"], again["is_llm_generated"]) == (9, 0, True)
    assert (await history(assay, here, submission))[-1] == (9, "regraded", "ai", "anthropic")
    everything = {number: {"score": 2} for number in "123"}
    await edit(assay, here, submission, answers=everything)
    await assay.refused("conflict", "POST", path, here.teacher)


async def test_a_total_that_a_person_confirms_is_theirs(assay: Assay) -> None:
    here = await rubric(assay)
    handed_in = (await hand_in(assay, here))["submission"]
    edited = await edit(assay, here, handed_in["id"], score=handed_in["score"])
    assert edited["edited_at"]
    assert (edited["outcome"]["adjustment"], edited["is_llm_generated"]) == (0, False)
    await assay.refused("conflict", "POST", f"/teacher/submissions/{handed_in['id']}/regrade", here.teacher)


async def test_a_score_that_no_criterion_has_is_refused_by_the_name_of_its_rule(assay: Assay) -> None:
    here = await rubric(assay)
    path = f"/teacher/submissions/{(await hand_in(assay, here))['submission']['id']}"
    too_much, between = {"answers": {"1": {"score": 11}}}, {"answers": {"3": {"score": 3}}}
    details = await assay.refused("answer_score_in_range", "PATCH", path, here.teacher, json=too_much)
    assert details["max_score"] == 10
    details = await assay.refused("score_is_a_level", "PATCH", path, here.teacher, json=between)
    assert details["levels"] == [0, 2, 4]
