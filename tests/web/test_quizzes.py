"""Answers that are handed in and marked in one request."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.rules.quizzes import CHOICE, CHOICES, KINDS, MATCHING, OPEN, SHORT
from tests.rules.rows import Sql, coins, drift
from tests.web.conftest import PLAIN, Assay
from tests.web.quizzes import login, right_answers, seated


@pytest.fixture
async def sql(assay: Assay) -> AsyncIterator[Sql]:
    connection = await asyncpg.connect(assay.url)
    yield connection
    await connection.close()


async def test_a_quiz_is_handed_in_marked_and_paid_in_one_request(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, *KINDS)
    for number, answer in right_answers(taker.keys).items():
        await taker.save(number, answer)
    made = (await taker.ask("POST", "/submission", 201))["submission"]
    assert (made["score"], made["max_score"]) == (28, 28)
    assert made["content"].startswith("1: yes\n2: a; b\n3: one = A; two = B\n4: def f():\n  pass\n5: variable; data\n")
    assert await coins(sql, taker.quiz.student) == 28
    assert await drift(sql) == []
    assert await taker.ask("GET", "/submission") == made
    teacher, seen = await login(sql, taker.quiz.teacher, "teacher"), f"/teacher/submissions/{made['id']}"
    assert (await assay.ask("GET", seen, teacher))["edited_at"] is None
    assert [one["by"] for one in (await assay.ask("GET", f"{seen}/history", teacher))["items"]] == ["database"]
    assert await sql.fetchval("select count(*) from assay.jobs") == 0
    assert assay.asked == []


async def test_answers_may_come_with_the_hand_in_and_blanks_earn_nothing(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, *KINDS)
    await taker.save(2, [taker.keys[2][1]])
    sent = {"answers": {"1": taker.keys[1][1], "2": [taker.keys[2][1], taker.keys[2][2]], "6": "base two"}}
    made = (await taker.ask("POST", "/submission", 201, json=sent))["submission"]
    assert made["score"] == 4 + 4 + 2
    rows = await sql.fetch("select score, marked_by from assay.answers where submission_id = $1", made["id"])
    assert (
        sorted((r["score"], r["marked_by"]) for r in rows)
        == [(0, "database")] * 4 + [(2, "database")] + [(4, "database")] * 2
    )


async def test_answers_that_do_not_fit_are_refused_and_none_is_saved(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, CHOICE, SHORT)
    await taker.save(2, "binary")
    for answers, code in (
        ({"1": taker.keys[1][1], "2": ["a", "b"]}, "answer_fits_question"),
        ({"1": taker.keys[1][1], "3": "x"}, "not_found"),
        ({"1": True}, "validation_failed"),
        ({"first": 1}, "validation_failed"),
    ):
        await taker.refused(code, "POST", "/submission", json={"answers": answers})
    assert [one["answer"] for one in await taker.questions()] == [None, "binary"]
    assert await sql.fetchval("select count(*) from assay.submissions") == 0


async def test_who_answered_nothing_hands_nothing_in(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, CHOICE, SHORT)
    await taker.refused("nothing_answered", "POST", "/submission")
    await taker.save(2, "  ")
    await taker.save(1, None)
    await taker.refused("nothing_answered", "POST", "/submission", json={"answers": {"2": "\t"}})
    assert await sql.fetchval("select count(*) from assay.submissions") == 0


async def test_pairs_without_rights_are_a_blank_answer(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, MATCHING, reveal="at_once")
    await taker.save(1, {str(key): " " for key in list(taker.keys[1].values())[:2]})
    assert (await taker.ask("GET", ""))["answered_count"] == 0
    await taker.refused("nothing_saved", "POST", "/answers/1/check")
    await taker.refused("nothing_answered", "POST", "/submission")


async def test_of_twenty_clicks_at_once_one_hands_in(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, CHOICE, SHORT)
    await taker.save(2, "binary")
    headers = {"Authorization": f"Bearer {taker.token}"}
    clicks = [assay.client.post(f"{taker.path}/submission", headers=headers) for _ in range(20)]
    answers = await asyncio.gather(*clicks)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    (made,) = (answer.json()["submission"]["id"] for answer in answers if answer.status_code == 201)
    details = [answer.json()["error"]["details"] for answer in answers if answer.status_code == 409]
    assert details == [{"submission_id": made}] * 19
    assert await coins(sql, taker.quiz.student) == 4


async def test_what_was_handed_in_is_neither_saved_again_nor_late(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, CHOICE, SHORT)
    made = (await taker.ask("POST", "/submission", 201, json={"answers": {"2": "binary"}}))["submission"]
    details = await taker.refused("already_submitted", "PUT", "/answers/1", json={"answer": taker.keys[1][1]})
    assert details == {"submission_id": made["id"]}
    late = await taker.classmate()
    await late.save(1, taker.keys[1][1])
    await taker.close()
    await late.refused("deadline_passed", "POST", "/submission")
    assert [one["answer"] for one in await late.questions()] == [taker.keys[1][1], None]


async def test_a_text_is_no_answer_and_an_answer_no_text(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, CHOICE)
    for sent in ({"content": b"A text.", "headers": PLAIN}, {"json": {"content": "A text."}}):
        details = await taker.refused("validation_failed", "POST", "/submission", **sent)
        assert [one["field"] for one in details["errors"]] == ["content"]


async def test_an_assignment_says_what_it_takes_and_how_far_its_student_is(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, *KINDS, reveal="at_once", attempts=2)
    (listed,) = (await assay.ask("GET", "/student/assignments", taker.token))["items"]
    assert (listed["takes"], "question_count" in listed) == ("answers", False)
    facts = ("takes", "reveal", "attempts", "question_count", "answered_count", "submission", "state")
    for number, answer, answered in (
        (6, "two", 1),
        (6, "three", 1),
        (5, ["", " "], 1),
        (2, [taker.keys[2][1]], 2),
        (6, None, 1),
    ):
        await taker.save(number, answer)
        seen = await taker.ask("GET", "")
        assert tuple(seen[one] for one in facts) == ("answers", "at_once", 2, 7, answered, None, "open")
    await taker.save(6, "two")
    await taker.ask("POST", "/answers/6/check")
    await taker.save(6, None)
    assert (await taker.ask("GET", ""))["answered_count"] == 2, "what was checked was answered"
    made = (await taker.ask("POST", "/submission", 201))["submission"]
    seen = await taker.ask("GET", "")
    assert tuple(seen[one] for one in facts[3:]) == (7, 2, made, "graded")
    assert seen["submission"]["outcome"] == made["outcome"] is not None
    other = await taker.classmate()
    assert (await other.ask("GET", ""))["answered_count"] == 0


async def test_an_assignment_shows_the_outcome_only_once_it_is_revealed(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, CHOICE, reveal="after_deadline")
    await taker.ask("POST", "/submission", 201, json={"answers": {"1": taker.keys[1][1]}})
    submission = (await taker.ask("GET", ""))["submission"]
    assert (submission["score"], submission["outcome"], submission["comment"]) == (4, None, None)
    await taker.close()
    assert (await taker.ask("GET", ""))["submission"]["outcome"]["items"][0]["score"] == 4


async def test_questions_that_are_drafts_are_not_counted(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, CHOICE, SHORT | {"approved_at": None})
    assert (await taker.ask("GET", ""))["question_count"] == 1


@pytest.mark.parametrize("reveal", ["after_deadline", "when_graded"])
async def test_results_are_shown_when_the_assignment_reveals_them(assay: Assay, sql: Sql, reveal: str) -> None:
    right = {**CHOICE, "explanation": "Because.", "options": [
        {"text": "yes", "place": 1, "feedback": "Well done."}, {"text": "no", "feedback": "Look again."}]}  # fmt: skip
    taker = await seated(assay, sql, right, CHOICES, reveal=reveal)
    await taker.ask("POST", "/submission", 201, json={"answers": {"1": taker.keys[1][2]}})
    first, second = await taker.questions()
    if reveal == "after_deadline":
        assert (first["result"], second["result"]) == (None, None)
        await taker.close()
        first, second = await taker.questions()
    assert first["result"] == {
        "score": 0, "max_score": 4, "right": False, "reason": None, "guide": None, "explanation": "Because.",
        "feedback": [{"key": taker.keys[1][2], "text": "Look again."}], "solution": taker.keys[1][1],
    }  # fmt: skip
    assert second["result"]["solution"] == [taker.keys[2][1], taker.keys[2][2]]
    assert (first["attempts_left"], second["answer"]) == (0, None)


async def test_a_question_is_checked_twice_and_its_best_attempt_counts(assay: Assay, sql: Sql) -> None:
    explained = {**SHORT, "explanation": "Two digits.", "options": [
        {"text": "binary"}, {"text": "trinary", "score": 0, "feedback": "One too many."}]}  # fmt: skip
    taker = await seated(assay, sql, explained, CHOICE, reveal="at_once", attempts=3)
    await taker.refused("nothing_saved", "POST", "/answers/1/check")
    await taker.save(1, "Trinary")
    first = await taker.ask("POST", "/answers/1/check")
    assert first == {
        "score": 0, "max_score": 4, "right": False, "reason": None, "attempts_left": 2, "guide": None,
        "feedback": [{"key": None, "text": "One too many."}], "solution": None, "explanation": None,
    }  # fmt: skip
    assert await taker.ask("POST", "/answers/1/check") == first
    assert (await taker.save(1, "binary"))["attempt"] == 2
    second = await taker.ask("POST", "/answers/1/check")
    assert (second["score"], second["right"], second["attempts_left"]) == (4, True, 0)
    assert (second["solution"], second["explanation"]) == ("binary", "Two digits.")
    await taker.refused("no_attempts_left", "PUT", "/answers/1", json={"answer": "trinary"})
    assert [one["attempts_left"] for one in await taker.questions()] == [0, 3]
    made = (await taker.ask("POST", "/submission", 201))["submission"]
    assert (made["score"], await drift(sql)) == (4, [])
    await taker.refused("already_submitted", "POST", "/answers/2/check")


async def test_nothing_is_checked_where_feedback_is_not_immediate(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, SHORT)
    await taker.save(1, "binary")
    await taker.refused("not_checkable", "POST", "/answers/1/check")
    open_one = await seated(assay, sql, OPEN, reveal="at_once")
    await open_one.save(1, "Because.")
    await open_one.refused("not_checkable", "POST", "/answers/1/check")


async def test_checks_and_hand_ins_have_a_limit_of_their_own_counted_over_all_processes(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, *[SHORT] * 4, reveal="at_once", attempts=10)
    teacher = await login(sql, taker.quiz.teacher, "teacher")
    await assay.ask("PUT", "/teacher/rate-limits/attempts", teacher, json={"limit": "3/minute"})
    for wrong in ("3/minute; 9/hour", "many"):
        await assay.refused("validation_failed", "PUT", "/teacher/rate-limits/attempts", teacher, json={"limit": wrong})
    for number in (1, 2, 3, 4):
        await taker.save(number, "trinary")
    headers = {"Authorization": f"Bearer {taker.token}"}
    at_once = [assay.client.post(f"{taker.path}/answers/{n}/check", headers=headers) for n in (1, 2, 3, 4)]
    answers = await asyncio.gather(*at_once)
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 429]
    (late,) = (answer for answer in answers if answer.status_code == 429)
    details = late.json()["error"]["details"]
    assert details["scope"] == "attempts"
    assert 1 <= int(late.headers["retry-after"]) == details["retry_after"] <= 60
    assert (await taker.ask("POST", "/submission", 201))["submission"]["score"] == 0


async def test_a_wrong_key_is_corrected_and_the_coins_follow(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, *KINDS)
    await taker.ask("POST", "/submission", 201, json={"answers": {"1": taker.keys[1][2], "6": "trinary", "7": "99"}})
    other = await taker.classmate()
    await other.ask("POST", "/submission", 201, json={"answers": {"1": taker.keys[1][1]}})
    teacher = await login(sql, taker.quiz.teacher, "teacher")
    path = [f"/teacher/questions/{asked}/key" for asked in taker.quiz.questions]

    async def corrected(number: int, **key: object) -> list[int]:
        answer = await assay.ask("PUT", path[number - 1], teacher, json=key)
        return [answer["remarked"], answer["raised"], answer["lowered"]]

    assert await corrected(1, options=[{"right": False}, {"right": True}, {}]) == [2, 1, 1]
    assert [await coins(sql, one.quiz.student) for one in (taker, other)] == [4, 0]
    assert await corrected(6, accepted=[{"text": "binary"}, {"text": "Trinary"}]) == [2, 1, 0]
    assert await corrected(7, accepted=[{"value": 98, "tolerance": 1.5}]) == [2, 1, 0]
    assert await corrected(3, void=True) == [2, 2, 0]
    assert [await coins(sql, one.quiz.student) for one in (taker, other)] == [16, 4]
    assert await drift(sql) == []
    for number, key, code in (
        (1, {"options": [{"right": True}]}, "key_only"),
        (1, {"options": [{"right": True}, {"right": True}, {}]}, "one_right_option"),
        (1, {"accepted": [{"text": "yes"}]}, "key_only"),
        (1, {"void": True, "accepted": []}, "validation_failed"),
        (1, {"void": 1}, "validation_failed"),
        (6, {"accepted": []}, "accepted_missing"),
        (1, {"options": [{"right": True, "number": 2}, {"number": 2}, {}]}, "validation_failed"),
    ):
        answer = await assay.ask("PUT", path[number - 1], teacher, 409 if code == "key_only" else 422, json=key)
        assert answer["error"]["code"] == code
    await assay.refused("key_only", "PUT", path[0], teacher, json={"accepted": [{"text": "yes"}]})
    stranger = await login(sql, (await seated(assay, sql, CHOICE)).quiz.teacher, "teacher")
    await assay.refused("not_found", "PUT", path[0], stranger, json={"void": True})


async def test_the_attempt_that_a_corrected_key_makes_the_best_counts(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, SHORT, reveal="at_once", attempts=3)
    for word in ("dual", "ternary", "base two"):
        await taker.save(1, word)
        await taker.ask("POST", "/answers/1/check")
    assert (await taker.ask("POST", "/submission", 201))["submission"]["score"] == 2
    teacher = await login(sql, taker.quiz.teacher, "teacher")
    key = {"accepted": [{"text": "binary"}, {"text": "dual"}, {"text": "base two", "score": 1}]}
    corrected = await assay.ask("PUT", f"/teacher/questions/{taker.quiz.questions[0]}/key", teacher, json=key)
    assert corrected == {"remarked": 3, "raised": 1, "lowered": 1}
    (question,) = await taker.questions()
    assert (question["answer"], question["result"]["score"]) == ("dual", 4)
    submission = await taker.ask("GET", "/submission")
    assert (submission["score"], submission["outcome"]["items"][0]["score"]) == (4, 4)
    assert (await coins(sql, taker.quiz.student), await drift(sql)) == (4, [])
