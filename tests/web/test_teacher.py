"""What a teacher sees and does, through HTTP."""

from typing import Any
from uuid import uuid4

from tests.web.conftest import INSTRUCTIONS, LATER, PLAIN, Assay, School, until
from tests.web.school import hand_in, own


async def test_an_assignment_is_made_from_json_as_well(assay: Assay, school: School) -> None:
    sent = {"instructions": INSTRUCTIONS, "deadline": LATER, "class_id": school.class_id, "max_score": 20}
    made = (await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent))["assignment"]
    assert made["class_id"] == school.class_id
    assert (made["locked"], made["submission_count"]) == (False, 0)
    found = await assay.ask("GET", "/teacher/assignments", school.teacher, params={"class_id": school.class_id})
    assert made["id"] in [item["id"] for item in found["items"]]
    assert await assay.ask("GET", f"/teacher/assignments/{made['id']}", school.teacher) == made


async def test_a_maximum_that_is_not_clear_is_asked_for(assay: Assay, school: School) -> None:
    sent = {"instructions": "Write something nice about gold.", "deadline": LATER}
    await assay.refused("max_score_unclear", "POST", "/teacher/assignments", school.teacher, json=sent)
    made = await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent | {"max_score": 5})
    assert made["assignment"]["max_score"] == 5


