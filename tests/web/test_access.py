"""Who may what: every route of the teachers, asked by nobody, by a student, and by another teacher."""

import asyncio
import re
from typing import Any
from uuid import uuid4

import psycopg

from app.web.route import Route
from app.web.routes import ROUTES
from tests.web.conftest import INSTRUCTIONS, LATER, PLAIN, Assay, School
from tests.web.school import hand_in

OURS = [route for route in ROUTES if route.audience == "teacher"]
TRIES = {"models": [{"provider": "openai", "model": "gpt-6-luna"}], "tries": 1}
JSON_BODIES: dict[str, Any] = {
    "PUT /teacher/assignments/{assignment_id}/rubric": {"criteria": []},
    "POST /teacher/assignments": {"instructions": INSTRUCTIONS, "deadline": LATER},
    "PATCH /teacher/assignments/{assignment_id}": {"title": "Mine"},
    "PATCH /teacher/submissions/{submission_id}": {"score": 1, "feedback": "Mine."},
    "POST /teacher/submissions/{submission_id}/regrade": {"replace_teacher_score": True},
    "POST /teacher/assignments/{assignment_id}/questions": {
        "kind": "short",
        "prompt": "Why?",
        "max_score": 1,
        "accepted": [{"text": "so"}],
    },
    "POST /teacher/assignments/{assignment_id}/copy": {"deadline": LATER},
    "POST /teacher/assignments/{assignment_id}/questions/approve": {"numbers": "all"},
    "PUT /teacher/assignments/{assignment_id}/questions/order": {"numbers": []},
    "PUT /teacher/questions/{question_id}/key": {"void": True},
    "PUT /teacher/questions/{question_id}": {
        "kind": "short",
        "prompt": "Why?",
        "max_score": 1,
        "accepted": [{"text": "so"}],
    },
    "POST /teacher/regrade-requests/{request_id}/decide": {"accept": True, "answer": "Mine.", "score": 20},
    "POST /teacher/assignments/{assignment_id}/cases": {"label": "Mine"},
    "POST /teacher/assignments/{assignment_id}/tries": TRIES,
    "POST /teacher/assignments/{assignment_id}/cases/promote": {
        "provider": "openai",
        "model": "gpt-6-luna",
        "prompt_version": "v1",
        "reason": "Mine.",
    },
    "POST /teacher/cases/{case_id}/tries": TRIES,
    "PUT /teacher/cases/{case_id}/marks": {"marks": {"total": {"score": 20}}},
    "POST /teacher/classes": {"name": "Mine"},
    "PATCH /teacher/classes/{class_id}": {"name": "Mine"},
    "POST /teacher/classes/{class_id}/students": {"student_ids": ["{student_id}"]},
    "POST /teacher/teachers": {"name": "Eve", "email": "eve@school.example"},
    "PUT /teacher/api-keys/{provider}": {"key": "sk-sim-of-eve-1234"},
    "PUT /teacher/rate-limits/{scope}": {"limit": "1/second"},
}
# What another teacher may not do: all of these are 404, as if there were nothing.
FOREIGN = {
    "PATCH /teacher/assignments/{assignment_id}",
    "DELETE /teacher/assignments/{assignment_id}",
    "PUT /teacher/assignments/{assignment_id}/template",
    "POST /teacher/assignments/{assignment_id}/publish",
    "POST /teacher/assignments/{assignment_id}/copy",
    "POST /teacher/assignments/{assignment_id}/questions/approve",
    "PUT /teacher/assignments/{assignment_id}/questions/order",
    "GET /teacher/assignments/{assignment_id}/analysis",
    "GET /teacher/assignments/{assignment_id}/questions.gift",
    "PUT /teacher/questions/{question_id}/key",
    "GET /teacher/questions/{question_id}",
    "PUT /teacher/questions/{question_id}",
    "DELETE /teacher/questions/{question_id}",
    "GET /teacher/assignments/{assignment_id}/questions",
    "POST /teacher/assignments/{assignment_id}/questions",
    "PUT /teacher/assignments/{assignment_id}/rubric",
    "POST /teacher/assignments/{assignment_id}/release",
    "GET /teacher/assignments/{assignment_id}/students",
    "GET /teacher/assignments/{assignment_id}/regrade-requests",
    "GET /teacher/assignments/{assignment_id}/review",
    "POST /teacher/regrade-requests/{request_id}/decide",
    "GET /teacher/assignments/{assignment_id}/submissions",
    "GET /teacher/submissions/{submission_id}",
    "GET /teacher/submissions/{submission_id}/content",
    "PATCH /teacher/submissions/{submission_id}",
    "GET /teacher/submissions/{submission_id}/history",
    "POST /teacher/submissions/{submission_id}/regrade",
    "GET /teacher/classes/{class_id}",
    "PATCH /teacher/classes/{class_id}",
    "DELETE /teacher/classes/{class_id}",
    "GET /teacher/classes/{class_id}/students",
    "POST /teacher/classes/{class_id}/students",
    "DELETE /teacher/classes/{class_id}/students/{student_id}",
    "GET /teacher/classes/{class_id}/gradebook",
    "GET /teacher/jobs/{job_id}",
    "POST /teacher/assignments/{assignment_id}/cases",
    "GET /teacher/assignments/{assignment_id}/cases",
    "POST /teacher/assignments/{assignment_id}/tries",
    "POST /teacher/assignments/{assignment_id}/cases/promote",
    "GET /teacher/assignments/{assignment_id}/agreement",
    "GET /teacher/cases/{case_id}",
    "DELETE /teacher/cases/{case_id}",
    "PUT /teacher/cases/{case_id}/content",
    "POST /teacher/cases/{case_id}/tries",
    "PUT /teacher/cases/{case_id}/marks",
}
OF_OTHERS = "DELETE /teacher/students/{student_id}"  # one in a class of somebody else, and in none of theirs
# What is about the other teacher alone, or no teacher's own: those do as they are told.
ONES_OWN = {
    "POST /teacher/assignments",
    "GET /teacher/regrade-requests",
    "POST /teacher/classes",
    "GET /teacher/classes",
    "GET /teacher/jobs",
    "GET /teacher/questions",
    "POST /teacher/teachers",
    "GET /teacher/teachers",
    "GET /teacher/api-keys",
    "PUT /teacher/api-keys/{provider}",
    "DELETE /teacher/api-keys/{provider}",
    "GET /teacher/models",
    "GET /teacher/rate-limits",
    "PUT /teacher/rate-limits/{scope}",
}
# What every teacher reads of every other, and of it what is not theirs to see is left out.
SHARED = {
    "GET /teacher/assignments",
    "GET /teacher/assignments/{assignment_id}",
    "GET /teacher/assignments/{assignment_id}/instructions",
    "GET /teacher/assignments/{assignment_id}/template",
    "GET /teacher/assignments/{assignment_id}/rubric",
    "GET /teacher/students",
    "GET /teacher/students/{student_id}",
    "GET /teacher/students/{student_id}/scores",
    "GET /teacher/students/{student_id}/submissions",
}


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


