"""What a teacher must not know of a drawn case before they have marked it, and cannot work out either."""

import re
from collections.abc import Mapping
from typing import Any

from app.web.routes import ROUTES
from tests.web.conftest import Assay
from tests.web.rubrics import ESSAY, Rubric, hand_in, rubric
from tests.web.school import rows

MARKS = {"marks": {"1": {"score": 7}, "2": {"score": 4}, "3": {"score": 2}}}
READS = [route.path for route in ROUTES if route.audience == "teacher" and route.method == "GET"]
MORE = {  # beside each route as it is asked without parameters
    "/teacher/assignments/{assignment_id}/submissions": ("?sort=score", "?sort=-score"),
    "/teacher/students": ("?sort=name", "?search=a", "?class_id={class_id}"),
    "/teacher/classes/{class_id}/students": ("?sort=name",),
    "/teacher/assignments/{assignment_id}/students": ("?state=graded&sort=name",),
}
TIME = r"\d{4}-\d\d-\d\dT[\d:.+]+"


async def drawn(assay: Assay) -> tuple[Rubric, dict[str, str]]:
    """Two students handed in; the text of one, who disputes it, was drawn. The ids of all that is about it."""
    here = await rubric(assay)
    bea = await assay.student("Bea")
    me = await assay.ask("GET", "/auth/me", bea)
    await assay.ask(
        "POST", f"/teacher/classes/{here.class_id}/students", here.teacher, json={"student_ids": [me["id"]]}
    )
    for who, text in ((here.student, ESSAY), (bea, "Gold does not rust.")):
        await hand_in(assay, here._replace(student=who), text)
    (case,) = (await assay.ask("POST", here.own + "/cases", here.teacher, 201, json={"draw": 1}))["cases"]
    submission = str((await assay.ask("GET", f"/teacher/cases/{case['id']}", here.teacher))["submission_id"])
    student = (await assay.ask("GET", f"/teacher/submissions/{submission}", here.teacher))["student"]
    author = here.student if student["name"] == "Anna" else bea
    await assay.ask("POST", here.path + "/regrade-requests", author, 201, json={"text": "I wrote more than that."})
    question = (await assay.ask("GET", here.own + "/questions", here.teacher))["items"][0]["id"]
    jobs = (await assay.ask("GET", "/teacher/jobs", here.teacher))["items"]
    return here._replace(student=author), {
        "assignment_id": here.assignment["id"], "class_id": here.class_id, "case_id": case["id"],
        "submission_id": submission, "student_id": student["id"], "question_id": question,
        "job_id": next(one["id"] for one in jobs if one["submission_id"] == submission),
    }  # fmt: skip


async def reads(assay: Assay, teacher: str, ids: Mapping[str, str]) -> dict[str, str]:
    """What every route of a teacher answers to GET, but for times."""
    seen: dict[str, str] = {}
    asked = [path + more for path in READS for more in ("", *MORE.get(path, ()))]
    for path in [re.sub(r"{(\w+)}", lambda name: ids[name[1]], path) for path in asked]:
        answer = await assay.client.get(path, headers={"Authorization": f"Bearer {teacher}"})
        assert answer.status_code in (200, 404), path  # a text with a rubric has no GIFT file, say
        if answer.status_code == 200:
            seen[path] = re.sub(TIME, "", answer.text)
    book = f"/teacher/classes/{ids['class_id']}/gradebook"
    for query in ("", "?criteria=true"):
        headers = {"Authorization": f"Bearer {teacher}", "Accept": "text/csv"}
        seen[book + query + " as CSV"] = (await assay.client.get(book + query, headers=headers)).text
    return seen


def earns(assay: Assay, submission: str, score: int) -> None:
    """The first criterion of a submission earns this; its total, coins and ledger follow."""
    rows(assay, "update assay.answers x set score = %(score)s from assay.questions q where q.id = x.question_id"
         " and q.number = 1 and x.submission_id = %(submission)s", score=score, submission=submission)  # fmt: skip


