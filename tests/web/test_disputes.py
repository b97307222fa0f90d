"""Students dispute marks, teachers answer, and the coins follow."""

from datetime import datetime, timedelta
from typing import Any

from tests.web.conftest import LATER, Assay, School
from tests.web.rubrics import ESSAY, Rubric, coins, edit, hand_in, history, rubric
from tests.web.school import rows

WHY = "The second sentence says what people did with it."


async def marked(assay: Assay, **fields: Any) -> tuple[Rubric, dict[str, Any]]:
    """A text that was marked 4, 3 and 2 by its criteria, and its submission."""
    here = await rubric(assay, **fields)
    return here, (await hand_in(assay, here, f"{ESSAY} [[sim:mark=1:4,mark=2:3,mark=3:2]]"))["submission"]


async def ask(assay: Assay, here: Rubric, number: int | None = 2, text: str = WHY) -> dict[str, Any]:
    """The request of the student."""
    sent = {"number": number, "text": text}
    made: dict[str, Any] = await assay.ask("POST", here.path + "/regrade-requests", here.student, 201, json=sent)
    return made


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def decision(request: dict[str, Any]) -> str:
    return f"/teacher/regrade-requests/{request['id']}/decide"


async def test_a_student_disputes_a_mark_and_is_heard(assay: Assay) -> None:
    here, submission = await marked(assay)
    asked = await ask(assay, here)
    assert {name: asked[name] for name in asked if name not in ("id", "created_at")} == {
        "assignment_id": here.assignment["id"], "submission_id": submission["id"], "number": 2, "text": WHY,
        "state": "open", "answer": None, "score_before": 3, "score_after": None, "max_score": 6, "decided_at": None,
    }  # fmt: skip
    page = await assay.ask("GET", here.own + "/regrade-requests", here.teacher)
    (seen,) = page["items"]
    assert page["next_cursor"] is None
    assert page == await assay.ask("GET", "/teacher/regrade-requests", here.teacher, params={"state": "open"})
    assert (seen["student"]["name"], seen["decided_by"]) == ("Anna", None)
    assert asked.items() <= seen.items()

    sent = {"accept": True, "answer": "You are right.", "score": 5}
    decided = await assay.ask("POST", decision(asked), here.teacher, json=sent)
    assert (decided["state"], decided["score_before"], decided["score_after"]) == ("accepted", 3, 5)
    assert decided["decided_by"]["name"] == "Tove"
    assert await coins(assay, here.student) == 11
    told = (await assay.ask("GET", here.path + "/regrade-requests", here.student))["items"]
    assert [(one["state"], one["answer"], one["score_after"]) for one in told] == [("accepted", "You are right.", 5)]
    item = (await assay.ask("GET", here.path + "/submission", here.student))["outcome"]["items"][1]
    assert (item["score"], item["marked_by"], item["reason"]) == (5, "teacher", "You are right.")
    assert await history(assay, here, submission["id"]) == [
        (9, "graded", "ai", "anthropic"),
        (11, "edited", "teacher", None),
    ]
    assert (await assay.ask("GET", "/teacher/regrade-requests", here.teacher, params={"state": "open"}))["items"] == []


async def test_a_decision_is_made_once_and_says_what_it_must(assay: Assay) -> None:
    here, _ = await marked(assay)
    asked = await ask(assay, here)
    refusals: list[tuple[str, dict[str, Any]]] = [
        ("decision_needs_answer", {"accept": False}),
        ("decision_needs_answer", {"accept": True, "answer": " ", "score": 5}),
        ("decision_needs_answer", {"accept": False, "answer": "x" * 2001}),
        ("decision_needs_score", {"accept": True, "answer": "Yes."}),
        ("decision_needs_score", {"accept": False, "answer": "No.", "score": 5}),
        ("regrade_lowers", {"accept": True, "answer": "Yes.", "score": 2}),
        ("answer_score_in_range", {"accept": True, "answer": "Yes.", "score": 7}),
        ("validation_failed", {"answer": "Yes."}),
        ("validation_failed", {"accept": True, "answer": "Yes.", "score": "5"}),
    ]
    for code, sent in refusals:
        await assay.refused(code, "POST", decision(asked), here.teacher, json=sent)
    # The codes once more, each where a reader of the tests finds it.
    no_answer = {"accept": False}
    await assay.refused("decision_needs_answer", "POST", decision(asked), here.teacher, json=no_answer)
    no_score = {"accept": True, "answer": "Yes."}
    await assay.refused("decision_needs_score", "POST", decision(asked), here.teacher, json=no_score)
    lower = {"accept": True, "answer": "Yes.", "score": 2}
    await assay.refused("regrade_lowers", "POST", decision(asked), here.teacher, json=lower)
    style = await ask(assay, here, 3)
    between = {"accept": True, "answer": "Yes.", "score": 3}
    await assay.refused("score_is_a_level", "POST", decision(style), here.teacher, json=between)

    await assay.ask("POST", decision(asked), here.teacher, json={"accept": False, "answer": "It is not there."})
    for sent in ({"accept": False, "answer": "No."}, no_answer):
        await assay.refused("already_decided", "POST", decision(asked), here.teacher, json=sent)
    await assay.refused("already_decided", "DELETE", f"{here.path}/regrade-requests/{asked['id']}", here.student)
    assert await coins(assay, here.student) == 9


