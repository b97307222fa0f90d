"""Marks that students dispute: what, when, how often, and who reads it."""

import pytest

from tests.rules.concurrent import connections, outcomes
from tests.rules.disputes import ASK, DECIDE, TEXT, ask, by_hand, decide, marked, moved
from tests.rules.rows import (
    Sql,
    assignment,
    refused,
    row,
    school,
    soon,
    submission,
)


@pytest.mark.parametrize("text", ["Too short.", " " * 30 + "short", "x" * 2_001, "\u200b" * 30])
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
