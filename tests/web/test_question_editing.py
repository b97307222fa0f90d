"""Teachers edit the questions of a quiz one by one, until somebody hands in."""

from typing import Any

import pytest

from tests.web.conftest import LATER, Assay, School
from tests.web.questions import CHOICE, CHOICES, GAPS, KINDS, MATCHING, NUMBER, SHORT, made

NOBODYS = "/teacher/questions/00000000-0000-7000-8000-000000000000"


async def questions_of(assay: Assay, school: School, one: dict[str, Any]) -> list[dict[str, Any]]:
    """Its questions as their teacher reads them."""
    path = f"/teacher/assignments/{one['id']}/questions"
    items: list[dict[str, Any]] = (await assay.ask("GET", path, school.teacher))["items"]
    return items


async def test_a_question_is_read_by_its_teacher_alone(assay: Assay, school: School) -> None:
    one = await made(assay, school, *KINDS)
    colleague = await assay.teacher("Ture")
    for item in await questions_of(assay, school, one):
        path = f"/teacher/questions/{item['id']}"
        assert await assay.ask("GET", path, school.teacher) == item
        await assay.refused("not_found", "GET", path, colleague)
        await assay.refused("wrong_role", "GET", path, school.student)
        await assay.refused("missing_token", "GET", path)
    await assay.refused("not_found", "GET", NOBODYS, school.teacher)
    await assay.refused("not_found", "PUT", NOBODYS, school.teacher, json=SHORT)
    await assay.refused("not_found", "DELETE", NOBODYS, school.teacher)


async def test_a_question_keeps_its_place_when_it_is_written_anew_as_another_kind(assay: Assay, school: School) -> None:
    one = await made(assay, school, CHOICE, SHORT, NUMBER)
    before = await questions_of(assay, school, one)
    path = f"/teacher/questions/{before[1]['id']}"
    sent = MATCHING | {"max_score": 5, "partial": False, "explanation": "By their symbols.", "bloom": "remember"}
    now = await assay.ask("PUT", path, school.teacher, json=sent)
    assert (now["id"], now["number"], now["kind"], now["approved"]) == (before[1]["id"], 2, "matching", True)
    assert (now["partial"], now["explanation"], now["bloom"]) == (False, "By their symbols.", "remember")
    assert [pair["right"] for pair in now["pairs"]] == ["gold", "iron", "wood"]
    assert await questions_of(assay, school, one) == [before[0], now, before[2]]
    assert (await assay.ask("GET", f"/teacher/assignments/{one['id']}", school.teacher))["max_score"] == 2 + 5 + 2
    plain = await assay.ask("PUT", path, school.teacher, json=SHORT)  # what is not sent is not kept
    assert (plain["partial"], plain["explanation"], plain["bloom"]) == (True, None, None)


async def test_what_was_saved_for_a_question_goes_when_it_is_written_anew(assay: Assay, school: School) -> None:
    one = await made(assay, school, SHORT, NUMBER)
    await assay.ask("POST", f"/teacher/assignments/{one['id']}/publish", school.teacher)
    theirs = f"/student/assignments/{one['id']}"
    await assay.ask("PUT", f"{theirs}/answers/1", school.student, json={"answer": "gold"})
    await assay.ask("PUT", f"{theirs}/answers/2", school.student, json={"answer": "19,3"})
    first = (await questions_of(assay, school, one))[0]
    await assay.ask("PUT", f"/teacher/questions/{first['id']}", school.teacher, json=CHOICES)
    shown = (await assay.ask("GET", f"{theirs}/questions", school.student))["items"]
    assert [(q["kind"], q["answer"]) for q in shown] == [("choices", None), ("number", "19,3")]


async def test_the_questions_behind_one_that_goes_move_up(assay: Assay, school: School) -> None:
    one = await made(assay, school, CHOICE, SHORT, NUMBER, GAPS)
    before = await questions_of(assay, school, one)
    await assay.ask("DELETE", f"/teacher/questions/{before[1]['id']}", school.teacher, 204)
    await assay.refused("not_found", "DELETE", f"/teacher/questions/{before[1]['id']}", school.teacher)
    after = await questions_of(assay, school, one)
    assert [(q["id"], q["number"]) for q in after] == [(before[n]["id"], at) for at, n in enumerate((0, 2, 3), 1)]
    assert (await assay.ask("GET", f"/teacher/assignments/{one['id']}", school.teacher))["max_score"] == 6