async def test_an_edit_leaves_a_request_open_and_it_may_be_withdrawn(assay: Assay) -> None:
    here, submission = await marked(assay)
    asked = await ask(assay, here, None)
    await edit(assay, here, submission["id"], score=12)
    path = here.path + "/regrade-requests"
    assert [one["state"] for one in (await assay.ask("GET", path, here.student))["items"]] == ["open"]
    await assay.refused("regrade_request_open", "POST", path, here.student, json={"text": WHY})
    await assay.ask("DELETE", f"{path}/{asked['id']}", here.student, 204)
    (kept,) = (await assay.ask("GET", path, here.student))["items"]
    assert (kept["state"], kept["score_before"], kept["number"]) == ("withdrawn", 9, None)
    assert [
        one["state"] for one in (await assay.ask("GET", here.own + "/regrade-requests", here.teacher))["items"]
    ] == ["withdrawn"]


async def test_what_cannot_be_disputed_says_why(assay: Assay) -> None:
    here, _ = await marked(assay, reveal="after_deadline")
    path = here.path + "/regrade-requests"
    await assay.refused("not_revealed_yet", "POST", path, here.student, json={"text": WHY})
    await assay.ask("POST", here.own + "/release", here.teacher)
    for text in ("Too short.", "x" * 2001, " " * 40):
        await assay.refused("regrade_text_length", "POST", path, here.student, json={"text": text})
    await assay.refused("not_found", "POST", path, here.student, json={"text": WHY, "number": 99})
    await assay.refused("validation_failed", "POST", path, here.student, json={"text": WHY, "number": 0})
    await assay.refused("validation_failed", "POST", path, here.student, json={"number": 1})
    for number in (1, 2, 3):
        await ask(assay, here, number)
    await assay.refused("too_many_regrade_requests", "POST", path, here.student, json={"text": WHY})
    past = "update assay.submissions set released_at = now() - interval '7 days', submitted_at = submitted_at"
    rows(assay, f"set session_replication_role = replica; {past}")
    rows(
        assay,
        "set session_replication_role = replica; update assay.assignments set released_at = now() - interval '7 days'",
    )
    await assay.refused("regrade_period_over", "POST", path, here.student, json={"text": WHY})
    await assay.refused("validation_failed", "GET", here.own + "/regrade-requests", here.teacher,
                        params={"state": "lost"})  # fmt: skip


async def test_how_long_marks_may_be_disputed_is_the_teachers_and_may_change_after_the_first_submission(
    assay: Assay, school: School
) -> None:
    sent = {"instructions": "Write. Maximum score: 5 points.", "deadline": LATER, "regrade_days": 0}
    made = (await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent))["assignment"]
    assert made["regrade_days"] == 0
    student = f"/student/assignments/{made['id']}"
    first = await assay.ask("POST", student + "/submission", school.student, 201, json={"content": "Gold."})
    assert first["submission"]["regrade_until"] == first["submission"]["graded_at"]
    await assay.refused(
        "regrade_period_over", "POST", student + "/regrade-requests", school.student, json={"text": WHY}
    )
    own = f"/teacher/assignments/{made['id']}"
    changed = await assay.ask("PATCH", own, school.teacher, json={"regrade_days": 30})
    assert (changed["regrade_days"], changed["locked"]) == (30, True)
    await assay.refused("assignment_locked", "PATCH", own, school.teacher, json={"regrade_days": 20, "title": "Other"})
    for wrong in (-1, 366, None, "7"):
        await assay.refused("validation_failed", "PATCH", own, school.teacher, json={"regrade_days": wrong})
    assert (await assay.ask("GET", own, school.teacher))["regrade_days"] == 30
    assert school.assignment["regrade_days"] == 7
    until = moment((await assay.ask("GET", student, school.student))["submission"]["regrade_until"])
    assert until == moment(first["submission"]["graded_at"]) + timedelta(days=30)
    await assay.ask("POST", student + "/regrade-requests", school.student, 201, json={"text": WHY})


async def test_nothing_is_disputed_before_it_is_handed_in(assay: Assay, school: School) -> None:
    path = school.path + "/regrade-requests"
    await assay.refused("not_found", "POST", path, school.student, json={"text": WHY})
    assert (await assay.ask("GET", path, school.student)) == {"items": [], "next_cursor": None}
