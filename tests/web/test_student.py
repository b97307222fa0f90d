"""What a student sees and does, through HTTP, with a worker and simulated AI services behind it."""

import asyncio
import json
from uuid import uuid4

import psycopg
import pytest

from tests.web.conftest import INSTRUCTIONS, LATER, PLAIN, Assay, School
from tests.web.questions import SHORT


async def test_a_text_becomes_a_score_and_gold_coins(assay: Assay, school: School) -> None:
    text = "Guld är tungt.\r\n[[sim:score=17]]\n"
    answer = await assay.ask("POST", school.path + "/submission", school.student, 201, content=text, headers=PLAIN)
    submission = answer["submission"]
    assert (submission["score"], submission["max_score"], submission["content"]) == (17, 20, text)
    assert await assay.ask("GET", school.path + "/submission", school.student) == submission
    scores = await assay.ask("GET", "/student/scores", school.student)
    assert (scores["total_gold_coins"], scores["next_cursor"]) == (17, None)
    assert [item["score"] for item in scores["items"]] == [17]
    assert (await assay.ask("GET", "/auth/me", school.student))["total_gold_coins"] == 17
    assert (await assay.ask("GET", school.path, school.student))["state"] == "graded"


async def test_the_second_hand_in_is_refused_and_names_the_first(assay: Assay, school: School) -> None:
    first = await assay.ask("POST", school.path + "/submission", school.student, 201, json={"content": "Gold."})
    details = await assay.refused(
        "already_submitted", "POST", school.path + "/submission", school.student, json={"content": "More gold."}
    )
    assert details["submission_id"] == first["submission"]["id"]


async def test_of_many_hand_ins_at_once_one_is_accepted(assay: Assay, school: School) -> None:
    sent = [
        assay.client.post(
            school.path + "/submission", json={"content": "Gold. [[sim:delay=0.5]]"},
            headers={"Authorization": f"Bearer {school.student}", "Prefer": "respond-async"},
        )
        for _ in range(50)
    ]  # fmt: skip
    answers = await asyncio.gather(*sent)
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 49
    (accepted,) = (answer for answer in answers if answer.status_code == 202)
    refused = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert {error["code"] for error in refused} == {"submission_pending"}
    assert {error["details"]["job_id"] for error in refused} == {accepted.json()["job"]["id"]}


async def test_a_job_can_be_watched_to_its_end(assay: Assay, school: School) -> None:
    headers = {"Prefer": "respond-async"}
    answer = await assay.client.post(
        school.path + "/submission", json={"content": "Gold. [[sim:delay=0.3]]"},
        headers={"Authorization": f"Bearer {school.student}", **headers},
    )  # fmt: skip
    where = answer.headers["location"]
    assert (await assay.ask("GET", school.path, school.student))["state"] == "pending"
    who = {"Authorization": f"Bearer {school.student}", "Accept": "text/event-stream"}
    async with assay.client.stream("GET", where, headers=who) as stream:
        seen = [json.loads(line[6:])["status"] async for line in stream.aiter_lines() if line.startswith("data: ")]
    assert seen[-1] == "succeeded"
    assert len(seen) == len(set(seen))
    done = await assay.ask("GET", where, school.student, headers={"Prefer": "wait=10"})
    assert (done["status"], done["kind"]) == ("succeeded", "grading")
    await assay.refused("not_found", "GET", where, await assay.student("Bo"))


async def test_when_every_service_is_down_nothing_is_lost_but_time(assay: Assay, school: School) -> None:
    assay.ai.outage(openai=True, anthropic=True)
    await assay.refused(
        "ai_unavailable", "POST", school.path + "/submission", school.student, json={"content": "Gold."}
    )
    await assay.refused("not_found", "GET", school.path + "/submission", school.student)
    assert (await assay.ask("GET", school.path, school.student))["state"] == "open"
    assay.ai.outage(openai=False, anthropic=False)
    await assay.ask("POST", school.path + "/submission", school.student, 201, json={"content": "Gold."})


async def test_nothing_is_accepted_after_the_deadline(assay: Assay, school: School) -> None:
    with psycopg.connect(assay.url, autocommit=True) as admin:
        admin.execute("update assay.assignments set deadline = now() - interval '1 second'")
    await assay.refused(
        "deadline_passed", "POST", school.path + "/submission", school.student, json={"content": "Gold"}
    )
    assert (await assay.ask("GET", school.path, school.student))["state"] == "closed"


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u3000"])
async def test_a_blank_text_is_refused(assay: Assay, school: School, text: str) -> None:
    await assay.refused(
        "validation_failed", "POST", school.path + "/submission", school.student, json={"content": text}
    )
    await assay.ask("POST", school.path + "/submission", school.student, 201, json={"content": "Gold."})


