"""Scores in a teacher's hands: edited, graded again, and every one of them remembered."""

import asyncio
from typing import Any

import psycopg

from tests.web.conftest import Assay, School
from tests.web.school import hand_in

# The first grading is quick, the second one takes its time.
SLOW_AGAIN = "Gold. [[sim:score=12]] [[sim:delay=1.5,after=1]]"
AT_ONCE = {"Prefer": "respond-async"}


async def coins(assay: Assay, school: School) -> int:
    return int((await assay.ask("GET", "/auth/me", school.student))["total_gold_coins"])


async def history(assay: Assay, school: School, path: str) -> list[dict[str, Any]]:
    """Oldest first."""
    page = await assay.ask("GET", path + "/history", school.teacher)
    return list(reversed(page["items"]))


async def test_coins_follow_each_edit_and_history_says_who_when_why_and_with_what(assay: Assay, school: School) -> None:
    path = f"/teacher/submissions/{await hand_in(assay, school)}"
    me = await assay.ask("GET", "/auth/me", school.teacher)
    first = await assay.ask("GET", path, school.teacher)
    assert (first["score"], first["edited_at"]) == (12, None)
    for score in (0, 20, 7):
        edited = await assay.ask("PATCH", path, school.teacher, json={"score": score})
        assert (edited["score"], edited["original_score"]) == (score, 12)
        assert await coins(assay, school) == score
        assert edited["edited_at"] == edited["graded_at"] > first["graded_at"]
    commented = await assay.ask("PATCH", path, school.teacher, json={"feedback": "Read it once more."})
    assert commented == edited | {"feedback": "Read it once more."}
    assert (await assay.ask("GET", "/student/scores", school.student))["items"][0]["feedback"] == "Read it once more."
    assert (await assay.ask("PATCH", path, school.teacher, json={"feedback": None}))["feedback"] is None
    assert await assay.ask("PATCH", path, school.teacher, json={}) == edited
    again = await assay.ask("POST", path + "/regrade", school.teacher, 201, json={"replace_teacher_score": True})
    assert (again["submission"]["score"], again["submission"]["edited_at"]) == (12, None)
    assert await coins(assay, school) == 12

    told = await history(assay, school, path)
    assert [(one["score"], one["by"], one["reason"]) for one in told] == [
        (12, "ai", "graded"),
        (0, "teacher", "edited"),
        (20, "teacher", "edited"),
        (7, "teacher", "edited"),
        (12, "ai", "regraded"),
    ]
    for one in told:
        if one["by"] == "ai":
            assert one["teacher"] is None
            assert one["provider"] == "anthropic"
            assert one["model"]
            assert one["prompt_version"]
        else:
            assert one["teacher"] == {"id": me["id"], "name": "Tove"}
            assert (one["provider"], one["model"], one["prompt_version"]) == (None, None, None)
    times = [one["created_at"] for one in told]
    assert times == sorted(times)
    assert len(set(times)) == len(times)


async def test_history_calls_whoever_changes_a_score_by_hand_an_operator(assay: Assay, school: School) -> None:
    submission = await hand_in(assay, school)
    with psycopg.connect(assay.url, autocommit=True) as admin:
        admin.execute("update assay.submissions set score = 13 where id = %s", [submission])
        admin.execute("select operator.set_score(%s, 14, 'ticket 7')", [submission])
    told = await history(assay, school, f"/teacher/submissions/{submission}")
    assert [(one["score"], one["by"]) for one in told] == [(12, "ai"), (13, "operator"), (14, "operator")]
    assert await coins(assay, school) == 14


async def test_a_score_that_cannot_be_is_refused_and_moves_nothing(assay: Assay, school: School) -> None:
    path = f"/teacher/submissions/{await hand_in(assay, school)}"
    details = await assay.refused("validation_failed", "PATCH", path, school.teacher, json={"score": 21})
    assert details["max_score"] == 20
    for score in (-1, 12.5, "12", True, None, 10**9):
        details = await assay.refused("validation_failed", "PATCH", path, school.teacher, json={"score": score})
        assert [error["field"] for error in details["errors"]] == ["score"]
    for wrong in ({"coins": 5}, {"content": "Better."}, {"feedback": "x" * 20_001}):
        await assay.refused("validation_failed", "PATCH", path, school.teacher, json=wrong)
    assert await coins(assay, school) == 12
    assert len(await history(assay, school, path)) == 1


