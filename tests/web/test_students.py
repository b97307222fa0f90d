"""How a teacher finds students, and what is left when one is deleted: nothing."""

import asyncio
import json
import logging

import psycopg
import pytest

from tests.web.conftest import PASSWORD, Assay, School, until
from tests.web.school import hand_in

PEOPLE = {
    "Anna Ek": "anna@school.example",
    "Joanna Öberg": "jo@other.example",
    "José Núñez": "jose.n@school.example",
    "Åsa 50% Berg": "asa_b@school.example",
    "Per 500 Berg": "per.b@school.example",
    'O\'Neil \\ "Bo"': "bo@other.example",
    "Дмитрий Чехов": "dima@other.example",
}


async def enter(assay: Assay, people: dict[str, str], class_id: str | None = None) -> dict[str, str]:
    """Verified students by hand: name -> id."""

    def go() -> dict[str, str]:
        ids = {}
        with psycopg.connect(assay.url) as admin:
            for name, email in people.items():
                row = admin.execute(
                    "insert into assay.students (name, email, password_hash, email_verified_at)"
                    " values (%s, %s, 'none', now()) returning id::text",
                    [name, email],
                ).fetchone()
                assert row
                ids[name] = row[0]
                if class_id:
                    admin.execute("insert into assay.enrolments values (%s, %s)", [class_id, row[0]])
        return ids

    return await asyncio.to_thread(go)


