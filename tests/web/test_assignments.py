"""What a teacher changes of an assignment, field by field, and what happens when others are quicker."""

import asyncio
from typing import Any

import pytest

from tests.web.conftest import INSTRUCTIONS, LATER, PLAIN, Assay, School
from tests.web.school import own

SLOW = "Write about silver. Maximum score: 30 points. [[sim:delay=1.5]]"
AT_ONCE = {"Prefer": "respond-async"}


async def finished(assay: Assay, who: str, job_id: str) -> Any:
    """A job of a teacher when it has ended."""
    return await assay.ask("GET", f"/teacher/jobs/{job_id}", who, headers={"Prefer": "wait=30"})


async def test_each_field_changes_alone(assay: Assay, school: School) -> None:
    known = await assay.ask("GET", own(school), school.teacher)
    changes: list[dict[str, Any]] = [
        {"title": "More gold"},
        {"deadline": "2098-12-31T20:50:00+21:50"},
        {"deadline": "2098-12-31T23:00:00Z"},
        {"class_id": school.class_id},
        {"class_id": None},
        {"max_score": 7},
        {"correction_template": "Seven for everybody.\r\n"},
        {"instructions": "Write about lead."},
        {"title": "Two", "max_score": 9},
        {"instructions": "Write about tin.", "correction_template": "Nine for all."},
        {},
    ]
    for change in changes:
        told = await assay.ask("PATCH", own(school), school.teacher, json=change)
        differ = {name for name in told if told[name] != known[name]} - {"updated_at", "class_name"}
        # New instructions and another maximum make a new template; a maximum that was given once stays.
        expected = set(change) | ({"correction_template"} if {"instructions", "max_score"} & set(change) else set())
        assert differ == expected, change
        for name, value in change.items():
            assert told[name] == value or name == "deadline"
        assert (told["updated_at"] > known["updated_at"]) == bool(change)
        assert await assay.ask("GET", own(school), school.teacher) == told
        known = told
    assert known["deadline"].startswith("2098-12-31T23:00:00")
    assert known["max_score"] == 9


WRONG: list[dict[str, Any]] = [
    {"title": None},
    {"title": " "},
    {"instructions": None},
    {"deadline": "2099-01-01"},
    {"deadline": None},
    {"deadline": "9999-12-31T23:59:59-14:00"},
    {"deadline": "0001-01-01T00:00:00+14:00"},
    {"max_score": 0},
    {"max_score": None},
    {"correction_template": None},
    {"class_id": "7A"},
    {"locked": False},
    {"teacher_id": "018f0000-0000-7000-8000-000000000000"},
]