async def test_a_teacher_without_keys_is_told_so(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    sent = {"instructions": INSTRUCTIONS, "deadline": LATER}
    await assay.refused("api_key_missing", "POST", "/teacher/assignments", tove, json=sent)


async def test_fields_of_an_upload_are_checked_wherever_they_stand(assay: Assay, school: School) -> None:
    wrong = {"deadline": "tomorrow", "max_score": "many"}
    upload = {"content": INSTRUCTIONS, "headers": PLAIN, "params": wrong}
    details = await assay.refused("validation_failed", "POST", "/teacher/assignments", school.teacher, **upload)
    assert [error["field"] for error in details["errors"]] == ["deadline", "max_score"]
    sent = {"instructions": INSTRUCTIONS, "deadline": "2099-01-01T00:00:00", "max_score": 0}
    details = await assay.refused("validation_failed", "POST", "/teacher/assignments", school.teacher, json=sent)
    assert [error["field"] for error in details["errors"]] == ["deadline", "max_score"]


async def test_an_assignment_is_changed_until_the_first_submission(assay: Assay, school: School) -> None:
    changed = await assay.ask("PATCH", own(school), school.teacher, json={"title": "More gold"})
    assert changed["title"] == "More gold"
    new = {"instructions": INSTRUCTIONS + " Write about silver too."}
    changed = await assay.ask("PATCH", own(school), school.teacher, json=new)
    assert changed["instructions"] == new["instructions"]
    template = await assay.ask("PUT", own(school) + "/template", school.teacher, content="20 for all.", headers=PLAIN)
    assert template["correction_template"] == "20 for all."
    assert await assay.ask("GET", own(school) + "/template", school.teacher) == "20 for all."
    assert await assay.ask("GET", own(school) + "/instructions", school.teacher) == new["instructions"]
    await hand_in(assay, school)
    await assay.refused("assignment_locked", "PATCH", own(school), school.teacher, json={"title": "Gold"})
    refused = {"content": "No.", "headers": PLAIN}
    await assay.refused("assignment_locked", "PUT", own(school) + "/template", school.teacher, **refused)
    assert (await assay.ask("GET", own(school), school.teacher))["locked"] is True


async def test_only_its_owner_changes_an_assignment_and_every_teacher_reads_it(assay: Assay, school: School) -> None:
    ulf = await assay.teacher("Ulf")
    assert (await assay.ask("GET", own(school), ulf))["title"] == "Gold"
    await assay.refused("not_found", "PATCH", own(school), ulf, json={"title": "Mine"})
    await assay.refused("not_found", "DELETE", own(school), ulf)
    await assay.refused("not_found", "GET", own(school) + "/submissions", ulf)


async def test_a_deleted_assignment_is_gone_and_its_coins_stay(assay: Assay, school: School) -> None:
    await hand_in(assay, school)
    await assay.ask("DELETE", own(school), school.teacher, 204)
    await assay.refused("not_found", "GET", own(school), school.teacher)
    assert (await assay.ask("GET", "/student/assignments", school.student))["items"] == []
    assert (await assay.ask("GET", "/student/scores", school.student))["total_gold_coins"] == 12


async def test_a_submission_is_read_edited_and_graded_again(assay: Assay, school: School) -> None:
    submission = f"/teacher/submissions/{await hand_in(assay, school)}"
    page = await assay.ask("GET", own(school) + "/submissions", school.teacher)
    assert [item["score"] for item in page["items"]] == [12]
    assert "content" not in page["items"][0]
    read = await assay.ask("GET", submission, school.teacher)
    assert (read["content"], read["original_score"]) == ("Gold. [[sim:score=12]]", 12)
    assert await assay.ask("GET", submission + "/content", school.teacher) == read["content"]
    edited = await assay.ask("PATCH", submission, school.teacher, json={"score": 15, "feedback": "Well done."})
    assert (edited["score"], edited["original_score"], edited["feedback"]) == (15, 12, "Well done.")
    assert (await assay.ask("GET", "/auth/me", school.student))["total_gold_coins"] == 15
    await assay.refused("validation_failed", "PATCH", submission, school.teacher, json={"score": 21})
    await assay.refused("validation_failed", "PATCH", submission, school.teacher, json={"score": None})
    await assay.refused("conflict", "POST", submission + "/regrade", school.teacher)
    regraded = await assay.ask(
        "POST", submission + "/regrade", school.teacher, 201, json={"replace_teacher_score": True}
    )
    assert regraded["submission"]["score"] == 12
    history = await assay.ask("GET", submission + "/history", school.teacher)
    assert [(item["score"], item["by"]) for item in history["items"]] == [(12, "ai"), (15, "teacher"), (12, "ai")]


async def test_a_regrade_that_fails_leaves_the_old_score(assay: Assay, school: School) -> None:
    submission = f"/teacher/submissions/{await hand_in(assay, school)}"
    assay.ai.outage(openai=True, anthropic=True)
    await assay.refused("ai_unavailable", "POST", submission + "/regrade", school.teacher)
    assert (await assay.ask("GET", submission, school.teacher))["score"] == 12


async def test_a_teacher_follows_a_job(assay: Assay, school: School) -> None:
    sent = {"instructions": INSTRUCTIONS, "deadline": LATER}
    prefer = {"Prefer": "respond-async"}
    answer = await assay.ask("POST", "/teacher/assignments", school.teacher, 202, json=sent, headers=prefer)
    where = f"/teacher/jobs/{answer['job']['id']}"
    done = await assay.ask("GET", where, school.teacher, headers={"Prefer": "wait=20"})
    assert (done["status"], done["kind"]) == ("succeeded", "template")
    await assay.refused("not_found", "GET", f"/teacher/jobs/{uuid4()}", school.teacher)


async def test_students_are_found_read_and_deleted(assay: Assay, school: School) -> None:
    await assay.student("Bo")
    await hand_in(assay, school)
    found = await assay.ask("GET", "/teacher/students", school.teacher, params={"search": "ann"})
    assert [student["name"] for student in found["items"]] == ["Anna"]
    anna = found["items"][0]
    assert (anna["total_gold_coins"], anna["class_ids"]) == (12, [school.class_id])
    person = f"/teacher/students/{anna['id']}"
    assert await assay.ask("GET", person, school.teacher) == anna
    assert (await assay.ask("GET", person + "/scores", school.teacher))["items"][0]["score"] == 12
    assert (await assay.ask("GET", person + "/submissions", school.teacher))["items"][0]["student"]["name"] == "Anna"
    await assay.refused("student_of_others", "DELETE", person, await assay.teacher("Ulf", keys=False))
    await assay.ask("DELETE", person, school.teacher, 204)
    await assay.refused("not_found", "GET", person, school.teacher)
    await assay.refused("invalid_token", "GET", "/auth/me", school.student)


async def test_classes_are_opened_renamed_filled_emptied_and_deleted(assay: Assay, school: School) -> None:
    group = f"/teacher/classes/{school.class_id}"
    assert (await assay.ask("PATCH", group, school.teacher, json={"name": "9C"}))["name"] == "9C"
    assert (await assay.ask("GET", group, school.teacher))["student_count"] == 1
    assert [one["name"] for one in (await assay.ask("GET", "/teacher/classes", school.teacher))["items"]] == ["9C"]
    await assay.student("Bo")
    students = (await assay.ask("GET", "/teacher/students", school.teacher))["items"]
    ids = [one["id"] for one in students]
    unknown = {"student_ids": [*ids, str(uuid4())]}
    await assay.refused("validation_failed", "POST", group + "/students", school.teacher, json=unknown)
    assert await assay.ask("POST", group + "/students", school.teacher, json={"student_ids": ids}) == {"enrolled": 1}
    assert len((await assay.ask("GET", group + "/students", school.teacher))["items"]) == 2
    await assay.ask("DELETE", f"{group}/students/{ids[0]}", school.teacher, 204)
    assert len((await assay.ask("GET", group + "/students", school.teacher))["items"]) == 1
    await assay.refused("not_found", "GET", group, await assay.teacher("Ulf"))
    await assay.ask("DELETE", group, school.teacher, 204)
    await assay.refused("not_found", "GET", group, school.teacher)


async def test_the_gradebook_is_json_or_csv(assay: Assay, school: School) -> None:
    await hand_in(assay, school)
    path = f"/teacher/classes/{school.class_id}/gradebook"
    book = await assay.ask("GET", path, school.teacher)
    assert [student["total"] for student in book["students"]] == [12]
    who = {"Authorization": f"Bearer {school.teacher}", "Accept": "text/csv"}
    answer = await assay.client.get(path, headers=who)
    assert answer.headers["content-type"].startswith("text/csv; charset=utf-8")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "Anna" in answer.text
    assert answer.text.endswith("\r\n")


async def test_a_colleague_is_invited_by_mail(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    invited = {"name": "Ulf", "email": "ulf@school.example"}
    made = await assay.ask("POST", "/teacher/teachers", tove, 201, json=invited)
    assert made["email"] == "ulf@school.example"
    await assay.refused("conflict", "POST", "/teacher/teachers", tove, json=invited)
    token = await assay.token_for("ulf@school.example")
    await assay.ask("POST", "/auth/password/reset", json={"token": token, "password": "correct horse battery"})
    await assay.login("ulf@school.example")
    assert len((await assay.ask("GET", "/teacher/teachers", tove))["items"]) == 2


async def test_api_keys_are_stored_listed_and_never_shown(assay: Assay) -> None:
    tove, anna = await assay.teacher(keys=False), await assay.student("Anna")
    key = {"key": "sk-sim-1234567890"}
    stored = await assay.ask("PUT", "/teacher/api-keys/openai", tove, json=key)
    assert (stored["provider"], stored["last4"]) == ("openai", "7890")
    listed = await assay.ask("GET", "/teacher/api-keys", tove)
    assert [one["last4"] for one in listed["items"]] == ["7890"]
    assert "sk-sim" not in str(listed)
    await assay.refused("api_key_rejected", "PUT", "/teacher/api-keys/openai", tove, json={"key": "sk-ant-1234567890"})
    await assay.refused("validation_failed", "PUT", "/teacher/api-keys/openai", tove, json={"key": "a b"})
    await assay.refused("not_found", "PUT", "/teacher/api-keys/acme", tove, json=key)
    await assay.refused("wrong_role", "PUT", "/teacher/api-keys/openai", anna, json=key)
    assay.ai.outage(anthropic=True)
    await assay.ask(
        "PUT", "/teacher/api-keys/anthropic", tove, json=key
    )  # a service that is down is no reason to refuse
    await assay.ask("DELETE", "/teacher/api-keys/openai", tove, 204)
    assert [one["provider"] for one in (await assay.ask("GET", "/teacher/api-keys", tove))["items"]] == ["anthropic"]


async def test_a_changed_limit_is_in_force_at_once(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    limits = await assay.ask("GET", "/teacher/rate-limits", tove)
    assert {one["scope"] for one in limits["items"]} == {"auth", "read", "write", "ai", "attempts"}
    await assay.refused("not_found", "PUT", "/teacher/rate-limits/other", tove, json={"limit": "60/hour"})
    changed = await assay.ask("PUT", "/teacher/rate-limits/read", tove, json={"limit": "60/hour"})
    assert changed == {"scope": "read", "limit": "60/hour"}
    await until(lambda: assay.state.rate_limits.rules["read"].text == "60/hour")
    statuses = [
        (await assay.client.get("/auth/me", headers={"Authorization": f"Bearer {tove}"})).status_code for _ in range(61)
    ]
    assert statuses == [200] * 60 + [429]
    for wrong in ("often", "59/hour", "1000000/year"):  # everybody may ask once a minute, and a window ends in a day
        await assay.refused("validation_failed", "PUT", "/teacher/rate-limits/read", tove, json={"limit": wrong})


async def test_an_upload_may_not_be_larger_than_its_limit(assay: Assay, school: School) -> None:
    large = "x" * (assay.state.settings.instructions_max_bytes + 1)
    await assay.refused("body_too_large", "POST", "/teacher/assignments", school.teacher, content=large, headers=PLAIN)
    await assay.refused("body_too_large", "PATCH", own(school), school.teacher, json={"instructions": large})


async def test_what_the_database_refuses_names_its_field(assay: Assay, school: School) -> None:
    async def fields(verb: str, path: str, who: str, **sent: Any) -> list[str]:
        details = await assay.refused("validation_failed", verb, path, who, **sent)
        return [error["field"] for error in details["errors"]]

    blank = {"content": " \n", "headers": PLAIN}
    assert await fields("PUT", own(school) + "/template", school.teacher, **blank) == ["correction_template"]
    assert await fields("POST", school.path + "/submission", school.student, **blank) == ["content"]
    often = {"json": {"limit": "0/minute"}}
    assert await fields("PUT", "/teacher/rate-limits/read", school.teacher, **often) == ["limit"]
    submission = f"/teacher/submissions/{await hand_in(assay, school)}"
    assert await fields("PATCH", submission, school.teacher, json={"score": 21}) == ["score"]


async def test_a_deadline_may_be_typed_into_an_address_as_it_is(assay: Assay, school: School) -> None:
    path = "/teacher/assignments?title=Gold&deadline=2099-01-01T00:00:00+02:00"
    made = await assay.ask("POST", path, school.teacher, 201, content=INSTRUCTIONS, headers=PLAIN)
    assert made["assignment"]["deadline"].startswith("2098-12-31T22:00:00")