async def test_students_are_found_by_a_part_of_their_name_or_address(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    await enter(assay, PEOPLE)
    for search, found in {
        "anna": ["Anna Ek", "Joanna Öberg"],
        "ANNA": ["Anna Ek", "Joanna Öberg"],
        "öberg": ["Joanna Öberg"],
        "ÖBERG": ["Joanna Öberg"],
        "oberg": [],  # accents are letters of their own
        "Núñ": ["José Núñez"],
        "чехов": ["Дмитрий Чехов"],
        "other.example": ["Joanna Öberg", 'O\'Neil \\ "Bo"', "Дмитрий Чехов"],
        "JOSE.N@": ["José Núñez"],
        "50%": ["Åsa 50% Berg"],  # no wildcard
        "a_b": ["Åsa 50% Berg"],
        "per.b": ["Per 500 Berg"],
        "l \\ ": ['O\'Neil \\ "Bo"'],
        '"bo"': ['O\'Neil \\ "Bo"'],
        "'neil": ['O\'Neil \\ "Bo"'],
        "%%%": [],
        "___": [],
        "na ek": ["Anna Ek"],
        "nobody": [],
        "": list(PEOPLE),
    }.items():
        page = await assay.ask("GET", "/teacher/students", tove, params={"search": search})
        assert sorted(one["name"] for one in page["items"]) == sorted(found), search
    await assay.refused("validation_failed", "GET", "/teacher/students", tove, params={"search": "x" * 201})
    await assay.refused("validation_failed", "GET", "/teacher/students", tove, params={"search": "a\0b"})


async def test_a_search_in_a_class_is_paged(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    group = (await assay.ask("POST", "/teacher/classes", tove, 201, json={"name": "9B"}))["id"]
    inside = await enter(assay, {f"Berg {n}": f"in{n}@school.example" for n in range(9)}, group)
    await enter(assay, {f"Dahl {n}": f"dahl{n}@school.example" for n in range(9)}, group)
    await enter(assay, {f"Berg {n}": f"out{n}@school.example" for n in range(9)})
    seen: list[str] = []
    parameters: dict[str, str | int] = {"search": "berg", "class_id": group, "limit": 4}
    for size in (4, 4, 1):
        page = await assay.ask("GET", "/teacher/students", tove, params=parameters)
        assert len(page["items"]) == size
        assert {tuple(one["class_ids"]) for one in page["items"]} == {(group,)}
        seen += [one["id"] for one in page["items"]]
        parameters["cursor"] = page["next_cursor"]
    assert page["next_cursor"] is None
    assert sorted(seen) == sorted(inside.values())


# Each table with a column that may name a student, and each of text: the audit keeps the id, and nothing else.
TABLES = """
    select c.relname from pg_class c
     where c.relnamespace = 'assay'::regnamespace and c.relkind = 'r' order by 1"""


def mentions(url: str, words: list[str]) -> dict[str, set[str]]:
    """The tables of assay whose rows hold one of these words, and which."""
    found: dict[str, set[str]] = {}
    with psycopg.connect(url) as admin:
        for (table,) in admin.execute(TABLES).fetchall():
            rows = admin.execute(f"select row_to_json(t)::text from assay.{table} t").fetchall()
            said = {word for row in rows for word in words if json.dumps(word)[1:-1] in row[0] or word in row[0]}
            if said:
                found[table] = said
    return found


async def test_of_a_deleted_student_nothing_is_left_but_an_id_in_the_audit(
    assay: Assay, school: School, caplog: pytest.LogCaptureFixture
) -> None:
    """While one text is being graded, one has been, one failed, and a mail with a link is out."""
    me = (await assay.ask("GET", "/auth/me", school.student))["id"]
    other_session = await assay.login("anna@school.example")
    await assay.ask("POST", "/auth/password/forgot", status=202, json={"email": "anna@school.example"})
    link = await assay.token_for("anna@school.example")
    submission = await hand_in(assay, school, "My secret essay. [[sim:score=12]]")
    tasks = []
    for title in ("failing", "running"):
        sent = {"title": title, "instructions": "Write. Maximum score: 9 points.", "deadline": "2099-01-01T00:00:00Z"}
        tasks.append((await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent))["assignment"])
    failing, running = [f"/student/assignments/{task['id']}/submission" for task in tasks]
    await assay.refused("ai_unavailable", "POST", failing, school.student, json={"content": "x [[sim:fail=400]]"})
    begun = await assay.ask(
        "POST", running, school.student, 202, json={"content": "Another secret essay. [[sim:delay=1.5]]"},
        headers={"Prefer": "respond-async"},
    )  # fmt: skip
    await until(lambda: bool(assay.ai.calls.in_flight["anthropic"] or assay.ai.calls.in_flight["openai"]))
    words = [me, "Anna", "anna@school.example", "secret essay", submission]
    before = await asyncio.to_thread(mentions, assay.url, words)
    assert before["jobs"] >= {me}
    assert before["pending_submissions"] >= {me, "secret essay"}
    assert set(before) > {"students", "email_addresses", "sessions", "links", "enrolments", "submissions", "jobs",
                          "finished_jobs", "coin_ledger"}  # fmt: skip

    with caplog.at_level(logging.WARNING):
        await assay.ask("DELETE", f"/teacher/students/{me}", school.teacher, 204)
        for token in (school.student, other_session):
            await assay.refused("invalid_token", "GET", "/auth/me", token)
            await assay.refused("invalid_token", "GET", f"/student/jobs/{begun['job']['id']}", token)
        await until(lambda: not (assay.ai.calls.in_flight["anthropic"] or assay.ai.calls.in_flight["openai"]))
        # The worker grades on, and the next student's text comes after what it had.
        bo = await assay.student("Bo")
        his = (await assay.ask("GET", "/auth/me", bo))["id"]
        await assay.ask(
            "POST", f"/teacher/classes/{school.class_id}/students", school.teacher, json={"student_ids": [his]}
        )
        await assay.ask("POST", running, bo, 201, json={"content": "Gold."})
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []

    after = await asyncio.to_thread(mentions, assay.url, words)
    assert set(after) == {"audit"}
    assert after["audit"] == {me, submission}  # ids, and no word of theirs
    for path in ("", "/scores", "/submissions"):
        await assay.refused("not_found", "GET", f"/teacher/students/{me}{path}", school.teacher)
    await assay.refused("not_found", "DELETE", f"/teacher/students/{me}", school.teacher)
    await assay.refused("not_found", "GET", f"/teacher/submissions/{submission}", school.teacher)
    reset = {"token": link, "password": PASSWORD}
    await assay.refused("invalid_reset_token", "POST", "/auth/password/reset", json=reset)
    login = {"email": "anna@school.example", "password": PASSWORD}
    await assay.refused("invalid_credentials", "POST", "/auth/login", json=login)
    # The assignments are free again where nobody else handed in, and the address too.
    first = await assay.ask("GET", f"/teacher/assignments/{school.assignment['id']}", school.teacher)
    assert (first["locked"], first["submission_count"]) == (False, 0)
    await assay.student("Anna")