async def test_a_field_that_is_wrong_is_named(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    path = "/teacher/assignments/018f0000-0000-7000-8000-000000000000"
    for change in WRONG:
        details = await assay.refused("validation_failed", "PATCH", path, tove, json=change)
        assert [error["field"] for error in details["errors"]] == list(change)


async def test_while_a_template_is_built_nothing_else_changes(assay: Assay, school: School) -> None:
    before = await assay.ask("GET", own(school), school.teacher)
    new = {"instructions": SLOW, "title": "Silver"}
    job = (await assay.ask("PATCH", own(school), school.teacher, 202, json=new, headers=AT_ONCE))["job"]
    assert (job["kind"], job["assignment_id"]) == ("template", school.assignment["id"])
    for change in ({"instructions": INSTRUCTIONS}, {"title": "Tin"}, {"deadline": LATER}):
        await assay.refused("assignment_not_ready", "PATCH", own(school), school.teacher, json=change)
    put = {"content": "Mine.", "headers": PLAIN}
    await assay.refused("assignment_not_ready", "PUT", own(school) + "/template", school.teacher, **put)
    assert await assay.ask("GET", own(school), school.teacher) == before
    assert (await finished(assay, school.teacher, job["id"]))["status"] == "succeeded"
    after = await assay.ask("GET", own(school), school.teacher)
    assert (after["title"], after["max_score"], after["instructions"]) == ("Silver", 30, SLOW)
    assert after["correction_template"] != before["correction_template"]
    await assay.ask("PATCH", own(school), school.teacher, json={"title": "Tin"})


async def test_a_text_that_comes_while_a_template_is_built_keeps_the_old_one(assay: Assay, school: School) -> None:
    before = await assay.ask("GET", own(school), school.teacher)
    changing = asyncio.create_task(
        assay.refused("assignment_locked", "PATCH", own(school), school.teacher, json={"instructions": SLOW})
    )
    while not assay.ai.calls.in_flight["openai"]:
        await asyncio.sleep(0.02)
    await assay.ask("POST", school.path + "/submission", school.student, 201, json={"content": "Gold."})
    details = await changing
    assert (await finished(assay, school.teacher, details["job_id"]))["error"]["code"] == "assignment_locked"
    after = await assay.ask("GET", own(school), school.teacher)
    assert after == before | {"locked": True, "submission_count": 1}


async def test_instructions_whose_template_fails_change_nothing(assay: Assay, school: School) -> None:
    before = await assay.ask("GET", own(school), school.teacher)
    new = {"instructions": "Write about silver. Maximum score: 30 points.", "title": "Silver", "deadline": LATER}
    assay.ai.outage(openai=True, anthropic=True)
    await assay.refused("ai_unavailable", "PATCH", own(school), school.teacher, json=new)
    assert await assay.ask("GET", own(school), school.teacher) == before
    assay.ai.outage(openai=False, anthropic=False)
    details = await assay.refused(
        "max_score_unclear", "PATCH", own(school), school.teacher, json={"instructions": "Write about silver."}
    )
    assert await finished(assay, school.teacher, details["job_id"])
    assert await assay.ask("GET", own(school), school.teacher) == before
    # With a maximum it is clear.
    clear = {"instructions": "Write about silver.", "max_score": 11}
    assert (await assay.ask("PATCH", own(school), school.teacher, json=clear))["max_score"] == 11
    for provider in ("openai", "anthropic"):
        await assay.ask("DELETE", f"/teacher/api-keys/{provider}", school.teacher, 204)
    await assay.refused("api_key_missing", "PATCH", own(school), school.teacher, json=clear)
    await assay.ask("PATCH", own(school), school.teacher, json={"title": "No key is needed for this"})


ANOTHER: list[tuple[str, dict[str, Any], tuple[int, int]]] = [
    ("PATCH", {"json": {"instructions": "Write about lead. Maximum score: 40 points."}}, (30, 40)),
    ("PATCH", {"json": {"instructions": "Lead. Maximum score: 40 points.", "correction_template": "Lead."}}, (30, 40)),
    ("PATCH", {"json": {"correction_template": "Total: 40 points."}}, (30, 40)),
    ("PATCH", {"json": {"correction_template": "Total: 30 points.", "max_score": 25}}, (25, 30)),
    ("PUT", {"content": "Facts: up to 20 points.\nTotal: 25 points.", "headers": PLAIN}, (30, 25)),
]


@pytest.mark.parametrize(("method", "sent", "both"), ANOTHER)
async def test_a_text_that_states_another_maximum_is_refused_and_both_are_named(
    assay: Assay, school: School, method: str, sent: dict[str, Any], both: tuple[int, int]
) -> None:
    before = await assay.ask("PATCH", own(school), school.teacher, json={"max_score": 30})
    calls = len(assay.ai.calls.latest)
    path = own(school) + ("/template" if method == "PUT" else "")
    details = await assay.refused("max_score_unclear", method, path, school.teacher, **sent)
    assert (details["max_score"], details["stated"]) == both
    assert await assay.ask("GET", own(school), school.teacher) == before
    assert len(assay.ai.calls.latest) == calls  # nobody paid for it


async def test_a_text_that_states_the_same_maximum_is_taken(assay: Assay, school: School) -> None:
    await assay.ask("PATCH", own(school), school.teacher, json={"max_score": 30})
    for sent in (
        {"instructions": "Write about lead. Maximum score: 30 points."},
        {"instructions": "Write about tin. Maximum score: 40 points.", "max_score": 30},
        {"correction_template": "Facts: up to 20 points.\nLanguage: up to 10 points."},
        {"correction_template": "Total: 25 points.", "max_score": 25},
    ):
        told = await assay.ask("PATCH", own(school), school.teacher, json=sent)
        assert {name: told[name] for name in sent} == sent
    text = "Total: 25 points."
    told = await assay.ask("PUT", own(school) + "/template", school.teacher, content=text, headers=PLAIN)
    assert told["correction_template"] == text


async def test_a_maximum_that_was_read_is_read_anew_beside_a_template(assay: Assay, school: School) -> None:
    sent = {"instructions": "Write about lead. Maximum score: 40 points.", "deadline": LATER}
    made = await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent)
    new = {"instructions": "Write about tin. Maximum score: 50 points.", "correction_template": "Total: 50 points."}
    path = f"/teacher/assignments/{made['assignment']['id']}"
    assert (await assay.ask("PATCH", path, school.teacher, json=new))["max_score"] == 50