async def test_a_teachers_own_score_is_replaced_only_when_asked(assay: Assay, school: School) -> None:
    path = f"/teacher/submissions/{await hand_in(assay, school)}"
    await assay.ask("PATCH", path, school.teacher, json={"score": 12})  # the same, and still the teacher's word
    bodies: list[dict[str, Any]] = [{}, {"json": {}}, {"json": {"replace_teacher_score": False}}]
    for sent in bodies:
        await assay.refused("conflict", "POST", path + "/regrade", school.teacher, **sent)
    wrong = {"replace_teacher_score": "yes"}
    await assay.refused("validation_failed", "POST", path + "/regrade", school.teacher, json=wrong)
    await assay.ask("POST", path + "/regrade", school.teacher, 201, json={"replace_teacher_score": True})
    # Now it is the AI's again.
    await assay.ask("POST", path + "/regrade", school.teacher, 201)
    assert [one["by"] for one in await history(assay, school, path)] == ["ai", "teacher", "ai", "ai"]


async def test_a_submission_is_graded_again_once_at_a_time(assay: Assay, school: School) -> None:
    path = f"/teacher/submissions/{await hand_in(assay, school, SLOW_AGAIN)}"
    asked = [
        assay.client.post(
            path + "/regrade", json={}, headers={"Authorization": f"Bearer {school.teacher}", **AT_ONCE}
        )
        for _ in range(10)
    ]  # fmt: skip
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 9
    assert {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409} == {"conflict"}
    (job,) = [answer.headers["location"] for answer in answers if answer.status_code == 202]
    told = await assay.ask("GET", job, school.teacher, headers={"Prefer": "wait=30"})
    assert (told["status"], told["score"]) == ("succeeded", 12)
    assert len(await history(assay, school, path)) == 2


async def test_a_score_that_the_teacher_gives_meanwhile_stays(assay: Assay, school: School) -> None:
    path = f"/teacher/submissions/{await hand_in(assay, school, SLOW_AGAIN)}"
    job = await assay.ask("POST", path + "/regrade", school.teacher, 202, json={}, headers=AT_ONCE)
    await assay.ask("PATCH", path, school.teacher, json={"score": 3})
    where = f"/teacher/jobs/{job['job']['id']}"
    told = await assay.ask("GET", where, school.teacher, headers={"Prefer": "wait=30"})
    assert (told["status"], told["error"]["code"]) == ("failed", "conflict")
    assert (await assay.ask("GET", path, school.teacher))["score"] == await coins(assay, school) == 3
    # Unless the teacher had said that it may go.
    sent = {"replace_teacher_score": True}
    replacing = asyncio.create_task(assay.ask("POST", path + "/regrade", school.teacher, 201, json=sent))
    while not assay.ai.calls.in_flight["anthropic"]:
        await asyncio.sleep(0.02)
    await assay.ask("PATCH", path, school.teacher, json={"score": 4})
    assert (await replacing)["submission"]["score"] == await coins(assay, school) == 12


async def test_a_regrade_that_fails_leaves_no_trace(assay: Assay, school: School) -> None:
    path = f"/teacher/submissions/{await hand_in(assay, school, 'Gold. [[sim:score=12]] [[sim:fail=400,after=1]]')}"
    before = await assay.ask("GET", path, school.teacher)
    details = await assay.refused("ai_unavailable", "POST", path + "/regrade", school.teacher)
    assert await assay.ask("GET", path, school.teacher) == before
    assert (await coins(assay, school), len(await history(assay, school, path))) == (12, 1)
    job = await assay.ask("GET", f"/teacher/jobs/{details['job_id']}", school.teacher)
    assert (job["status"], job["submission_id"]) == ("failed", before["id"])
    for provider in ("openai", "anthropic"):
        await assay.ask("DELETE", f"/teacher/api-keys/{provider}", school.teacher, 204)
    await assay.refused("api_key_missing", "POST", path + "/regrade", school.teacher)
