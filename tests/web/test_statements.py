"""Every request is one statement, but for those that hash a password, seal a key or wait for a job."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from app.web.routes import ROUTES
from tests.rules.quizzes import SHORT
from tests.web.conftest import PLAIN, Assay, School
from tests.web.quizzes import before_quiz

# What a person at the database would see of one request: statements that clients sent, the workers' aside.
COUNT = """
select coalesce(sum(s.calls), 0)
  from pg_stat_statements s
 where s.dbid = (select d.oid from pg_database d where d.datname = current_database())
   and s.toplevel
   and s.query like '%api.%'
"""
# Two statements each, and why.
TWICE = {
    "POST /auth/login": "the hash is compared between them",
    "POST /auth/password/change": "the hash is compared between them",
    "POST /auth/me/delete": "the hash is compared between them",
    "PUT /teacher/api-keys/{provider}": "the key is sealed for its owner between them",
    "POST /student/assignments/{assignment_id}/submission": "the job is awaited between them",
    "POST /teacher/assignments": "the job is awaited between them",
    "POST /teacher/submissions/{submission_id}/regrade": "the job is awaited between them",
}
# No statement of their own, or a part of the session that comes before: tested where they belong.
ELSEWHERE = {
    "GET /health", "GET /metrics", "GET /openapi.json", "GET /docs", "GET /auth/password/reset",
    "GET /auth/verify", "POST /auth/verify", "POST /auth/password/reset",
}  # fmt: skip


@contextmanager
def counting(url: str) -> Iterator[psycopg.Cursor[tuple[int]]]:
    with psycopg.connect(url, autocommit=True) as admin:
        loaded = admin.execute("select setting from pg_settings where name = 'shared_preload_libraries'").fetchone()
        if loaded is None or "pg_stat_statements" not in loaded[0]:
            pytest.skip("this server does not count statements")
        admin.execute("create extension if not exists pg_stat_statements")
        yield admin.cursor()


async def test_a_request_is_one_statement(assay: Assay, school: School) -> None:
    teacher, student, task = school.teacher, school.student, school.assignment["id"]
    submission = (await assay.ask("POST", f"{school.path}/submission", student, 201, content="A text.", headers=PLAIN))[
        "submission"
    ]["id"]
    me = (await assay.ask("GET", "/auth/me", student))["id"]
    spare = (await assay.ask("POST", "/teacher/classes", teacher, 201, json={"name": "spare"}))["id"]
    made = await assay.ask(
        "POST", "/teacher/assignments", teacher, 201,
        json={"instructions": "Write.\nMaximum score: 5 points.", "deadline": "2099-01-01T00:00:00Z"},
    )  # fmt: skip
    other = made["assignment"]["id"]
    job = (await assay.ask("POST", f"/student/assignments/{other}/submission", student, 202, json={"content": "Two."},
                           headers={"Prefer": "respond-async"}))["job"]["id"]  # fmt: skip
    third = await assay.ask(
        "POST", "/teacher/assignments", teacher, 201,
        json={"instructions": "Write more.\nMaximum score: 5 points.", "deadline": "2099-01-01T00:00:00Z"},
    )  # fmt: skip
    free = third["assignment"]["id"]
    again = await assay.ask("POST", f"/teacher/submissions/{submission}/regrade", teacher, 202, json={},
                            headers={"Prefer": "respond-async"})  # fmt: skip
    await assay.ask("GET", f"/student/jobs/{job}", student, headers={"Prefer": "wait=20"})
    await assay.ask("GET", f"/teacher/jobs/{again['job']['id']}", teacher, headers={"Prefer": "wait=20"})

    quiz = f"/student/assignments/{await before_quiz(assay, school, SHORT, reveal='at_once')}"
    empty = {"takes": "answers", "title": "Quiz", "deadline": "2099-01-01T00:00:00Z"}
    made = await assay.ask("POST", "/teacher/assignments", teacher, 201, json=empty)
    drafted = f"/teacher/assignments/{made['assignment']['id']}"
    question = (await assay.ask("POST", f"{drafted}/questions", teacher, 201, json={
        "kind": "short", "prompt": "Why?", "max_score": 1, "accepted": [{"text": "so"}]}))["id"]  # fmt: skip
    text = {"text": "The second paragraph gives the reason."}
    withdrawn, disputed = [
        (await assay.ask("POST", f"/student/assignments/{one}/regrade-requests", student, 201, json=text))["id"]
        for one in (task, other)
    ]
    own = f"/teacher/assignments/{task}"
    made = await assay.ask("POST", f"{own}/cases", teacher, 201, json={"submission_ids": [submission]})
    case = f"/teacher/cases/{made['cases'][0]['id']}"
    brought = (await assay.ask("POST", f"{own}/cases", teacher, 201, json={"label": "Brought"}))["cases"][0]["id"]
    tries = {"models": [{"provider": "openai", "model": "gpt-6-luna"}], "tries": 1}
    bo, eve = await assay.student("Bo"), await assay.student("Eve")
    class_, deadline = f"/teacher/classes/{school.class_id}", "2099-02-01T00:00:00Z"
    requests: list[tuple[str, str, str, int, object]] = [
        ("GET /ready", "/ready", "", 200, None),
        ("POST /auth/register", "/auth/register", "", 202,
         {"name": "New", "email": "new@school.example", "password": "a long password"}),
        ("POST /auth/verify/resend", "/auth/verify/resend", "", 202, {"email": "new@school.example"}),
        ("POST /auth/password/forgot", "/auth/password/forgot", "", 202, {"email": "new@school.example"}),
        ("POST /auth/login", "/auth/login", "", 200,
         {"email": "anna@school.example", "password": "correct horse battery"}),
        ("GET /auth/me", "/auth/me", student, 200, None),
        ("PATCH /auth/me", "/auth/me", bo, 200, {"name": "Bo Ek"}),
        ("POST /auth/password/change", "/auth/password/change", bo, 200,
         {"password": "correct horse battery", "new_password": "another"}),
        ("DELETE /auth/sessions", "/auth/sessions", bo, 204, None),
        ("POST /auth/me/delete", "/auth/me/delete", eve, 204, {"password": "correct horse battery"}),
        ("GET /student/assignments", "/student/assignments", student, 200, None),
        ("GET /student/assignments/{assignment_id}", school.path, student, 200, None),
        ("GET /student/assignments/{assignment_id}/instructions", f"{school.path}/instructions", student, 200, None),
        ("GET /student/assignments/{assignment_id}/submission", f"{school.path}/submission", student, 200, None),
        ("POST /student/assignments/{assignment_id}/submission", f"/student/assignments/{free}/submission", student,
         201, {"content": "Three."}),
        ("PUT /teacher/questions/{question_id}/key", f"/teacher/questions/{question}/key", teacher, 200,
         {"void": True}),
        ("POST /teacher/assignments/{assignment_id}/copy", f"{drafted}/copy", teacher, 201, {"deadline": deadline}),
        ("POST /teacher/assignments/{assignment_id}/questions/approve", f"{drafted}/questions/approve", teacher, 200,
         {"numbers": "all"}),
        ("PUT /teacher/assignments/{assignment_id}/questions/order", f"{drafted}/questions/order", teacher, 200,
         {"numbers": [1]}),
        ("GET /teacher/assignments/{assignment_id}/analysis", f"{drafted}/analysis", teacher, 200, None),
        ("GET /teacher/questions", "/teacher/questions?search=why", teacher, 200, None),
        ("GET /teacher/assignments/{assignment_id}/questions.gift", f"{drafted}/questions.gift", teacher, 200, None),
        ("GET /teacher/questions/{question_id}", f"/teacher/questions/{question}", teacher, 200, None),
        ("PUT /teacher/questions/{question_id}", f"/teacher/questions/{question}", teacher, 200,
         {"kind": "short", "prompt": "How?", "max_score": 1, "accepted": [{"text": "so"}]}),
        ("DELETE /teacher/questions/{question_id}", f"/teacher/questions/{question}", teacher, 204, None),
        ("GET /teacher/assignments/{assignment_id}/questions", f"{drafted}/questions", teacher, 200, None),
        ("POST /teacher/assignments/{assignment_id}/questions", f"{drafted}/questions", teacher, 201,
         {"kind": "short", "prompt": "Why?", "max_score": 1, "accepted": [{"text": "so"}]}),
        ("POST /teacher/assignments/{assignment_id}/publish", f"{drafted}/publish", teacher, 200, None),
        ("GET /student/assignments/{assignment_id}/questions", f"{quiz}/questions", student, 200, None),
        ("PUT /student/assignments/{assignment_id}/answers/{number}", f"{quiz}/answers/1", student, 200,
         {"answer": "binary"}),
        ("POST /student/assignments/{assignment_id}/answers/{number}/check", f"{quiz}/answers/1/check", student, 200,
         None),
        ("GET /student/scores", "/student/scores", student, 200, None),
        ("GET /student/submissions", "/student/submissions", student, 200, None),
        ("GET /student/jobs", "/student/jobs", student, 200, None),
        ("GET /student/jobs/{job_id}", f"/student/jobs/{job}", student, 200, None),
        ("POST /teacher/assignments", "/teacher/assignments", teacher, 201,
         {"instructions": "Last.\nMaximum score: 5 points.", "deadline": deadline}),
        ("GET /teacher/assignments", "/teacher/assignments", teacher, 200, None),
        ("GET /teacher/assignments/{assignment_id}", f"/teacher/assignments/{task}", teacher, 200, None),
        ("GET /teacher/assignments/{assignment_id}/instructions", f"/teacher/assignments/{task}/instructions", teacher,
         200, None),
        ("GET /teacher/assignments/{assignment_id}/template", f"/teacher/assignments/{task}/template", teacher, 200,
         None),
        ("GET /teacher/assignments/{assignment_id}/submissions", f"/teacher/assignments/{task}/submissions", teacher,
         200, None),
        ("GET /teacher/submissions/{submission_id}", f"/teacher/submissions/{submission}", teacher, 200, None),
        ("GET /teacher/submissions/{submission_id}/content", f"/teacher/submissions/{submission}/content", teacher, 200,
         None),
        ("PATCH /teacher/submissions/{submission_id}", f"/teacher/submissions/{submission}", teacher, 200,
         {"feedback": "Good."}),
        ("GET /teacher/submissions/{submission_id}/history", f"/teacher/submissions/{submission}/history", teacher, 200,
         None),
        ("POST /teacher/submissions/{submission_id}/regrade", f"/teacher/submissions/{submission}/regrade", teacher,
         201, {}),
        ("GET /teacher/students", "/teacher/students?search=ann", teacher, 200, None),
        ("GET /teacher/students/{student_id}", f"/teacher/students/{me}", teacher, 200, None),
        ("GET /teacher/students/{student_id}/scores", f"/teacher/students/{me}/scores", teacher, 200, None),
        ("GET /teacher/students/{student_id}/submissions", f"/teacher/students/{me}/submissions", teacher, 200, None),
        ("POST /teacher/classes", "/teacher/classes", teacher, 201, {"name": "new"}),
        ("GET /teacher/classes", "/teacher/classes", teacher, 200, None),
        ("GET /teacher/classes/{class_id}", class_, teacher, 200, None),
        ("PATCH /teacher/classes/{class_id}", class_, teacher, 200, {"name": "renamed"}),
        ("GET /teacher/classes/{class_id}/students", f"{class_}/students", teacher, 200, None),
        ("POST /teacher/classes/{class_id}/students", f"/teacher/classes/{spare}/students", teacher, 200,
         {"student_ids": [me]}),
        ("DELETE /teacher/classes/{class_id}/students/{student_id}", f"/teacher/classes/{spare}/students/{me}", teacher,
         204, None),
        ("DELETE /teacher/classes/{class_id}", f"/teacher/classes/{spare}", teacher, 204, None),
        ("GET /teacher/classes/{class_id}/gradebook", f"{class_}/gradebook", teacher, 200, None),
        ("GET /teacher/assignments/{assignment_id}/rubric", f"/teacher/assignments/{free}/rubric", teacher, 200, None),
        ("GET /teacher/assignments/{assignment_id}/students", f"/teacher/assignments/{free}/students", teacher, 200,
         None),
        ("POST /teacher/assignments/{assignment_id}/release", f"/teacher/assignments/{free}/release", teacher, 200,
         None),
        ("DELETE /student/assignments/{assignment_id}/regrade-requests/{request_id}",
         f"{school.path}/regrade-requests/{withdrawn}", student, 204, None),
        ("POST /student/assignments/{assignment_id}/regrade-requests", f"{school.path}/regrade-requests", student, 201,
         text),
        ("GET /student/assignments/{assignment_id}/regrade-requests", f"{school.path}/regrade-requests", student, 200,
         None),
        ("GET /teacher/assignments/{assignment_id}/regrade-requests", f"/teacher/assignments/{task}/regrade-requests",
         teacher, 200, None),
        ("GET /teacher/assignments/{assignment_id}/review", f"/teacher/assignments/{task}/review", teacher, 200, None),
        ("GET /teacher/regrade-requests", "/teacher/regrade-requests", teacher, 200, None),
        ("POST /teacher/regrade-requests/{request_id}/decide", f"/teacher/regrade-requests/{disputed}/decide", teacher,
         200, {"accept": False, "answer": "No."}),
        ("GET /teacher/assignments/{assignment_id}/cases", f"{own}/cases", teacher, 200, None),
        ("GET /teacher/cases/{case_id}", case, teacher, 200, None),
        ("PUT /teacher/cases/{case_id}/marks", f"{case}/marks", teacher, 200, {"marks": {"total": {"score": 3}}}),
        ("POST /teacher/cases/{case_id}/tries", f"{case}/tries", teacher, 202, tries),
        ("DELETE /teacher/cases/{case_id}", f"/teacher/cases/{brought}", teacher, 204, None),
        ("POST /teacher/assignments/{assignment_id}/cases", f"{own}/cases", teacher, 201, {"draw": 1}),
        ("POST /teacher/assignments/{assignment_id}/tries", f"{own}/tries", teacher, 202, tries),
        ("GET /teacher/assignments/{assignment_id}/agreement", f"{own}/agreement", teacher, 200, None),
        ("POST /teacher/assignments/{assignment_id}/cases/promote", f"{own}/cases/promote", teacher, 200,
         {"provider": "openai", "model": "gpt-6-luna", "prompt_version": "v1", "reason": "Better."}),
        ("GET /student/classes", "/student/classes", student, 200, None),
        ("POST /teacher/teachers", "/teacher/teachers", teacher, 201,
         {"name": "Ulla", "email": "ulla@school.example"}),
        ("GET /teacher/teachers", "/teacher/teachers", teacher, 200, None),
        ("GET /teacher/api-keys", "/teacher/api-keys", teacher, 200, None),
        ("PUT /teacher/api-keys/{provider}", "/teacher/api-keys/openai", teacher, 200, {"key": "sk-sim-another"}),
        ("DELETE /teacher/api-keys/{provider}", "/teacher/api-keys/openai", teacher, 204, None),
        ("GET /teacher/models", "/teacher/models", teacher, 200, None),
        ("GET /teacher/rate-limits", "/teacher/rate-limits", teacher, 200, None),
        ("GET /teacher/jobs", "/teacher/jobs", teacher, 200, None),
        ("GET /teacher/jobs/{job_id}", f"/teacher/jobs/{again['job']['id']}", teacher, 200, None),
        ("DELETE /teacher/assignments/{assignment_id}", f"/teacher/assignments/{task}", teacher, 204, None),
        ("DELETE /teacher/students/{student_id}", f"/teacher/students/{me}", teacher, 204, None),
        ("POST /auth/logout", "/auth/logout", teacher, 204, None),
    ]  # fmt: skip
    counted: dict[str, int] = {}
    for pool in (assay.state.database.reads, assay.state.database.writes):
        pool.silence.suspect_seconds = 600.0  # silence of a slow machine is not that of a server that is gone
    with counting(assay.url) as cursor:
        for _ in range(2):  # with an Idempotency-Key too, and when it comes again
            cursor.execute("select pg_stat_statements_reset()")
            once = {"json": {"name": "once"}, "headers": {"Idempotency-Key": "once"}}
            await assay.ask("POST", "/teacher/classes", teacher, 201, **once)
            cursor.execute(COUNT)
            assert cursor.fetchone() == (1,)
        for name, path, who, status, body in requests:
            cursor.execute("select pg_stat_statements_reset()")
            verb = name.split(" ")[0]
            sent = {} if body is None else {"json": body}
            await assay.ask(verb, path, who, status, **sent)
            cursor.execute(COUNT)
            counted[name] = int((cursor.fetchone() or (0,))[0])
    assert {name: number for name, number in counted.items() if number != (2 if name in TWICE else 1)} == {}
    untested = {
        "PATCH /teacher/assignments/{assignment_id}",  # a job only with new instructions
        "PUT /teacher/assignments/{assignment_id}/rubric",  # of an assignment without texts
        "PUT /teacher/assignments/{assignment_id}/template",
        "PUT /teacher/cases/{case_id}/content",  # plain text
        "PUT /teacher/rate-limits/{scope}",  # makes every process read the limits anew
    }
    assert {f"{route.method} {route.path}" for route in ROUTES} == set(counted) | ELSEWHERE | untested