async def test_an_assignment_that_fails_is_nowhere(assay: Assay, school: School) -> None:
    assay.ai.outage(openai=True, anthropic=True)
    sent = {"instructions": INSTRUCTIONS, "deadline": LATER, "title": "Silver"}
    await assay.refused("ai_unavailable", "POST", "/teacher/assignments", school.teacher, json=sent)
    listed = await assay.ask("GET", "/teacher/assignments", school.teacher)
    assert [one["title"] for one in listed["items"]] == ["Gold"]


async def test_of_a_change_and_the_first_text_exactly_one_wins(assay: Assay, school: School) -> None:
    """The change moves the deadline into the past: whoever is second finds that it was second."""
    won = set()
    for number in range(24):
        sent = {"instructions": INSTRUCTIONS, "deadline": LATER, "max_score": 20}
        made = (await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent))["assignment"]
        path, student_path = f"/teacher/assignments/{made['id']}", f"/student/assignments/{made['id']}"
        as_teacher = {"Authorization": f"Bearer {school.teacher}"}
        as_student = {"Authorization": f"Bearer {school.student}"} | AT_ONCE
        change = assay.client.patch(path, json={"deadline": "2001-01-01T00:00:00Z"}, headers=as_teacher)
        text = assay.client.post(student_path + "/submission", json={"content": "Gold."}, headers=as_student)
        both = (change, text) if number % 2 else (text, change)
        # The first two follow one another, so that each side is seen to win.
        answers = await asyncio.gather(*both) if number > 1 else [await both[0], await both[1]]
        changed, handed_in = answers if number % 2 else answers[::-1]
        told = await assay.ask("GET", path, school.teacher)
        if changed.status_code == 200:
            won.add("change")
            assert handed_in.json()["error"]["code"] == "deadline_passed"
            assert (told["deadline"][:4], told["locked"], told["submission_count"]) == ("2001", False, 0)
        else:
            won.add("text")
            assert (handed_in.status_code, changed.json()["error"]["code"]) == (202, "assignment_locked")
            assert (told["deadline"][:4], told["locked"]) == ("2099", True)
    assert won == {"change", "text"}


async def test_a_pending_text_locks_and_its_failure_unlocks(assay: Assay, school: School) -> None:
    sent = {"content": "Gold. [[sim:delay=1,fail=500]]"}
    answer = await assay.ask("POST", school.path + "/submission", school.student, 202, json=sent, headers=AT_ONCE)
    told = await assay.ask("GET", own(school), school.teacher)
    assert (told["locked"], told["submission_count"]) == (True, 0)
    await assay.refused("assignment_locked", "PATCH", own(school), school.teacher, json={"title": "Tin"})
    job = f"/student/jobs/{answer['job']['id']}"
    assert (await assay.ask("GET", job, school.student, headers={"Prefer": "wait=60"}))["status"] == "failed"
    assert (await assay.ask("GET", own(school), school.teacher))["locked"] is False
    await assay.ask("PATCH", own(school), school.teacher, json={"title": "Tin"})


async def test_assignments_are_listed_by_teacher_and_by_class(assay: Assay, school: School) -> None:
    ulf = await assay.teacher("Ulf")
    his = (await assay.ask("GET", "/auth/me", ulf))["id"]
    one = {"instructions": INSTRUCTIONS, "deadline": LATER}
    await assay.ask("POST", "/teacher/assignments", ulf, 201, json=one | {"title": "Tin"})
    await assay.ask("PATCH", own(school), school.teacher, json={"class_id": school.class_id})

    async def titles(**parameters: str) -> list[str]:
        page = await assay.ask("GET", "/teacher/assignments", ulf, params=parameters)
        return [item["title"] for item in page["items"]]

    assert await titles() == ["Tin", "Gold"]
    assert await titles(teacher_id=his) == ["Tin"]
    assert await titles(class_id=school.class_id) == ["Gold"]
    assert await titles(class_id=school.class_id, teacher_id=his) == []
    assert await titles(class_id=his) == []
    listed = (await assay.ask("GET", "/teacher/assignments", ulf))["items"]
    mine = (await assay.ask("GET", f"/teacher/classes/{school.class_id}", school.teacher))["name"]
    me = (await assay.ask("GET", "/auth/me", school.teacher))["name"]
    assert [(one["teacher_name"], one["class_name"]) for one in listed] == [("Ulf", None), (me, mine)]