async def test_nothing_that_a_teacher_reads_depends_on_what_they_are_to_mark_blind(assay: Assay) -> None:
    here, ids = await drawn(assay)
    earns(assay, ids["submission_id"], 1)
    low = await reads(assay, here.teacher, ids)
    earns(assay, ids["submission_id"], 9)
    assert await reads(assay, here.teacher, ids) == low
    assert (await assay.ask("GET", "/student/scores", here.student))["items"][0]["score"] >= 9  # the student sees it

    await assay.ask("PUT", f"/teacher/cases/{ids['case_id']}/marks", here.teacher, json=MARKS)
    high = await reads(assay, here.teacher, ids)
    earns(assay, ids["submission_id"], 1)
    seen = await reads(assay, here.teacher, ids)
    told = {path.replace(ids["assignment_id"], "ID") for path in seen if seen[path] != high[path]}
    own = "/teacher/assignments/ID"
    assert {f"{own}/submissions", f"{own}/analysis", f"{own}/students", "/teacher/students", "/teacher/questions",
            f"/teacher/classes/{ids['class_id']}/students", f"/teacher/students/{ids['student_id']}",
            f"/teacher/students/{ids['student_id']}/scores", f"/teacher/classes/{ids['class_id']}/gradebook",
            f"/teacher/classes/{ids['class_id']}/gradebook as CSV"} <= told  # fmt: skip


async def test_totals_lack_what_is_hidden_and_say_so(assay: Assay) -> None:
    here, ids = await drawn(assay)
    book = f"/teacher/classes/{ids['class_id']}/gradebook"
    analysis = f"/teacher/assignments/{ids['assignment_id']}/analysis"
    student = f"/teacher/students/{ids['student_id']}"
    earned = (await assay.ask("GET", "/auth/me", here.student))["total_gold_coins"]
    assert earned > 0

    async def shown(who: str) -> list[tuple[Any, Any]]:
        people = (await assay.ask("GET", "/teacher/students", who))["items"]
        listed = [next(one for one in people if one["id"] == ids["student_id"])]
        listed += [await assay.ask("GET", student, who), await assay.ask("GET", student + "/scores", who)]
        return [(one["total_gold_coins"], one["hidden"]) for one in listed]

    assert await shown(here.teacher) == [(0, "until_marked")] * 3
    assert await shown(await assay.teacher("Ture")) == [(earned, None)] * 3  # it is not hidden from a colleague
    rest = {
        one["id"]: (one["total"], one["hidden"]) for one in (await assay.ask("GET", book, here.teacher))["students"]
    }
    assert rest.pop(ids["student_id"]) == (0, "until_marked")
    ((other, flag),) = rest.values()
    assert (other > 0, flag) == (True, None)
    told = await assay.ask("GET", analysis, here.teacher)
    figures = [told[name] for name in ("mean", "median", "scores", "questions")]
    assert (told["submissions"], told["hidden"], figures) == (2, "until_marked", [None] * 4)
    (paid,) = (await assay.ask("GET", student + "/scores", here.teacher))["items"]
    assert (paid["score"], paid["hidden"]) == (None, "until_marked")

    await assay.ask("PUT", f"/teacher/cases/{ids['case_id']}/marks", here.teacher, json=MARKS)
    assert await shown(here.teacher) == [(earned, None)] * 3
    told = await assay.ask("GET", analysis, here.teacher)
    assert (told["hidden"], told["mean"], len(told["questions"])) == (None, (earned + other) / 2, 3)


async def test_what_is_hidden_is_not_found_out_by_accepting_a_request(assay: Assay) -> None:
    here, ids = await drawn(assay)
    (asked,) = (await assay.ask("GET", "/teacher/regrade-requests", here.teacher))["items"]
    assert (asked["hidden"], asked["score_before"]) == ("until_marked", None)
    path = f"/teacher/regrade-requests/{asked['id']}/decide"
    for score in (0, 20):  # lower than what it has, or not
        sent = {"accept": True, "answer": "Yes.", "score": score}
        assert await assay.refused("case_not_marked", "POST", path, here.teacher, json=sent) == {
            "case_id": ids["case_id"]
        }
    await assay.ask("PUT", f"/teacher/cases/{ids['case_id']}/marks", here.teacher, json=MARKS)
    await assay.refused("regrade_lowers", "POST", path, here.teacher, json=sent | {"score": 0})
    decided = await assay.ask("POST", path, here.teacher, json=sent)
    assert (decided["state"], decided["score_after"], decided["hidden"]) == ("accepted", 20, None)


async def test_a_deleted_assignment_hides_nothing_any_more(assay: Assay) -> None:
    here, ids = await drawn(assay)
    earned = (await assay.ask("GET", "/auth/me", here.student))["total_gold_coins"]
    await assay.ask("DELETE", here.own, here.teacher, 204)
    seen = await assay.ask("GET", f"/teacher/students/{ids['student_id']}/scores", here.teacher)
    assert (seen["total_gold_coins"], seen["hidden"], seen["items"][0]["score"]) == (earned, None, earned)
