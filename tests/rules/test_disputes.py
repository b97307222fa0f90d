"""Marks that students dispute: when, how often, who decides, and what follows."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.rules.concurrent import connections, outcomes
from tests.rules.quizzes import Rubric, graded_by_rubric
from tests.rules.rows import (
    Person,
    Sql,
    assignment,
    coins,
    digest,
    drift,
    finish,
    only,
    refused,
    row,
    school,
    soon,
    submission,
    take,
    worker,
)

TEXT = "The second paragraph gives the reason that you missed."
ASK = "select (api.request_regrade($1, $2, $3, $4)).id"
DECIDE = "select from api.decide_regrade_request($1, $2, $3, $4, $5)"
STATE = "select state, answer, score_before, score_after from assay.regrade_requests where id = $1"


async def session(sql: Sql, who: Person, role: str) -> Person:
    """The same person, logged in."""
    token = digest(f"{role} {who.id}")
    await row(sql, "sessions", digest=token, **{f"{role}_id": who.id})
    return Person(who.id, token)


async def marked(sql: Sql, first: int = 40, second: int = 5) -> Rubric:
    """A text that an AI marked by two criteria, of 90 and 10; its teacher and its student are logged in."""
    here = await graded_by_rubric(sql, first, second)
    owner, author = await session(sql, here.teacher, "teacher"), await session(sql, here.student, "student")
    return here._replace(teacher=owner, student=author)


async def ask(sql: Sql, here: Rubric, number: int | None = 1, text: str = TEXT) -> UUID:
    """A request of the student, through the API function."""
    made: UUID = await sql.fetchval(ASK, here.student.token, here.task, number, text)
    return made


async def decide(
    sql: Sql, here: Rubric, request: UUID, accept: bool, score: int | None = None, answer: str | None = "You are right."
) -> None:
    """A decision of the teacher, through the API function."""
    await sql.execute(DECIDE, here.teacher.token, request, accept, answer, score)


async def by_hand(sql: Sql, here: Rubric, **values: Any) -> UUID:
    """A request, in psql."""
    fixed: dict[str, Any] = {"submission_id": here.submission, "question_number": 1, "student_text": TEXT}
    made: UUID = (await row(sql, "regrade_requests", **fixed | values))["id"]
    return made


async def moved(sql: Sql, here: Rubric, days: float) -> None:
    """The result was released so many days ago."""
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        statement = "update assay.submissions set released_at = now() - make_interval(secs => $2) where id = $1"
        await sql.execute(statement, here.submission, days * 86_400)


async def test_accepting_changes_the_score_and_the_ledger_and_says_who(sql: Sql) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    await decide(sql, here, request, True, 60)
    assert await only(sql, STATE, request) == ("accepted", "You are right.", 40, 60)
    assert await coins(sql, here.student) == 65
    answer = "select score, marked_by, reason, evidence from assay.answers where id = $1"
    assert await only(sql, answer, here.answers[0]) == (60, "teacher", "You are right.", None)
    last = "select score, coins, reason, actor, teacher_id from assay.coin_ledger order by id desc limit 1"
    assert await only(sql, last) == (65, 20, "edited", "teacher", here.teacher.id)
    audit = """select action, actor, actor_id, columns from assay.audit
                where table_name = 'regrade_requests' and row_key = $1::text order by id"""
    assert [tuple(r) for r in await sql.fetch(audit, str(request))] == [
        ("inserted", "student", here.student.id, None),
        ("changed", "teacher", here.teacher.id,
         ["state", "answer", "score_after", "decided_by", "decided_at", "list_order"]),
    ]  # fmt: skip
    assert await drift(sql) == []


async def test_a_total_is_disputed_without_a_number_and_sets_the_adjustment(sql: Sql) -> None:
    here = await marked(sql)
    await decide(sql, here, await ask(sql, here, None), True, 70)
    found = "select score, adjustment, provider from assay.submissions"
    assert await only(sql, found) == (70, 25, None)
    assert await coins(sql, here.student) == 70
    plain = await school(sql)
    text = await submission(sql, plain.student, plain.task, 10)
    request = await sql.fetchval(ASK, plain.student.token, plain.task, None, TEXT)
    await sql.execute(DECIDE, plain.teacher.token, request, True, "Yes.", 12)
    assert await only(sql, "select score, adjustment from assay.submissions where id = $1", text) == (12, 0)
    assert await drift(sql) == []


async def test_the_same_score_may_be_named_and_is_a_persons_from_then_on(sql: Sql) -> None:
    here = await marked(sql)
    await decide(sql, here, await ask(sql, here), True, 40)
    assert await sql.fetchval("select marked_by from assay.answers where id = $1", here.answers[0]) == "teacher"
    last = "select score, coins, actor from assay.coin_ledger order by id desc limit 1"
    assert await only(sql, last) == (45, 0, "teacher")


async def test_rejecting_changes_no_score(sql: Sql) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    await decide(sql, here, request, False, answer="It is not there.")
    assert await only(sql, STATE, request) == ("rejected", "It is not there.", 40, None)
    assert await sql.fetchval("select count(*) from assay.coin_ledger") == 1


async def test_whoever_decides_by_hand_changes_the_score_too(sql: Sql) -> None:
    here = await marked(sql)
    request = await by_hand(sql, here)
    accept = "update assay.regrade_requests set state = 'accepted', answer = 'Yes.', score_after = 50 where id = $1"
    await sql.execute(accept, request)
    assert await coins(sql, here.student) == 55
    last = "select reason, actor from assay.coin_ledger order by id desc limit 1"
    assert await only(sql, last) == ("edited", "operator")


@pytest.mark.parametrize("text", ["Too short.", " " * 30 + "short", "x" * 2_001])
async def test_a_request_has_20_to_2000_characters(sql: Sql, text: str) -> None:
    here = await marked(sql)
    with refused(by="regrade_text_length"):
        await ask(sql, here, text=text)
    for good in ("x" * 20, "x" * 2_000):
        await sql.execute("update assay.regrade_requests set state = 'withdrawn'")
        await ask(sql, here, text=good)


async def test_only_what_is_revealed_is_disputed(sql: Sql) -> None:
    here = await marked(sql)
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        await sql.execute("update assay.assignments set reveal = 'after_deadline'")
    with refused(by="not_revealed_yet"):
        await ask(sql, here)
    with refused(by="not_revealed_yet"):
        await by_hand(sql, here)
    await sql.execute("select api.release_results($1, $2)", here.teacher.token, here.task)
    await ask(sql, here)


async def test_a_text_that_waits_to_be_graded_is_not_revealed(sql: Sql) -> None:
    here = await school(sql)
    await row(sql, "pending_submissions", student_id=here.student.id, assignment_id=here.task, content="x")
    with refused(by="not_revealed_yet"):
        await sql.execute(ASK, here.student.token, here.task, None, TEXT)


async def test_days_count_from_when_the_result_was_revealed_and_edits_do_not_move_that(sql: Sql) -> None:
    here = await marked(sql)
    await moved(sql, here, 6.999)
    request = await ask(sql, here)
    await moved(sql, here, 7)
    await decide(sql, here, request, True, 50)  # a decision may take its time
    with refused(by="regrade_period_over"):
        await ask(sql, here)
    with refused(by="regrade_period_over"):
        await by_hand(sql, here)
    await sql.execute("update assay.assignments set regrade_days = 8")
    await ask(sql, here)
    await sql.execute("update assay.assignments set regrade_days = 0")
    with refused(by="regrade_period_over"):
        await ask(sql, here, 2)
    with refused(by="regrade_days_in_range"):
        await sql.execute("update assay.assignments set regrade_days = 366")


async def test_after_a_deadline_days_count_from_the_deadline(sql: Sql) -> None:
    here = await school(sql)
    task = await assignment(sql, here.teacher, reveal="after_deadline")
    text = await submission(sql, here.student, task)
    revealed = "select assay.revealed_at($1) = deadline from assay.assignments where id = $2"
    assert await sql.fetchval(revealed, text, task)
    late = "update assay.assignments set deadline = now() - interval '8 days' where id = $1"
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        await sql.execute(late, task)
        await sql.execute("update assay.submissions set released_at = now() - interval '9 days' where id = $1", text)
    assert await sql.fetchval(revealed, text, task)
    with refused(by="regrade_period_over"):
        await sql.execute(ASK, here.student.token, task, None, TEXT)


async def test_what_was_released_is_not_taken_back(sql: Sql) -> None:
    await marked(sql)
    for value in ("null", "now() + interval '1 day'"):
        with refused(by="released_is_final"):
            await sql.execute(f"update assay.submissions set released_at = {value}")


async def test_one_request_about_a_mark_is_open_at_a_time(sql: Sql) -> None:
    here = await marked(sql)
    for number in (1, None):
        await ask(sql, here, number)
        with refused(by="regrade_request_open"):
            await ask(sql, here, number)
    await ask(sql, here, 2)


async def test_three_may_be_open_or_rejected_and_an_accepted_or_withdrawn_one_gives_its_place_back(sql: Sql) -> None:
    here = await marked(sql)
    for _ in range(2):
        await decide(sql, here, await ask(sql, here), False)
    third = await ask(sql, here)
    with refused(by="too_many_regrade_requests"):
        await ask(sql, here, 2)
    await decide(sql, here, third, True, 50)
    fourth = await ask(sql, here)
    withdraw = "select api.withdraw_regrade_request($1, $2, $3)"
    await sql.execute(withdraw, here.student.token, here.task, fourth)
    await ask(sql, here)
    with refused(by="too_many_regrade_requests"):
        await by_hand(sql, here, question_number=2)


async def test_ten_requests_at_once_leave_three(sql: Sql, db: str) -> None:
    here = await marked(sql)
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        for number in range(3, 12):
            await row(sql, "questions", assignment_id=here.task, number=number, kind="criterion", title="t", prompt="p",
                      max_score=1, approved_at=soon())  # fmt: skip
            asked = await sql.fetchval("select id from assay.questions where number = $1", number)
            await row(sql, "answers", student_id=here.student.id, question_id=asked, submission_id=here.submission,
                      score=0, marked_by="ai", provider="openai", model="m")  # fmt: skip
    async with connections(db, 10) as pool:
        said = await outcomes(
            one.execute(ASK, here.student.token, here.task, number, TEXT) for number, one in enumerate(pool, 1)
        )
    assert said == {"done": 3, "too_many_regrade_requests": 7}


async def test_a_decision_has_an_answer_and_an_accepting_one_a_score(sql: Sql) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    for answer in (None, " ", "x" * 2_001):
        with refused(by="decision_needs_answer"):
            await decide(sql, here, request, False, answer=answer)
    with refused(by="decision_needs_score"):
        await decide(sql, here, request, True)
    with refused(by="decision_needs_score"):
        await decide(sql, here, request, False, 50)
    with refused(by="answer_score_in_range"):
        await decide(sql, here, request, True, 91)
    with refused(by="regrade_state_known"):
        await sql.execute("update assay.regrade_requests set state = 'lost'")
    with refused(by="decision_has_a_time"):
        await sql.execute("update assay.regrade_requests set decided_at = now()")
    style = await ask(sql, here, 2)
    with refused(by="score_is_a_level"):
        await decide(sql, here, style, True, 6)
    total = await ask(sql, here, None)
    with refused(by="score_in_range"):
        await decide(sql, here, total, True, 101)
    assert await sql.fetchval("select count(*) from assay.regrade_requests where state = 'open'") == 3


async def test_accepting_lowers_neither_the_score_that_was_disputed_nor_the_one_of_now(sql: Sql) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    with refused(by="regrade_lowers"):
        await decide(sql, here, request, True, 39)
    edit = "select api.edit_submission($1, $2, null, false, null, false, null, '{1}', array[$3::int], '{null}')"
    await sql.execute(edit, here.teacher.token, here.submission, 50)
    assert await only(sql, STATE, request) == ("open", None, 40, None)  # an edit decides nothing
    with refused(by="regrade_lowers"):
        await decide(sql, here, request, True, 49)
    await sql.execute(edit, here.teacher.token, here.submission, 30)
    with refused(by="regrade_lowers"):
        await decide(sql, here, request, True, 39)
    await decide(sql, here, request, True, 40)
    assert await coins(sql, here.student) == 45


async def test_what_was_decided_or_withdrawn_stays(sql: Sql) -> None:
    here = await marked(sql)
    rejected, withdrawn = await ask(sql, here), await ask(sql, here, 2)
    await decide(sql, here, rejected, False)
    withdraw = "select api.withdraw_regrade_request($1, $2, $3)"
    await sql.execute(withdraw, here.student.token, here.task, withdrawn)
    for request in (rejected, withdrawn):
        with refused(by="already_decided"):
            await decide(sql, here, request, True, 50)
        with refused(by="already_decided"):
            await sql.execute(withdraw, here.student.token, here.task, request)
        with refused(by="already_decided"):
            await sql.execute(
                "update assay.regrade_requests set state = 'open', decided_at = null where id = $1", request
            )
    with refused(by="already_decided"):
        await by_hand(sql, here, state="rejected", answer="No.")
    open_one = await ask(sql, here, None)
    for change in ("student_text = student_text || '!'", "question_number = 2", "score_before = 0"):
        with refused(by="regrade_request_immutable"):
            await sql.execute(f"update assay.regrade_requests set {change} where id = $1", open_one)
    with refused(by="regrade_request_immutable"):
        await sql.execute("delete from assay.regrade_requests where id = $1", open_one)
    with refused(by="regrade_request_immutable"):
        await sql.execute("truncate assay.regrade_requests")


async def test_what_is_not_ones_own_is_not_found(sql: Sql) -> None:
    here, other = await marked(sql), await school(sql)
    request = await ask(sql, here)
    for number in (3, 99):
        with refused(by="not_found"):
            await ask(sql, here, number)
    with refused(by="not_found"):
        await sql.execute(ASK, other.student.token, here.task, None, TEXT)
    with refused(by="not_found"):
        await sql.execute(DECIDE, other.teacher.token, request, True, "Mine.", 90)
    withdraw = "select api.withdraw_regrade_request($1, $2, $3)"
    with refused(by="not_found"):
        await sql.execute(withdraw, other.student.token, here.task, request)
    with refused(by="not_found"):
        await sql.execute(withdraw, here.student.token, other.task, request)
    listed = "select api.list_my_regrade_requests($1, $2, null, 9)"
    with refused(by="not_found"):
        await sql.execute(listed, other.student.token, here.task)
    assert await sql.fetch(listed, other.student.token, other.task) == []
    with refused(by="not_found"):
        await sql.execute("select api.list_regrade_requests($1, $2, null, null, 9)", other.teacher.token, here.task)
    assert await sql.fetch("select api.list_regrade_requests($1, null, null, null, 9)", other.teacher.token) == []


async def test_of_two_who_decide_at_once_one_decides(sql: Sql, db: str) -> None:
    here = await marked(sql)
    for score in range(41, 51):
        request = await ask(sql, here)
        async with connections(db, 4) as pool:
            said = await outcomes(
                one.execute(DECIDE, here.teacher.token, request, True, "Yes.", score + n) for n, one in enumerate(pool)
            )
        assert said["done"] == 1
        assert said.total() == 4
        assert set(said) <= {"done", "already_decided"}
        after = await sql.fetchval("select score_after from assay.regrade_requests where id = $1", request)
        assert await sql.fetchval("select score from assay.answers where id = $1", here.answers[0]) == after
        async with sql.transaction():  # as it was
            await sql.execute("set local session_replication_role = replica")
            await sql.execute("update assay.answers set score = 40 where id = $1", here.answers[0])
            await sql.execute("update assay.submissions set score = 45")
            await sql.execute("update assay.students set total_gold_coins = 45")
            await sql.execute("delete from assay.coin_ledger where reason = 'edited'")
    assert await drift(sql) == []


async def test_what_is_decided_while_a_regrade_runs_stays(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task, 10)
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        await sql.execute("update assay.submissions set provider = 'openai', model = 'm', prompt_version = 'v'")
    request = await sql.fetchval(ASK, here.student.token, here.task, None, TEXT)
    job = (await row(sql, "pending_regrades", submission_id=text))["job_id"]
    taken = await take(sql, await worker(sql))
    await sql.execute(DECIDE, here.teacher.token, request, True, "Yes.", 30)
    assert await finish(sql, taken, 99) == {job}
    assert await sql.fetchval("select error_code from assay.finished_jobs where id = $1", job) == "score_of_teacher"
    assert await coins(sql, here.student) == 30
    second = await sql.fetchval(ASK, here.student.token, here.task, None, TEXT)
    await row(sql, "pending_regrades", submission_id=text, replace_teacher_score=True)
    await finish(sql, await take(sql, await worker(sql)), 50)
    assert await only(sql, STATE, second) == ("open", None, 30, None)  # a regrade decides nothing
    await sql.execute(DECIDE, here.teacher.token, second, True, "Yes.", 60)
    assert await coins(sql, here.student) == 60
    assert await drift(sql) == []


async def test_a_student_who_is_deleted_takes_their_requests_also_while_one_is_decided(sql: Sql, db: str) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    other = await asyncpg.connect(db)
    try:
        deletion = sql.transaction()
        await deletion.start()
        await sql.execute("select api.delete_student($1, $2)", here.teacher.token, here.student.id)
        decision = asyncio.create_task(other.execute(DECIDE, here.teacher.token, request, True, "Yes.", 50))
        waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        async with asyncio.timeout(60):
            while not await sql.fetchval(waits):
                await asyncio.sleep(0.01)
        await deletion.commit()
        with refused(by="not_found"):
            await decision
    finally:
        await other.close()
    assert await sql.fetchval("select count(*) from assay.regrade_requests") == 0
    assert await sql.fetchval("select count(*) from reporting.regrade_requests") == 0


async def test_open_requests_come_first_the_oldest_first_on_every_page(sql: Sql) -> None:
    here = await marked(sql)
    first, second, third = await ask(sql, here), await ask(sql, here, 2), await ask(sql, here, None)
    await decide(sql, here, first, True, 50)
    listed = "select (n.request).id, n.list_order from api.list_regrade_requests($1, $2, $3, $4, $5) n"
    found = await sql.fetch(listed, here.teacher.token, here.task, None, None, 9)
    assert [r["id"] for r in found] == [second, third, first]
    page = await sql.fetch(listed, here.teacher.token, None, None, None, 1)
    await decide(sql, here, second, False)  # what was shown may be decided before the next page is asked for
    rest = await sql.fetch(listed, here.teacher.token, None, None, page[0]["list_order"], 9)
    assert [r["id"] for r in rest] == [third, first, second]
    for state, ids in (("open", [third]), ("accepted", [first]), ("rejected", [second]), ("withdrawn", [])):
        found = await sql.fetch(listed, here.teacher.token, here.task, state, None, 9)
        assert [r["id"] for r in found] == ids


async def test_requests_stay_readable_when_the_assignment_is_deleted(sql: Sql) -> None:
    here = await marked(sql)
    request = await ask(sql, here)
    await decide(sql, here, request, False)
    await sql.execute("select api.delete_assignment($1, $2)", here.teacher.token, here.task)
    await sql.execute("delete from assay.enrolments")
    mine = "select id from api.list_my_regrade_requests($1, $2, null, 9)"
    assert await sql.fetchval(mine, here.student.token, here.task) == request
    hers = "select (n.request).id from api.list_regrade_requests($1, null, null, null, 9) n"
    assert await sql.fetchval(hers, here.teacher.token) == request