async def test_a_student_sees_the_assignments_of_own_classes_only(assay: Assay, school: School) -> None:
    page = await assay.ask("GET", "/student/assignments", school.student)
    assert [item["title"] for item in page["items"]] == ["Gold"]
    text = await assay.client.get(
        school.path + "/instructions", headers={"Authorization": f"Bearer {school.student}", "Accept": "text/plain"}
    )
    assert text.text == INSTRUCTIONS
    assert (await assay.ask("GET", school.path, school.student))["instructions"] == INSTRUCTIONS
    assert text.headers["content-disposition"].startswith("attachment; filename=")
    stranger = await assay.student("Bo")
    assert (await assay.ask("GET", "/student/assignments", stranger))["items"] == []
    for path in ("", "/instructions", "/submission"):
        await assay.refused("not_found", "GET", school.path + path, stranger)
    await assay.refused("not_found", "POST", school.path + "/submission", stranger, json={"content": "Gold."})
    await assay.refused("not_found", "GET", f"/student/assignments/{uuid4()}", school.student)


async def test_the_assignments_of_one_class_are_those_for_it_and_for_all_of_its_teacher(
    assay: Assay, school: School
) -> None:
    other = await assay.teacher("Ture")
    theirs = (await assay.ask("POST", "/teacher/classes", other, 201, json={"name": "Chess"}))["id"]
    me = (await assay.ask("GET", "/auth/me", school.student))["id"]
    await assay.ask("POST", f"/teacher/classes/{theirs}/students", other, json={"student_ids": [me]})
    more = (school.teacher, "Silver", school.class_id), (other, "Pawns", None), (other, "Kings", theirs)
    for teacher, title, class_id in more:
        quiz = {"takes": "answers", "title": title, "deadline": LATER, "questions": [SHORT]}
        made = await assay.ask("POST", "/teacher/assignments", teacher, 201, json=quiz | {"class_id": class_id})
        await assay.ask("POST", f"/teacher/assignments/{made['assignment']['id']}/publish", teacher)
    for class_id, titles in (
        (school.class_id, ["Silver", "Gold"]),
        (theirs, ["Kings", "Pawns"]),
        (str(uuid4()), []),
    ):
        page = await assay.ask("GET", "/student/assignments", school.student, params={"class_id": class_id})
        assert [item["title"] for item in page["items"]] == titles
    stranger = await assay.student("Bo")
    assert (await assay.ask("GET", "/student/assignments", stranger, params={"class_id": theirs}))["items"] == []
    await assay.refused(
        "validation_failed", "GET", "/student/assignments", school.student, params={"class_id": "Chess"}
    )


async def test_lists_are_paged_by_key(assay: Assay, school: School) -> None:
    titles = [f"Gold {number}" for number in range(4)]
    for title in titles:
        sent = {"title": title, "instructions": INSTRUCTIONS, "deadline": LATER}
        await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent)
    for path, who in (("/student/assignments", school.student), ("/teacher/assignments", school.teacher)):
        seen, cursor = [], None
        while True:
            params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = await assay.ask("GET", path, who, params=params)
            seen += [item["title"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert sorted(seen) == ["Gold", *titles]
        await assay.refused("validation_failed", "GET", path, who, params={"cursor": "next"})


async def test_a_job_names_its_assignment_from_the_first_answer_on(assay: Assay, school: School) -> None:
    later, title = {"Prefer": "respond-async"}, school.assignment["title"]
    task = f"/teacher/assignments/{school.assignment['id']}"
    changed = {"instructions": "Write about wasps. Maximum score: 20 points."}
    built = await assay.ask("PATCH", task, school.teacher, 202, json=changed, headers=later)
    assert built["job"]["assignment_title"] == title
    waiting = {"Prefer": "wait=20"}
    await assay.ask("GET", f"/teacher/jobs/{built['job']['id']}", school.teacher, headers=waiting)
    text = {"content": "Gold is a metal."}
    sent = await assay.ask("POST", school.path + "/submission", school.student, 202, json=text, headers=later)
    assert sent["job"]["assignment_title"] == title
    await assay.ask("GET", f"/student/jobs/{sent['job']['id']}", school.student, headers=waiting)
    graded = await assay.ask("GET", school.path + "/submission", school.student)
    again = f"/teacher/submissions/{graded['id']}/regrade"
    assert (await assay.ask("POST", again, school.teacher, 202, headers=later))["job"]["assignment_title"] == title
