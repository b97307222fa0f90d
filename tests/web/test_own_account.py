"""One's own account while one is logged in: name, password, sessions, and its end."""

import pytest

from app.web.rate_limits import LOGIN_TRIES
from tests.web.conftest import PASSWORD, Assay, School, until
from tests.web.school import hand_in, own, rows

CHANGE, DELETE, OTHER = "/auth/password/change", "/auth/me/delete", "another long password"


async def test_whoever_knows_the_password_changes_it_and_stays_logged_in_here_alone(assay: Assay) -> None:
    anna = await assay.student("Anna")
    elsewhere = await assay.login("anna@school.example")
    wrong = {"password": "wrong", "new_password": OTHER}
    assert await assay.refused("wrong_password", "POST", CHANGE, anna, json=wrong) == {}
    assert await assay.ask("GET", "/auth/me", elsewhere)
    sent = {"password": PASSWORD, "new_password": OTHER}
    assert await assay.ask("POST", CHANGE, anna, json=sent) == {"status": "password_changed"}
    assert (await assay.ask("GET", "/auth/me", anna))["name"] == "Anna"
    await assay.refused("invalid_token", "GET", "/auth/me", elsewhere)
    login = {"email": "anna@school.example", "password": PASSWORD}
    await assay.refused("invalid_credentials", "POST", "/auth/login", json=login)
    await assay.ask("POST", "/auth/login", json=login | {"password": OTHER})


async def test_wrong_passwords_of_one_account_are_counted(assay: Assay) -> None:
    anna, bo = await assay.student("Anna"), await assay.student("Bo")
    tove = await assay.teacher(keys=False)
    await assay.ask("PUT", "/teacher/rate-limits/auth", tove, json={"limit": "60/hour"})
    await until(lambda: assay.state.rate_limits.rules["auth"].text == "60/hour")
    wrong = {"password": "wrong"}
    statuses = []
    for _ in range(LOGIN_TRIES + 1):
        answer = await assay.client.post(DELETE, json=wrong, headers={"Authorization": f"Bearer {anna}"})
        statuses.append(answer.status_code)
    assert statuses == [422] * LOGIN_TRIES + [429]
    assert int(answer.headers["retry-after"]) >= 1
    assert (await assay.ask("GET", "/auth/me", anna))["name"] == "Anna"
    assert (await assay.ask("GET", "/auth/me", bo))["name"] == "Bo"


async def test_a_name_is_changed_and_shown_to_teachers(assay: Assay, school: School) -> None:
    told = await assay.ask("PATCH", "/auth/me", school.student, json={"name": "Anna Berg"})
    assert told == await assay.ask("GET", "/auth/me", school.student)
    path = f"/teacher/classes/{school.class_id}/students"
    assert [one["name"] for one in (await assay.ask("GET", path, school.teacher))["items"]] == ["Anna Berg"]
    await assay.ask("PATCH", "/auth/me", school.teacher, json={"name": "Tove Guld"})
    (one,) = (await assay.ask("GET", "/student/assignments", school.student))["items"]
    assert one["teacher"]["name"] == "Tove Guld"


@pytest.mark.parametrize(
    ("verb", "path", "body", "field"),
    [
        ("PATCH", "/auth/me", {"name": " "}, "name"),
        ("PATCH", "/auth/me", {"name": "A", "email": "a@school.example"}, "email"),
        ("POST", CHANGE, {"password": PASSWORD, "new_password": ""}, "new_password"),
        ("POST", CHANGE, {"new_password": OTHER}, "password"),
        ("POST", DELETE, {}, "password"),
    ],
)
async def test_a_field_that_is_wrong_is_named(
    assay: Assay, verb: str, path: str, body: dict[str, str], field: str
) -> None:
    anna = await assay.student("Anna")
    details = await assay.refused("validation_failed", verb, path, anna, json=body)
    assert [error["field"] for error in details["errors"]] == [field]


async def test_somebody_logs_out_everywhere(assay: Assay) -> None:
    anna = await assay.student("Anna")
    elsewhere = await assay.login("anna@school.example")
    bo = await assay.student("Bo")
    await assay.ask("DELETE", "/auth/sessions", anna, 204)
    for token in (anna, elsewhere):
        await assay.refused("invalid_token", "GET", "/auth/me", token)
    assert await assay.ask("GET", "/auth/me", bo)


async def test_a_student_deletes_their_account_and_a_teacher_only_without_submissions(
    assay: Assay, school: School
) -> None:
    await hand_in(assay, school)
    sent = {"password": PASSWORD}
    await assay.refused("wrong_password", "POST", DELETE, school.teacher, json={"password": "wrong"})
    assert await assay.refused("teacher_has_work", "POST", DELETE, school.teacher, json=sent) == {"submissions": 1}
    await assay.ask("POST", DELETE, school.student, 204, json=sent)
    await assay.refused("invalid_token", "GET", "/auth/me", school.student)
    login = {"email": "anna@school.example", "password": PASSWORD}
    await assay.refused("invalid_credentials", "POST", "/auth/login", json=login)
    assert (await assay.ask("GET", own(school) + "/submissions", school.teacher))["items"] == []
    assert (await assay.ask("GET", own(school), school.teacher))["submission_count"] == 0
    await assay.ask("POST", DELETE, school.teacher, 204, json=sent)
    await assay.refused("invalid_token", "GET", "/auth/me", school.teacher)
    found = rows(assay, "select actor from assay.audit where table_name = 'teachers' and 'deleted_at' = any (columns)")
    assert found == [("teacher",)]


async def test_a_disabled_teacher_is_told_so_once_the_password_was_right(assay: Assay, school: School) -> None:
    rows(assay, "update assay.teachers set disabled_at = now()")
    await assay.refused("invalid_token", "GET", "/auth/me", school.teacher)
    login = {"email": "tove@school.example", "password": PASSWORD}
    await assay.refused("account_disabled", "POST", "/auth/login", json=login)
    await assay.refused("invalid_credentials", "POST", "/auth/login", json=login | {"password": "wrong"})
    made = await assay.ask("POST", school.path + "/submission", school.student, 201, json={"content": "Gold."})
    assert made["submission"]["score"] is not None
    rows(assay, "update assay.teachers set disabled_at = null")
    await assay.ask("POST", "/auth/login", json=login)
