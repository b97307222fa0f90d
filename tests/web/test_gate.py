"""Results that are held: what students see of them, what teachers do with them."""

import re
from typing import Any

import httpx2

from tests.web.conftest import Assay
from tests.web.rubrics import Rubric, coins, hand_in, rubric

TERMS: dict[str, Any] = {"autonomy": "gated", "gate_min_cases": 30, "gate_min_qwk": 0.8, "gate_max_bias": 0.1}


async def held(assay: Assay) -> tuple[Rubric, dict[str, Any]]:
    """A text that was graded, and is held; its submission as its student sees it."""
    here = await rubric(assay, **TERMS, regrade_days=3)
    return here, (await hand_in(assay, here))["submission"]


async def test_a_student_learns_that_a_held_text_is_graded_and_nothing_more(assay: Assay) -> None:
    here, submission = await held(assay)
    nothing = {"score": None, "feedback": None, "comment": None, "outcome": None}
    assert nothing.items() <= submission.items()
    (listed,) = (await assay.ask("GET", "/student/assignments", here.student))["items"]
    assert (listed["state"], listed["score"]) == ("graded", None)
    one = await assay.ask("GET", here.path, here.student)
    assert (one["state"], one["score"], one["submission"]) == ("graded", None, submission)
    assert await assay.ask("GET", here.path + "/submission", here.student) == submission
    scores = await assay.ask("GET", "/student/scores", here.student)
    assert (scores["total_gold_coins"], scores["items"]) == (0, [])
    assert await coins(assay, here.student) == 0


async def test_neither_a_job_nor_its_events_tell_a_held_score(assay: Assay) -> None:
    here = await rubric(assay, **TERMS)
    begun = await assay.ask("POST", here.path + "/submission", here.student, 202, json={"content": "Gold is heavy."},
                            headers={"Prefer": "respond-async"})  # fmt: skip
    path = f"/student/jobs/{begun['job']['id']}"
    headers = {"Authorization": f"Bearer {here.student}", "Accept": "text/event-stream"}
    answer: httpx2.Response = await assay.client.get(path, headers=headers)
    assert '"status":"succeeded"' in answer.text
    assert set(re.findall(r'"score":(\w+)', answer.text)) == {"null"}
    done = await assay.ask("GET", path, here.student, headers={"Prefer": "wait=60"})
    assert (done["status"], done["score"]) == ("succeeded", None)


async def test_its_teacher_sees_it_and_the_release_pays_it_once(assay: Assay) -> None:
    here, submission = await held(assay)
    (seen,) = (await assay.ask("GET", here.own + "/submissions", here.teacher))["items"]
    assert (seen["id"], seen["released_at"]) == (submission["id"], None)
    full = await assay.ask("GET", f"/teacher/submissions/{submission['id']}", here.teacher)
    assert full["outcome"]["score"] == seen["score"] > 0
    (state,) = (await assay.ask("GET", here.own + "/students", here.teacher))["items"]
    assert (state["state"], state["score"], state["released_at"]) == ("graded", seen["score"], None)
    book = await assay.ask("GET", f"/teacher/classes/{here.class_id}/gradebook", here.teacher)
    assert [(one["total"], list(one["scores"].values())) for one in book["students"]] == [(0, [None])]
    why = {"text": "The second sentence says what people did with it."}
    await assay.refused("not_revealed_yet", "POST", here.path + "/regrade-requests", here.student, json=why)

    for _ in range(2):
        await assay.ask("POST", here.own + "/release", here.teacher)
    assert await coins(assay, here.student) == seen["score"]
    told = await assay.ask("GET", here.path + "/submission", here.student)
    assert (told["score"], told["outcome"]) == (seen["score"], full["outcome"])
    (paid,) = (await assay.ask("GET", f"/teacher/submissions/{submission['id']}/history", here.teacher))["items"]
    assert (paid["score"], paid["reason"], paid["by"]) == (seen["score"], "graded", "ai")
    (seen,) = (await assay.ask("GET", here.own + "/submissions", here.teacher))["items"]
    assert seen["released_at"]
    await assay.ask("POST", here.path + "/regrade-requests", here.student, 201, json=why)


async def test_the_terms_of_results_change_after_the_first_submission_and_release_what_is_held_no_longer(
    assay: Assay,
) -> None:
    here, _ = await held(assay)
    wanted = TERMS | {"regrade_days": 3}
    assert wanted.items() <= here.assignment.items()
    assert wanted.items() <= (await assay.ask("GET", "/teacher/assignments", here.teacher))["items"][0].items()
    changed = await assay.ask("PATCH", here.own, here.teacher, json={"gate_min_qwk": 1, "gate_max_bias": 0})
    assert (changed["gate_min_qwk"], changed["gate_max_bias"], changed["gate_min_cases"]) == (1, 0, 30)
    await assay.refused("assignment_locked", "PATCH", here.own, here.teacher, json={"autonomy": "full", "title": "Tin"})
    wrong = ({"autonomy": "none"}, {"gate_min_qwk": 1.01},
             {"gate_max_bias": -0.1}, {"gate_min_qwk": "0.5"}, {"autonomy": None})  # fmt: skip
    for change in wrong:
        await assay.refused("validation_failed", "PATCH", here.own, here.teacher, json=change)
    for cases in (0, 201):
        sent = {"gate_min_cases": cases}
        await assay.refused("gate_min_cases_in_range", "PATCH", here.own, here.teacher, json=sent)
    assert await coins(assay, here.student) == 0
    await assay.ask("PATCH", here.own, here.teacher, json={"autonomy": "full"})
    assert await coins(assay, here.student) > 0
