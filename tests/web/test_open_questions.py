"""Open questions of a quiz: an AI marks them, the database the rest, and both are one submission."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from app.dev.simulator.marking import REASON
from tests.rules.quizzes import CHOICE, OPEN, SHORT
from tests.rules.rows import Sql, coins, drift
from tests.web.conftest import Assay
from tests.web.quizzes import before, login, seated, simulated

LEVELS = {**OPEN, "options": [{"text": "no", "score": 0}, {"text": "half", "score": 2}, {"text": "yes", "score": 4}]}
RARE = "Gold is rare, and it does not rust. People have made rings of it since the bronze age, which is long ago."
WORK = "There is little of it in the ground."
USED_UP = "update assay.api_keys set calls_per_day = 1, calls_today = 1, calls_on = assay.utc_today()"
UNLIMITED = "update assay.api_keys set calls_per_day = null"
STORED = """
select (select count(*) from assay.submissions), (select count(*) from assay.answers where submission_id is not null),
       (select count(*) from assay.coin_ledger), (select count(*) from assay.pending_submissions)"""


@pytest.fixture
async def sql(assay: Assay) -> AsyncIterator[Sql]:
    connection = await asyncpg.connect(assay.url)
    yield connection
    await connection.close()


async def test_an_ai_marks_the_open_questions_and_the_database_the_rest(assay: Assay, sql: Sql) -> None:
    taker, teacher = await before(assay, sql, CHOICE, OPEN, SHORT, LEVELS, OPEN, reveal="when_graded")
    await taker.save(1, taker.keys[1][1])
    await taker.save(2, RARE)
    sent = {"answers": {"3": "base two", "4": WORK, "5": " "}}
    made = (await taker.ask("POST", "/submission", 201, json=sent))["submission"]
    assert made["score"] == 4 + simulated(RARE) + 2 + 0 + 0
    assert made["content"] == f"1: yes\n2: {RARE}\n3: base two\n4: {WORK}\n5:  "
    items = made["outcome"]["items"]
    assert [one["marked_by"] for one in items] == ["database", "ai", "database", "ai", "database"]
    assert [one["score"] for one in items] == [4, simulated(RARE), 2, 0, 0]
    (place,) = items[1]["evidence"]
    assert RARE[place["start"] : place["end"]] == "People have made rings of it"
    assert items[3]["evidence"] == [{"start": 0, "end": len("There is little of it in")}]
    assert (items[1]["supported"], items[0]["reason"], items[4]["evidence"]) == (True, None, [])
    assert made["outcome"]["is_llm_generated"]
    assert await taker.ask("GET", "/submission") == made
    assert (await coins(sql, taker.quiz.student), await drift(sql)) == (made["score"], [])
    history = (await assay.ask("GET", f"/teacher/submissions/{made['id']}/history", teacher))["items"]
    assert [(one["by"], one["score"], one["reason"]) for one in history] == [("ai", made["score"], "graded")]


async def test_the_gate_leaves_checks_alone_and_holds_the_whole_that_an_ai_had_a_part_in(
    assay: Assay, sql: Sql
) -> None:
    taker, teacher = await before(assay, sql, CHOICE, OPEN, reveal="at_once", autonomy="gated")
    classmate = await taker.classmate()
    for one in (taker, classmate):
        await one.save(1, one.keys[1][1])
        checked = await one.ask("POST", "/answers/1/check")
        assert (checked["right"], checked["score"]) == (True, 4)  # the database says so, before there is a result
        await one.save(2, RARE)
        assert (await one.refused("not_checkable", "POST", "/answers/2/check")) == {}

    held = (await taker.ask("POST", "/submission", 201))["submission"]
    assert (held["score"], held["outcome"], held["comment"]) == (None, None, None)
    assert [one["result"] for one in await taker.questions()] == [None, None]
    assert await coins(sql, taker.quiz.student) == 0

    await classmate.ask("PUT", "/answers/2", json={"answer": None})
    alone = (await classmate.ask("POST", "/submission", 201))["submission"]
    assert (alone["score"], alone["outcome"]["items"][0]["score"]) == (4, 4)  # no AI had a part in it
    assert await coins(sql, classmate.quiz.student) == 4

    edit = {"answers": {"1": {"score": 3, "reason": "Half a guess."}}}
    await assay.ask("PATCH", f"/teacher/submissions/{held['id']}", teacher, json=edit)
    assert [one["result"] for one in await taker.questions()] == [None, None]
    await assay.ask("POST", f"/teacher/assignments/{taker.quiz.task}/release", teacher)
    assert [one["result"]["score"] for one in await taker.questions()] == [3, simulated(RARE)]


async def test_the_ai_is_asked_once_each_answer_in_a_fence_and_no_blank_one(assay: Assay, sql: Sql) -> None:
    taker, _ = await before(assay, sql, OPEN, SHORT, OPEN, OPEN)
    await taker.ask("POST", "/submission", 201, json={"answers": {"1": RARE, "2": "binary", "4": WORK}})
    ((_, _, request),) = assay.asked
    user = request["messages"][0]["content"]
    fence = re.findall(r"\b[0-9a-f]{32}\b", user)[-1]
    for number, answer in ((1, RARE), (4, WORK)):
        assert f"----- BEGIN ANSWER {number} {fence} -----\n{answer}\n----- END ANSWER {number} {fence} -----" in user
    assert re.findall(r"QUESTION (\d)", user) == ["1", "4"]
    assert "binary" not in json.dumps(request)


async def test_open_questions_that_nobody_answered_need_no_ai(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, OPEN, SHORT)
    made = (await taker.ask("POST", "/submission", 201, json={"answers": {"1": "\t", "2": "binary"}}))["submission"]
    assert made["score"] == 4
    assert await sql.fetchval("select count(*) from assay.jobs") == 0
    assert [tuple(r) for r in await sql.fetch("select score, marked_by from assay.answers order by score")] == [
        (0, "database"), (4, "database")]  # fmt: skip
    assert assay.asked == []


async def test_an_answer_in_which_nothing_is_to_be_seen_is_shown_to_no_ai(assay: Assay, sql: Sql) -> None:
    taker, _ = await before(assay, sql, OPEN, OPEN)
    await taker.refused("nothing_answered", "POST", "/submission", json={"answers": {"1": "\u200b\u2060"}})
    assert assay.asked == []
    other = await taker.classmate()
    await other.ask("POST", "/submission", 201, json={"answers": {"1": "\u00ad", "2": WORK}})
    blank = "select score, marked_by from assay.answers where texts = '{\"\"}'"
    assert [tuple(one) for one in await sql.fetch(blank)] == [(0, "database")]
    assert len(assay.asked) == 1
    assert re.findall(r"QUESTION (\d)", assay.asked[0][2]["messages"][0]["content"]) == ["2"]


async def test_evidence_stands_in_the_answer_that_it_is_of(assay: Assay, sql: Sql) -> None:
    taker, teacher = await before(assay, sql, OPEN, OPEN, OPEN, reveal="when_graded")
    key = "sk-sim:quote=bronze%20age%2C%20%20which%20is"
    await assay.ask("PUT", "/teacher/api-keys/anthropic", teacher, json={"key": key})
    sent = {"answers": {"1": WORK, "2": RARE, "3": f"{WORK} {RARE}"}}
    items = (await taker.ask("POST", "/submission", 201, json=sent))["submission"]["outcome"]["items"]
    found = [
        [sent["answers"][str(n)][at["start"] : at["end"]] for at in one["evidence"]] for n, one in enumerate(items, 1)
    ]
    assert found == [[], ["bronze age, which is"], ["bronze age, which is"]]
    assert [(one["quotes_unfound"], one["supported"]) for one in items] == [(1, False), (0, True), (0, True)]


async def test_nothing_of_a_mark_is_in_any_byte_before_the_reveal(assay: Assay, sql: Sql) -> None:
    kept = {**OPEN, "guide": "GUIDE", "solution": "SOLUTION", "explanation": "EXPLANATION",
            "options": [{"text": "LOW", "score": 0}, {"text": "HIGH", "score": 4}]}  # fmt: skip
    taker, _ = await before(assay, sql, kept, SHORT, reveal="after_deadline")
    sent = {"answers": {"1": RARE}}
    job = (await taker.ask("POST", "/submission", 202, json=sent, headers={"Prefer": "respond-async"}))["job"]
    asked = [(path, "application/json") for path in ("", "/questions", "/submission")]

    async def heard() -> str:
        headers = {"Authorization": f"Bearer {taker.token}"}
        answers = [
            await assay.client.get(f"/student/jobs/{job['id']}", headers={**headers, "Accept": "text/event-stream"})
        ]
        for path, kind in asked:
            answers.append(await assay.client.get(taker.path + path, headers={**headers, "Accept": kind}))
        answers.append(await assay.client.get("/student/scores", headers=headers))
        return "".join(answer.text + str(answer.headers.multi_items()) for answer in answers)

    secrets = ("GUIDE", "SOLUTION", "EXPLANATION", "LOW", "HIGH", REASON, "evidence", "marked_by")
    said = await heard()
    assert '"status":"succeeded"' in said.replace('": "', '":"')
    assert [word for word in secrets if word in said] == []
    await taker.close()
    told = [word for word in secrets if word in await heard()]
    assert told == ["GUIDE", "SOLUTION", "EXPLANATION", REASON, "evidence", "marked_by"]


async def test_what_waits_for_an_ai_is_not_changed_and_not_handed_in_again(assay: Assay, sql: Sql) -> None:
    taker, _ = await before(assay, sql, OPEN, SHORT, reveal="at_once", attempts=2)
    await sql.execute(USED_UP)
    sent, later = {"answers": {"1": RARE, "2": "trinary"}}, {"Prefer": "respond-async"}
    job = (await taker.ask("POST", "/submission", 202, json=sent, headers=later))["job"]
    assert (job["kind"], job["status"], job["submission_id"]) == ("grading", "queued", None)
    for verb, path, more in (
        ("PUT", "/answers/1", {"json": {"answer": "Other."}}),
        ("PUT", "/answers/2", {"json": {"answer": "trinary"}}),
        ("POST", "/answers/2/check", {}),
        ("POST", "/submission", {}),
        ("POST", "/submission", {"json": sent}),
    ):
        assert await taker.refused("submission_pending", verb, path, **more) == {"job_id": job["id"]}
    assert (await taker.ask("GET", ""))["state"] == "pending"
    assert [(one["answer"], one["attempts_left"]) for one in await taker.questions()] == [(RARE, 0), ("trinary", 0)]
    await sql.execute(UNLIMITED)
    ended = await assay.ask("GET", f"/student/jobs/{job['id']}", taker.token, headers={"Prefer": "wait=60"})
    assert (ended["status"], ended["score"]) == ("succeeded", simulated(RARE))
    assert (await taker.ask("GET", "/submission"))["id"] == ended["submission_id"]
    details = await taker.refused("already_submitted", "POST", "/submission", json=sent)
    assert details == {"submission_id": ended["submission_id"]}


async def test_of_twenty_clicks_at_once_one_is_marked(assay: Assay, sql: Sql) -> None:
    taker, _ = await before(assay, sql, OPEN, SHORT)
    headers = {"Authorization": f"Bearer {taker.token}"}
    sent = {"answers": {"1": RARE, "2": "binary"}}
    clicks = [assay.client.post(f"{taker.path}/submission", headers=headers, json=sent) for _ in range(20)]
    answers = await asyncio.gather(*clicks)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    codes = {answer.json()["error"]["code"] for answer in answers if answer.status_code == 409}
    assert codes <= {"submission_pending", "already_submitted"}
    assert (len(assay.asked), await coins(sql, taker.quiz.student)) == (1, 4 + simulated(RARE))


async def test_what_every_service_fails_on_leaves_what_was_saved_and_may_come_again(assay: Assay, sql: Sql) -> None:
    taker, _ = await before(assay, sql, OPEN, SHORT, CHOICE)
    await taker.save(3, taker.keys[3][1])
    assay.ai.outage(openai=True, anthropic=True)
    sent = {"answers": {"1": RARE, "2": "binary"}}
    await taker.refused("ai_unavailable", "POST", "/submission", json=sent)
    assert tuple(await sql.fetchrow(STORED) or ()) == (0, 0, 0, 0)
    assert (await taker.ask("GET", ""))["state"] == "open"
    assert [one["answer"] for one in await taker.questions()] == [RARE, "binary", taker.keys[3][1]]
    await taker.save(3, taker.keys[3][1])
    assay.ai.outage(openai=False, anthropic=False)
    made = (await taker.ask("POST", "/submission", 201))["submission"]
    assert made["score"] == simulated(RARE) + 8
    assert await drift(sql) == []


@pytest.mark.parametrize("again", [None, {"answers": {"1": RARE, "2": "binary"}}], ids=["saved", "sent again"])
async def test_answers_that_an_outage_lost_on_time_may_come_again_after_the_deadline(
    assay: Assay, sql: Sql, again: dict[str, Any] | None
) -> None:
    taker, _ = await before(assay, sql, OPEN, SHORT)
    sent = {"answers": {"1": RARE, "2": "binary"}}
    assay.ai.outage(openai=True, anthropic=True)
    await taker.refused("ai_unavailable", "POST", "/submission", json=sent)
    await taker.close()
    assay.ai.outage(openai=False, anthropic=False)
    await taker.refused("deadline_passed", "POST", "/submission", json={"answers": {"1": RARE + "!"}})
    await taker.refused("deadline_passed", "PUT", "/answers/1", json={"answer": RARE})
    more = {"json": again} if again else {}
    assert (await taker.ask("POST", "/submission", 201, **more))["submission"]["score"] == 4 + simulated(RARE)
    late = await taker.classmate()
    await late.refused("nothing_answered", "POST", "/submission")


async def test_answers_that_no_service_will_mark_come_back_three_times(assay: Assay, sql: Sql) -> None:
    taker, _ = await before(assay, sql, OPEN, SHORT)
    sent = {"answers": {"1": f"{RARE} [[sim:nonsense]]"}}
    for _ in range(4):
        await taker.refused("ai_unavailable", "POST", "/submission", json=sent)
    details = await taker.refused("too_many_failures", "POST", "/submission", json={"answers": {"1": RARE}})
    assert details["retry_after"] > 0
    assert tuple(await sql.fetchrow(STORED) or ()) == (0, 0, 0, 0)


async def test_a_question_that_is_void_is_not_marked_by_an_ai(assay: Assay, sql: Sql) -> None:
    taker, teacher = await before(assay, sql, OPEN, OPEN)
    other = await taker.classmate()
    await sql.execute(USED_UP)
    later = {"Prefer": "respond-async"}
    await taker.ask("POST", "/submission", 202, json={"answers": {"1": RARE, "2": WORK}}, headers=later)
    keys = [f"/teacher/questions/{asked}/key" for asked in taker.quiz.questions]
    await assay.ask("PUT", keys[0], teacher, json={"void": True})
    assert await assay.refused("key_only", "PUT", keys[1], teacher, json={"accepted": []}) == {}
    await assay.ask("PUT", keys[1], teacher, json={"void": True})
    await sql.execute(UNLIMITED)
    async with asyncio.timeout(300):
        while await coins(sql, taker.quiz.student) < 8:
            await asyncio.sleep(0.02)
    assert (await other.ask("POST", "/submission", 201, json={"answers": {"2": WORK}}))["submission"]["score"] == 8
    assert (assay.asked, await drift(sql)) == ([], [])


async def test_a_regrade_keeps_what_a_person_gave_unless_it_is_to_be_replaced(assay: Assay, sql: Sql) -> None:
    taker, teacher = await before(assay, sql, OPEN, OPEN, SHORT, OPEN)
    sent = {"answers": {"1": RARE, "2": WORK, "3": "trinary"}}
    made = (await taker.ask("POST", "/submission", 201, json=sent))["submission"]
    path = f"/teacher/submissions/{made['id']}"
    edited = {number: {"score": 3} for number in "134"}
    await assay.ask("PATCH", path, teacher, json={"answers": edited})
    again = (await assay.ask("POST", f"{path}/regrade", teacher, 201))["submission"]
    assert [(one["score"], one["marked_by"]) for one in again["outcome"]["items"]] == [
        (3, "teacher"), (simulated(WORK), "ai"), (3, "teacher"), (3, "teacher")]  # fmt: skip
    replaced = await assay.ask("POST", f"{path}/regrade", teacher, 201, json={"replace_teacher_score": True})
    assert [(one["score"], one["marked_by"]) for one in replaced["submission"]["outcome"]["items"]] == [
        (simulated(RARE), "ai"), (simulated(WORK), "ai"), (0, "database"), (0, "database")]  # fmt: skip
    assert await coins(sql, taker.quiz.student) == simulated(RARE) + simulated(WORK)
    assert await drift(sql) == []


async def test_a_quiz_that_the_database_marks_is_graded_again_without_an_ai(assay: Assay, sql: Sql) -> None:
    taker = await seated(assay, sql, SHORT, CHOICE)
    teacher = await login(sql, taker.quiz.teacher, "teacher")
    made = (await taker.ask("POST", "/submission", 201, json={"answers": {"1": "binary"}}))["submission"]
    path = f"/teacher/submissions/{made['id']}"
    assert (await assay.ask("POST", f"{path}/regrade", teacher, 201))["submission"]["score"] == 4
    await assay.ask("PATCH", path, teacher, json={"answers": {"1": {"score": 1}}})
    await assay.refused("conflict", "POST", f"{path}/regrade", teacher)
    replaced = await assay.ask("POST", f"{path}/regrade", teacher, 201, json={"replace_teacher_score": True})
    assert replaced["submission"]["score"] == 4
    assert assay.asked == []