def filled(route: Route, ids: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The address of a request with these ids in it, and what it sends."""
    path = re.sub(r"{(\w+)}", lambda found: ids.get(found[1]) or str(uuid4()), route.path)
    if name_of(route) in JSON_BODIES:
        body = JSON_BODIES[name_of(route)]
        if "student_ids" in body:
            body = {"student_ids": [ids.get("student_id") or str(uuid4())]}
        return path, {"json": body}
    return path, {"content": "Mine.", "headers": PLAIN} if route.body else {}


ANY = {"provider": "openai", "scope": "read", "number": "1"}


async def test_without_a_live_token_every_route_is_closed(assay: Assay) -> None:
    for route in [one for one in ROUTES if one.audience != "public"]:
        path, sent = filled(route, ANY)
        await assay.refused("missing_token", route.method, path, **sent)
        await assay.refused("invalid_token", route.method, path, "stolen", **sent)
    answer = await assay.client.get("/teacher/students")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_student_may_nothing_that_is_a_teachers_and_a_teacher_hands_nothing_in(assay: Assay) -> None:
    anna, tove = await assay.student("Anna"), await assay.teacher()
    for route in OURS:
        path, sent = filled(route, ANY)
        await assay.refused("wrong_role", route.method, path, anna, **sent)
    for route in [one for one in ROUTES if one.audience == "student"]:
        path, sent = filled(route, ANY)
        await assay.refused("wrong_role", route.method, path, tove, **sent)


async def test_who_asks_is_settled_before_what_was_sent(assay: Assay) -> None:
    anna = await assay.student("Anna")
    path = "/teacher/classes"
    wrong: list[dict[str, Any]] = [
        {"content": b"{", "headers": {"Content-Type": "application/json"}},  # 400
        {"content": b"9B", "headers": PLAIN},  # 415
        {"json": {"nam": "9B"}},  # 422
        {"json": {"name": "x" * 200_000}},  # 413
        {"json": {"name": "9B"}, "headers": {"Accept": "text/html"}},  # 406
    ]
    for sent in wrong:
        await assay.refused("invalid_token", "POST", path, "invented", **sent)
        await assay.refused("wrong_role", "POST", path, anna, **sent)
    await assay.refused("invalid_token", "GET", "/teacher/students?limit=many", "invented")
    await assay.refused("wrong_role", "GET", "/teacher/students?limit=many", anna)


async def test_a_long_body_is_not_read_before_it_is_known_who_sends_it(assay: Assay) -> None:
    url = assay.client.base_url
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = "POST /teacher/assignments HTTP/1.1\r\nhost: x\r\nauthorization: Bearer invented\r\n"
    writer.write(f"{head}content-type: text/plain\r\ncontent-length: 150000\r\n\r\nhalf of".encode())
    async with asyncio.timeout(300):
        assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
    writer.close()
    assert assay.state.bodies.held == 0


STATE = """
    select json_build_object(
        'assignments', (select json_agg(a order by id) from assay.assignments a where teacher_id = %(me)s),
        'submissions', (select json_agg(s order by id) from assay.submissions s),
        'classes',     (select json_agg(c order by id) from assay.classes c where teacher_id = %(me)s),
        'enrolments',  (select json_agg(e order by student_id) from assay.enrolments e),
        'keys',        (select json_agg(k.last4 order by provider) from assay.api_keys k where teacher_id = %(me)s),
        'cases',       (select json_agg(c order by id) from assay.cases c),
        'tries',       (select json_agg(t order by id) from assay.tries t),
        'requests',    (select json_agg(r order by id) from assay.regrade_requests r),
        'ledger',      (select count(*) from assay.coin_ledger),
        'jobs',        (select count(*) from assay.jobs where teacher_id = %(me)s))::text"""


def state(url: str, me: str) -> str:
    """All that a teacher has."""
    with psycopg.connect(url) as admin:
        row = admin.execute(STATE, {"me": me}).fetchone()
    return str(row and row[0])


async def test_another_teacher_reads_what_is_shared_and_changes_nothing(assay: Assay, school: School) -> None:
    assert {name_of(route) for route in OURS} == FOREIGN | {OF_OTHERS} | ONES_OWN | SHARED
    submission = await hand_in(assay, school)
    prefer = {"Prefer": "respond-async"}
    job = await assay.ask("POST", f"/teacher/submissions/{submission}/regrade", school.teacher, 202, headers=prefer)
    job_id = job["job"]["id"]
    await assay.ask("GET", f"/teacher/jobs/{job_id}", school.teacher, headers={"Prefer": "wait=20"})
    why = {"text": "The second paragraph gives the reason."}
    disputed = await assay.ask("POST", f"{school.path}/regrade-requests", school.student, 201, json=why)
    brought = {"label": "Brought", "content": "A text."}
    cases = f"/teacher/assignments/{school.assignment['id']}/cases"
    case = (await assay.ask("POST", cases, school.teacher, 201, json=brought))["cases"][0]["id"]
    me, anna = [(await assay.ask("GET", "/auth/me", who))["id"] for who in (school.teacher, school.student)]
    eve = await assay.teacher("Eve")
    ids = ANY | {
        "assignment_id": school.assignment["id"],
        "submission_id": submission,
        "class_id": school.class_id,
        "student_id": anna,
        "job_id": job_id,
        "request_id": disputed["id"],
        "case_id": case,
    }
    before = await asyncio.to_thread(state, assay.url, me)
    for route in OURS:
        path, sent = filled(route, ids)
        if name_of(route) in FOREIGN:
            await assay.refused("not_found", route.method, path, eve, **sent)
        elif name_of(route) == OF_OTHERS:
            details = await assay.refused("student_of_others", route.method, path, eve)
            assert details == {"teachers": 1}
        elif name_of(route) in SHARED:
            told = await assay.ask(route.method, path, eve)
            assert told == await assay.ask(route.method, path, school.teacher) or "students/{" in route.path
    assert await asyncio.to_thread(state, assay.url, me) == before
    # Of a student another teacher sees name and coins, not what they wrote or got for this teacher's assignments.
    scores = await assay.ask("GET", f"/teacher/students/{anna}/scores", eve)
    assert scores == {"total_gold_coins": 12, "hidden": None, "items": [], "next_cursor": None}
    assert (await assay.ask("GET", f"/teacher/students/{anna}/submissions", eve))["items"] == []
    assert len((await assay.ask("GET", f"/teacher/students/{anna}/scores", school.teacher))["items"]) == 1


async def test_what_a_teacher_does_with_their_own_touches_nobody_elses(assay: Assay, school: School) -> None:
    me = (await assay.ask("GET", "/auth/me", school.teacher))["id"]
    eve = await assay.teacher("Eve")
    before = await asyncio.to_thread(state, assay.url, me)
    foreign = {"instructions": INSTRUCTIONS, "deadline": LATER, "class_id": school.class_id}
    await assay.refused("not_found", "POST", "/teacher/assignments", eve, json=foreign)
    mine = (await assay.ask("POST", "/teacher/assignments", eve, 201, json=foreign | {"class_id": None}))["assignment"]
    task = f"/teacher/assignments/{mine['id']}"
    await assay.refused("not_found", "PATCH", task, eve, json={"class_id": school.class_id})
    await assay.ask("PUT", "/teacher/api-keys/openai", eve, json={"key": "sk-sim-of-eve-1234"})
    await assay.ask("DELETE", "/teacher/api-keys/anthropic", eve, 204)
    assert (await assay.ask("GET", "/teacher/classes", eve))["items"] == []
    # Anna is in no class of hers.
    assert [one["title"] for one in (await assay.ask("GET", "/student/assignments", school.student))["items"]] == [
        "Gold"
    ]
    await assay.refused(
        "not_found", "POST", f"/student/assignments/{mine['id']}/submission", school.student, json={"content": "Gold."}
    )
    assert await asyncio.to_thread(state, assay.url, me) == before
