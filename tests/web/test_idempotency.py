"""Idempotency-Key: a request that comes again makes nothing twice, and is answered as the first one was."""

import asyncio
from typing import Any

import httpx2
import pytest
from starlette.datastructures import Headers

from app.web.errors import ApiError
from app.web.idempotency import read_key
from app.web.route import GIFT
from app.web.routes import ROUTES
from tests.rules.quizzes import SHORT
from tests.web.conftest import INSTRUCTIONS, LATER, Assay, School
from tests.web.envelope import error_of
from tests.web.quizzes import before_quiz
from tests.web.school import hand_in, own, rows

KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
RUBRIC = [{"title": "Facts", "prompt": "Says what gold is like.", "max_score": 10}]
TRIES = {"models": [{"provider": "openai", "model": "gpt-6-luna"}], "tries": 1}


async def post(
    assay: Assay, path: str, who: str, key: str = KEY, prefer: str = "wait=60", **sent: Any
) -> httpx2.Response:
    """A request with a key, whatever it is answered."""
    headers = {"Authorization": f"Bearer {who}", "Idempotency-Key": key, "Prefer": prefer, **sent.pop("headers", {})}
    return await assay.client.post(path, headers=headers, **sent)


def test_everything_that_makes_something_takes_a_key() -> None:
    made = {
        route.name
        for route in ROUTES
        if route.method == "POST" and route.audience != "public" and route.status in (201, 202)
    }
    checked = "POST /student/assignments/{assignment_id}/answers/{number}/check"  # makes an attempt final
    assert {route.name for route in ROUTES if route.idempotency_key} == made | {checked}


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        (KEY, KEY.strip('"')),
        (KEY.strip('"'), KEY.strip('"')),
        (r'"a \"b\" \\"', 'a "b" \\'),
        (f'"{"x" * 255}"', "x" * 255),
        ('""', None),
        (f'"{"x" * 256}"', None),
        ('"a', None),
        ('"ä"', None),
        ("a, b", None),
        ('"a";b=c', None),
        (":YQ==:;x", None),
        ("", None),
    ],
)
def test_a_key_is_a_string_of_the_draft_or_a_bare_word(sent: str, key: str | None) -> None:
    headers = Headers(raw=[(b"idempotency-key", sent.encode())])
    if key is None:
        with pytest.raises(ApiError, match="malformed_request"):
            read_key(headers)
    else:
        assert read_key(headers) == key


async def test_a_request_that_comes_again_is_answered_as_the_first_one_was(assay: Assay, school: School) -> None:
    teacher, path = school.teacher, "/teacher/classes"
    first = await post(assay, path, teacher, json={"name": "9C"})
    assert first.status_code == 201
    other_words = b'{ "name" : "9C" }'  # the same request
    for again in (
        await post(assay, path, teacher, json={"name": "9C"}),
        await post(
            assay, path, teacher, KEY.strip('"'), content=other_words, headers={"Content-Type": "application/json"}
        ),
    ):
        assert (again.status_code, again.content) == (201, first.content)
    await assay.ask("DELETE", f"{path}/{first.json()['id']}", teacher, 204)
    assert (await post(assay, path, teacher, json={"name": "9C"})).content == first.content

    key = {"Idempotency-Key": KEY}
    await assay.refused("idempotency_key_reused", "POST", path, teacher, json={"name": "9D"}, headers=key)
    invitation = {"name": "Ulla", "email": "ulla@school.example"}
    error_of(await post(assay, "/teacher/teachers", teacher, json=invitation), 422, "idempotency_key_reused")
    error_of(await post(assay, path, teacher, '"', json={"name": "9C"}), 400, "malformed_request")
    error_of(await post(assay, path, "nobody", '"', json={"name": "9C"}), 401, "invalid_token")

    error_of(await post(assay, path, teacher, "k", json={"name": ""}), 422, "validation_failed")
    mended = await post(assay, path, teacher, "k", json={"name": "9D"})  # what was refused is not kept
    assert (mended.status_code, mended.json()["name"]) == (201, "9D")

    many = await asyncio.gather(*(post(assay, path, teacher, "at-once", json={"name": "9E"}) for _ in range(20)))
    assert {(one.status_code, one.content) for one in many} == {(201, many[0].content)}
    assert rows(assay, "select name, count(*) from assay.classes group by 1 order by 1") == [
        ("9B", 1), ("9C", 1), ("9D", 1), ("9E", 1)
    ]  # fmt: skip