async def test_the_last_question_of_a_published_quiz_stays(assay: Assay, school: School) -> None:
    one = await made(assay, school, SHORT)
    path = f"/teacher/questions/{(await questions_of(assay, school, one))[0]['id']}"
    await assay.ask("POST", f"/teacher/assignments/{one['id']}/publish", school.teacher)
    await assay.refused("nothing_to_publish", "DELETE", path, school.teacher)
    assert (await assay.ask("PUT", path, school.teacher, json=NUMBER))["kind"] == "number"


async def test_questions_are_frozen_from_the_first_submission_on(assay: Assay, school: School) -> None:
    one = await made(assay, school, SHORT, NUMBER)
    await assay.ask("POST", f"/teacher/assignments/{one['id']}/publish", school.teacher)
    await assay.ask("POST", f"/student/assignments/{one['id']}/submission", school.student, 201,
                    json={"answers": {"1": "gold"}})  # fmt: skip
    before = await questions_of(assay, school, one)
    path = f"/teacher/questions/{before[0]['id']}"
    await assay.refused("assignment_locked", "PUT", path, school.teacher, json=SHORT)
    await assay.refused("assignment_locked", "DELETE", path, school.teacher)
    assert await questions_of(assay, school, one) == before


@pytest.mark.parametrize(
    ("rule", "sent"),
    [
        ("one_right_option", CHOICE | {"options": [{"text": "a"}, {"text": "b"}]}),
        ("key_does_not_score", SHORT | {"accepted": [{"text": "gold", "score": 1}]}),
        ("gaps_do_not_match", GAPS | {"prompt": "{{1}}"}),
        ("prompt_not_blank", SHORT | {"prompt": " "}),
        ("question_kind_known", {"kind": "drawing", "prompt": "Draw.", "max_score": 1}),
        ("validation_failed", NUMBER | {"accepted": [{"value": 3, "tolerance": True}]}),
    ],
)
async def test_a_question_that_breaks_a_rule_does_not_take_the_place_of_a_good_one(
    assay: Assay, school: School, rule: str, sent: dict[str, Any]
) -> None:
    one = await made(assay, school, SHORT)
    before = await questions_of(assay, school, one)
    body = await assay.ask("PUT", f"/teacher/questions/{before[0]['id']}", school.teacher, 422, json=sent)
    assert body["error"]["code"] == rule
    assert await questions_of(assay, school, one) == before


async def test_a_tolerance_without_end_is_not_taken_for_none(assay: Assay, school: School) -> None:
    one = await made(assay, school, SHORT)
    sent = '{"kind": "number", "prompt": "p", "max_score": 1, "accepted": [{"value": 3, "tolerance": 1e400}]}'
    path, head = f"/teacher/assignments/{one['id']}/questions", {"Content-Type": "application/json"}
    details = await assay.refused("validation_failed", "POST", path, school.teacher, content=sent, headers=head)
    assert [error["field"] for error in details["errors"]] == ["accepted.0.tolerance"]


async def test_criteria_change_with_their_rubric_and_not_one_by_one(assay: Assay, school: School) -> None:
    essay = {"instructions": "Write.", "deadline": LATER, "rubric": [
        {"title": "Thesis", "prompt": "Has one.", "max_score": 5}]}  # fmt: skip
    one = (await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=essay))["assignment"]
    (criterion,) = await questions_of(assay, school, one)
    path = f"/teacher/questions/{criterion['id']}"
    assert (await assay.ask("GET", path, school.teacher))["title"] == "Thesis"
    await assay.refused("template_follows_rubric", "PUT", path, school.teacher, json=SHORT)
    await assay.refused("template_follows_rubric", "DELETE", path, school.teacher)
    await assay.refused("kind_fits_assignment", "POST", f"/teacher/assignments/{one['id']}/questions", school.teacher,
                        json=SHORT)  # fmt: skip


async def test_a_quiz_has_at_most_a_hundred_questions(assay: Assay, school: School) -> None:
    one = await made(assay, school, *[SHORT] * 100)
    path = f"/teacher/assignments/{one['id']}/questions"
    await assay.refused("too_many_questions", "POST", path, school.teacher, json=SHORT)
    await assay.ask("DELETE", f"/teacher/questions/{(await questions_of(assay, school, one))[99]['id']}",
                    school.teacher, 204)  # fmt: skip
    assert (await assay.ask("POST", path, school.teacher, 201, json=NUMBER))["number"] == 100
