"""Answers that are handed in and marked in one request."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.rules.quizzes import CHOICE, CHOICES, KINDS, SHORT
from tests.rules.rows import Sql, coins, drift
from tests.web.conftest import PLAIN, Assay
from tests.web.quizzes import login, right_answers, seated


@pytest.fixture
async def sql(assay: Assay) -> AsyncIterator[Sql]:
    connection = await asyncpg.connect(assay.url)
    yield connection
    await connection.close()


async def test_a_quiz_is_handed_in_marked_and_paid_in_one_request(assay: Assay, sql: Sql) -> None:
    desk = await seated(assay, sql, *KINDS)
    for number, answer in right_answers(desk.keys).items():
        await desk.save(number, answer)
    made = (await desk.ask("POST", "/submission", 201))["submission"]
    assert (made["score"], made["max_score"]) == (28, 28)
    assert made["content"].startswith("1: yes\n2: a; b\n3: one = A; two = B\n4: def f():\n  pass\n5: variable; data\n")
    assert await coins(sql, desk.quiz.student) == 28
    assert await drift(sql) == []
    assert await desk.ask("GET", "/submission") == made
    teacher, seen = await login(sql, desk.quiz.teacher, "teacher"), f"/teacher/submissions/{made['id']}"
    assert (await assay.ask("GET", seen, teacher))["edited_at"] is None
    assert [one["by"] for one in (await assay.ask("GET", f"{seen}/history", teacher))["items"]] == ["database"]
    assert await sql.fetchval("select count(*) from assay.jobs") == 0
    assert assay.asked == []


async def test_answers_may_come_with_the_hand_in_and_blanks_earn_nothing(assay: Assay, sql: Sql) -> None:
    desk = await seated(assay, sql, *KINDS)
    await desk.save(2, [desk.keys[2][1]])
    sent = {"answers": {"1": desk.keys[1][1], "2": [desk.keys[2][1], desk.keys[2][2]], "6": "base two"}}
    made = (await desk.ask("POST", "/submission", 201, json=sent))["submission"]
    assert made["score"] == 4 + 4 + 2
    rows = await sql.fetch("select score, marked_by from assay.answers where submission_id = $1", made["id"])
    assert (
        sorted((r["score"], r["marked_by"]) for r in rows)
        == [(0, "database")] * 4 + [(2, "database")] + [(4, "database")] * 2
    )


async def test_answers_that_do_not_fit_are_refused_and_none_is_saved(assay: Assay, sql: Sql) -> None:
    desk = await seated(assay, sql, CHOICE, SHORT)
    await desk.save(2, "binary")
    for answers, code in (
        ({"1": desk.keys[1][1], "2": ["a", "b"]}, "answer_fits_question"),
        ({"1": desk.keys[1][1], "3": "x"}, "not_found"),
        ({"1": True}, "validation_failed"),
        ({"first": 1}, "validation_failed"),
    ):
        await desk.refused(code, "POST", "/submission", json={"answers": answers})
    assert [one["answer"] for one in await desk.questions()] == [None, "binary"]
    assert await sql.fetchval("select count(*) from assay.submissions") == 0


async def test_who_answered_nothing_hands_nothing_in(assay: Assay, sql: Sql) -> None:
    desk = await seated(assay, sql, CHOICE, SHORT)
    await desk.refused("nothing_answered", "POST", "/submission")
    await desk.save(2, "  ")
    await desk.save(1, None)
    await desk.refused("nothing_answered", "POST", "/submission", json={"answers": {"2": "\t"}})
    assert await sql.fetchval("select count(*) from assay.submissions") == 0


async def test_of_twenty_clicks_at_once_one_hands_in(assay: Assay, sql: Sql) -> None:
    desk = await seated(assay, sql, CHOICE, SHORT)
    await desk.save(2, "binary")
    headers = {"Authorization": f"Bearer {desk.token}"}
    clicks = [assay.client.post(f"{desk.path}/submission", headers=headers) for _ in range(20)]
    answers = await asyncio.gather(*clicks)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    (made,) = (answer.json()["submission"]["id"] for answer in answers if answer.status_code == 201)
    details = [answer.json()["error"]["details"] for answer in answers if answer.status_code == 409]
    assert details == [{"submission_id": made}] * 19
    assert await coins(sql, desk.quiz.student) == 4


async def test_what_was_handed_in_is_neither_saved_again_nor_late(assay: Assay, sql: Sql) -> None:
    desk = await seated(assay, sql, CHOICE, SHORT)
    made = (await desk.ask("POST", "/submission", 201, json={"answers": {"2": "binary"}}))["submission"]
    details = await desk.refused("already_submitted", "PUT", "/answers/1", json={"answer": desk.keys[1][1]})
    assert details == {"submission_id": made["id"]}
    late = await desk.classmate()
    await late.save(1, desk.keys[1][1])
    await desk.close()
    await late.refused("deadline_passed", "POST", "/submission")
    assert [one["answer"] for one in await late.questions()] == [desk.keys[1][1], None]


async def test_a_text_is_no_answer_and_an_answer_no_text(assay: Assay, sql: Sql) -> None:
    desk = await seated(assay, sql, CHOICE)
    for sent in ({"content": b"A text.", "headers": PLAIN}, {"json": {"content": "A text."}}):
        details = await desk.refused("validation_failed", "POST", "/submission", **sent)
        assert [one["field"] for one in details["errors"]] == ["content"]


@pytest.mark.parametrize("reveal", ["after_deadline", "when_graded"])
async def test_results_are_shown_when_the_assignment_reveals_them(assay: Assay, sql: Sql, reveal: str) -> None:
    right = {**CHOICE, "explanation": "Because.", "options": [
        {"text": "yes", "place": 1, "feedback": "Well done."}, {"text": "no", "feedback": "Look again."}]}  # fmt: skip
    desk = await seated(assay, sql, right, CHOICES, reveal=reveal)
    await desk.ask("POST", "/submission", 201, json={"answers": {"1": desk.keys[1][2]}})
    first, second = await desk.questions()
    if reveal == "after_deadline":
        assert (first["result"], second["result"]) == (None, None)
        await desk.close()
        first, second = await desk.questions()
    assert first["result"] == {
        "score": 0, "max_score": 4, "right": False, "reason": None, "guide": None, "explanation": "Because.",
        "feedback": [{"key": desk.keys[1][2], "text": "Look again."}], "solution": desk.keys[1][1],
    }  # fmt: skip
    assert second["result"]["solution"] == [desk.keys[2][1], desk.keys[2][2]]
    assert (first["attempts_left"], second["answer"]) == (0, None)
