"""Error codes that no single route is about: each is answered by the whole service, not only by a part of it."""

import asyncio
import re

import asyncpg
import psycopg
import pytest

from app.web.application import create_app
from app.web.errors import from_exception
from app.web.state import AppState
from tests.web.conftest import Assay, School, listening

TEXT = {"Content-Type": "text/plain"}


async def test_what_cannot_be_read_or_answered_says_how(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    classes = "/teacher/classes"
    for body in (b"{", b"\xff", b'{"name": "\xff"}', b""):
        sent = {"content": body, "headers": {"Content-Type": "application/json"}}
        await assay.refused("malformed_request", "POST", classes, tove, **sent)
    latin = {"content": "Å".encode("latin-1"), "headers": TEXT, "params": {"deadline": "2099-01-01T00:00:00Z"}}
    await assay.refused("malformed_request", "POST", "/teacher/assignments", tove, **latin)
    await assay.refused("unsupported_media_type", "POST", classes, tove, content="9B", headers=TEXT)
    await assay.refused("not_acceptable", "GET", classes, tove, headers={"Accept": "application/xml"})
    await assay.refused("body_too_large", "POST", classes, tove, json={"name": "x" * 200_000})
    await assay.refused("not_found", "GET", "/teacher/classrooms", tove)
    answer = await assay.client.put(classes, headers={"Authorization": f"Bearer {tove}"}, json={})
    assert answer.json()["error"]["code"] == "method_not_allowed"
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


async def test_too_many_requests_are_told_when_to_come_back(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    await assay.ask("PUT", "/teacher/rate-limits/write", tove, json={"limit": "60/hour"})
    while assay.state.rate_limits.rules["write"].text != "60/hour":
        await asyncio.sleep(0.01)
    await assay.ask("POST", "/teacher/classes", tove, 201, json={"name": "9B"})
    for _ in range(59):
        await assay.refused("not_found", "DELETE", "/teacher/classes/00000000-0000-7000-8000-000000000000", tove)
    await assay.refused("rate_limited", "POST", "/teacher/classes", tove, json={"name": "7A"})
    assert len((await assay.ask("GET", "/teacher/classes", tove))["items"]) == 1


async def test_a_database_that_is_away_or_of_another_version_is_503(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    with psycopg.connect(assay.url, autocommit=True) as admin:
        admin.execute("alter function api.list_classes rename to sw0rdfish")
        told = await assay.ask("GET", "/teacher/classes", tove, 503)
        assert told["error"]["code"] == "database_unavailable"
        assert "list_classes" not in str(told)
        admin.execute("alter function api.sw0rdfish rename to list_classes")
    await assay.ask("GET", "/teacher/classes", tove)
    nowhere = "postgresql://nobody@127.0.0.1:9/none"
    state = AppState(nowhere, assay.state.settings, assay.state.api_keys, assay.state.mail_links)
    async with listening(create_app(state)) as client:
        answer = await client.get("/teacher/classes", headers={"Authorization": f"Bearer {tove}"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_unavailable")
        assert int(answer.headers["retry-after"]) > 0


FAULTS = {
    "22012": "perform 1 / 0",
    "22023": "perform generate_series(1, 2, 0)",
    "22P02": "perform 'many'::integer",
    "22007": "perform 'soon'::timestamptz",
    "2201B": "perform 'x' ~ '('",
    "23502": "insert into assay.ai_models (provider) values ('openai')",
    "23514": "raise check_violation using constraint = 'marked_with_a_score'",
}


@pytest.mark.parametrize("state", FAULTS)
async def test_what_goes_wrong_inside_the_database_is_a_fault_of_ours_with_a_line_in_the_log(
    assay: Assay, caplog: pytest.LogCaptureFixture, state: str
) -> None:
    tove = await assay.teacher(keys=False)
    with psycopg.connect(assay.url, autocommit=True) as admin:
        head = "create or replace function assay.set_actor(actor text, id uuid default null) returns void"
        admin.execute(f"{head} language plpgsql as $$ begin {FAULTS[state]}; end $$")
    told = await assay.ask("POST", "/teacher/classes", tove, 500, json={"name": "9B"})
    assert told["error"]["code"] == "internal_error"
    assert re.search(rf" {state}\b.* rule=", caplog.text)


@pytest.mark.parametrize("state", ["22003", "22008", "22021", "22P05"])
def test_a_value_that_postgres_cannot_hold_is_the_clients(state: str) -> None:
    error = from_exception(asyncpg.PostgresError.new({"C": state, "M": "no"}))
    assert error is not None
    assert error.code == "validation_failed"


async def test_a_client_that_lost_its_answer_finds_it(assay: Assay, school: School) -> None:
    sent = {"content": "Gold. [[sim:delay=1]]"}
    path, prefer = school.path + "/submission", {"Prefer": "respond-async"}
    begun = await assay.ask("POST", path, school.student, 202, json=sent, headers=prefer)
    assert await assay.refused("submission_pending", "POST", path, school.student, json=sent) == {
        "job_id": begun["job"]["id"]
    }
    pending = await assay.ask("GET", school.path, school.student)  # a page that was loaded anew finds its job
    assert (pending["state"], pending["job_id"]) == ("pending", begun["job"]["id"])
    (listed,) = (await assay.ask("GET", "/student/assignments", school.student))["items"]
    assert listed["job_id"] == begun["job"]["id"]
    where = f"/student/jobs/{begun['job']['id']}"
    done = await assay.ask("GET", where, school.student, headers={"Prefer": "wait=30"})
    assert await assay.refused("already_submitted", "POST", path, school.student, json=sent) == {
        "submission_id": done["submission_id"]
    }


async def test_a_deadline_that_has_passed_is_taken_with_a_warning(assay: Assay) -> None:
    tove = await assay.teacher()
    sent = {"instructions": "Write.\nMaximum score: 5 points.", "deadline": "2001-01-01T00:00:00Z"}
    made = await assay.ask("POST", "/teacher/assignments", tove, 201, json=sent)
    assert "deadline has passed" in made["warning"]
    later = sent | {"deadline": "2099-01-01T00:00:00Z"}
    assert "warning" not in await assay.ask("POST", "/teacher/assignments", tove, 201, json=later)
    copy = f"/teacher/assignments/{made['assignment']['id']}/copy"
    for time, warned in ((sent, True), (later, False)):
        copied = await assay.ask("POST", copy, tove, 201, json={"deadline": time["deadline"]})
        shown = await assay.ask("POST", f"/teacher/assignments/{copied['id']}/publish", tove)
        assert ("warning" in copied, "warning" in shown) == (warned, warned)