async def test_each_of_them_makes_one_thing_for_two_requests(assay: Assay, school: School) -> None:
    teacher, student, task = school.teacher, school.student, own(school)
    submission = await hand_in(assay, school)
    quiz = f"/student/assignments/{await before_quiz(assay, school, SHORT, reveal='at_once')}"
    await assay.ask("PUT", f"{quiz}/answers/1", student, json={"answer": "binary"})
    made = await assay.ask(
        "POST", "/teacher/assignments", teacher, 201, json={"takes": "answers", "title": "Quiz", "deadline": LATER}
    )
    drafted = f"/teacher/assignments/{made['assignment']['id']}"
    case = (await assay.ask("POST", f"{task}/cases", teacher, 201, json={"submission_ids": [submission]}))["cases"][0]
    question = {"kind": "short", "prompt": "Why?", "max_score": 1, "accepted": [{"text": "so"}]}
    with_rubric = {"instructions": "Write about gold.", "deadline": LATER, "rubric": RUBRIC}
    requests: dict[str, tuple[str, dict[str, Any], str]] = {
        f"{task}/copy": (teacher, {"json": {"deadline": LATER}}, "assignments"),
        "/teacher/assignments": (teacher, {"json": with_rubric}, "assignments"),
        f"{drafted}/questions": (teacher, {"json": question}, "questions"),
        f"{drafted}/questions?max_score=2": (
            teacher, {"content": "Au? {=gold}", "headers": {"Content-Type": GIFT}}, "questions"),
        f"{task}/tries": (teacher, {"json": TRIES}, "tries"),
        f"/teacher/cases/{case['id']}/tries": (teacher, {"json": TRIES}, "tries"),
        f"{task}/cases": (teacher, {"json": {"label": "Brought"}}, "cases"),
        "/teacher/teachers": (teacher, {"json": {"name": "Ulla", "email": "ulla@school.example"}}, "teachers"),
        f"{school.path}/regrade-requests": (
            student, {"json": {"text": "The second paragraph gives the reason."}}, "regrade_requests"),
        f"{quiz}/answers/1/check": (student, {}, "answers where checked_at is not null"),
        f"{quiz}/submission": (student, {"json": {"answers": {}}}, "submissions"),
    }  # fmt: skip
    for number, (path, (who, sent, table)) in enumerate(requests.items()):
        before = rows(assay, f"select count(*) from assay.{table}")[0][0]
        answers = [await post(assay, path, who, f"key-{number}", **sent) for _ in range(3)]
        assert answers[0].is_success, (path, answers[0].text)
        assert {(one.status_code, one.content) for one in answers[1:]} == {
            (answers[0].status_code, answers[0].content)
        }, path
        assert rows(assay, f"select count(*) from assay.{table}")[0][0] == before + 1, path


async def test_of_work_that_takes_its_time_the_job_is_kept_and_answered_as_it_is_then(
    assay: Assay, school: School
) -> None:
    sent: dict[str, Any] = {"json": {"instructions": INSTRUCTIONS, "deadline": LATER}}
    begun = await post(assay, "/teacher/assignments", school.teacher, prefer="respond-async", **sent)
    assert begun.status_code == 202
    finished = await post(assay, "/teacher/assignments", school.teacher, **sent)
    assert finished.status_code == 201
    now = await post(assay, "/teacher/assignments", school.teacher, prefer="respond-async", **sent)
    assert (now.status_code, now.content) == (201, finished.content)
    assert rows(assay, "select count(*) from assay.assignments") == [(2,)]
    job = await assay.ask("GET", begun.headers["location"], school.teacher)
    assert job["assignment_id"] == finished.json()["assignment"]["id"]

    text: dict[str, Any] = {"json": {"content": "Gold. [[sim:delay=0.2]]"}}
    path = school.path + "/submission"
    both = [await post(assay, path, school.student, prefer="respond-async", **text) for _ in range(2)]
    assert [one.status_code for one in both] == [202, 202]
    assert both[0].headers["location"] == both[1].headers["location"]
    last = await post(assay, path, school.student, **text)
    assert last.json()["submission"]["content"] == text["json"]["content"]


async def test_a_text_that_every_ai_service_failed_on_is_tried_again_with_the_same_key(
    assay: Assay, school: School
) -> None:
    path = school.path + "/submission"
    text: dict[str, Any] = {"json": {"content": "Gold."}}
    assay.ai.outage(openai=True, anthropic=True)
    error_of(await post(assay, path, school.student, **text), 502, "ai_unavailable")
    assay.ai.outage(openai=False, anthropic=False)
    made = await post(assay, path, school.student, **text)
    assert made.status_code == 201
    again = await post(assay, path, school.student, **text)
    assert (again.status_code, again.content) == (201, made.content)
    assert rows(assay, "select count(*) from assay.submissions") == [(1,)]
