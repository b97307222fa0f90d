"""What a DBA may do by hand, with a reason, where a plain write is refused."""

import asyncpg
import pytest

from tests.rules.quizzes import SHORT, quiz, saved
from tests.rules.rows import (
    TEXT,
    Sql,
    assignment,
    coins,
    drift,
    finish,
    hand_in,
    only,
    refused,
    row,
    school,
    soon,
    submission,
    take,
    worker,
)

WHY = "select columns, actor, reason from assay.audit where table_name = $1 and action = $2 order by id desc limit 1"


async def test_a_deadline_is_extended_although_the_assignment_is_locked(sql: Sql) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task)
    later = soon(days=9)
    await sql.execute("select operator.extend_deadline($1, $2, 'ticket 7')", here.task, later)
    assert await sql.fetchval("select deadline from assay.assignments") == later
    assert await only(sql, WHY, "assignments", "changed") == (["deadline"], "operator", "ticket 7")
    with refused(by="deadline_only_later"):
        await sql.execute("select operator.extend_deadline($1, $2, 'ticket 8')", here.task, soon(days=8))
    with refused(by="not_found"):
        await sql.execute("select operator.extend_deadline($1, $2, 'ticket 8')", here.student.id, soon(days=8))
    with refused(by="reason_missing"):
        await sql.execute("select operator.extend_deadline($1, $2, ' ')", here.task, soon(days=10))


async def test_extending_one_deadline_opens_nothing_else(sql: Sql) -> None:
    here = await school(sql)
    other = await assignment(sql, here.teacher)
    for task in (here.task, other):
        await submission(sql, here.student, task)
    async with sql.transaction():
        await sql.execute("select operator.extend_deadline($1, now() + '9 days', 'ticket 7')", here.task)
        for change in ("deadline = deadline + interval '1 day'", "title = 'another'"):
            with refused(by="assignment_locked"):
                async with sql.transaction():
                    await sql.execute(f"update assay.assignments set {change} where id = $1", here.task)
    await sql.execute("select set_config('assay.extends', $1::uuid::text, false)", here.task)
    with refused(by="assignment_locked"):
        await sql.execute("update assay.assignments set deadline = now() where id = $1", here.task)
    with refused(by="assignment_locked"):
        await sql.execute("update assay.assignments set title = 'x', deadline = '2100-01-01' where id = $1", here.task)
    with refused(by="assignment_locked"):
        await sql.execute("update assay.assignments set deadline = '2100-01-01' where id = $1", other)


async def test_an_assignment_is_unlocked_by_taking_its_texts_away(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task, 40)
    await row(sql, "pending_regrades", submission_id=text)
    late = await school(sql)
    await row(sql, "enrolments", class_id=here.classroom, student_id=late.student.id)
    job = await hand_in(sql, late.student, here.task)
    taken = await take(sql, await worker(sql))

    assert await sql.fetchval("select operator.unlock_assignment($1, 'ticket 9')", here.task) == 2

    await sql.execute("update assay.assignments set title = 'free' where id = $1", here.task)
    assert await coins(sql, here.student) == 0
    assert await drift(sql) == []
    assert await finish(sql, taken) == set()
    assert await sql.fetchval("select error_code from assay.finished_jobs where id = $1", job) == "internal_error"
    assert (await only(sql, WHY, "submissions", "deleted"))[2] == "ticket 9"
    await sql.execute("update assay.assignments set deadline = now() where id = $1", here.task)
    with refused(by="deadline_passed"):  # no outage took it
        await hand_in(sql, late.student, here.task, TEXT)
    with refused(by="not_found"):
        await sql.execute("select operator.unlock_assignment($1, 'ticket 9')", here.student.id)


async def test_coins_are_taken_back_by_setting_the_score(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task, 40)
    await submission(sql, here.student, await assignment(sql, here.teacher), 5)
    assert await sql.fetchval("select operator.set_score($1, 0, 'copied')", text) == 5
    last = await only(sql, "select coins, reason, actor from assay.coin_ledger order by id desc limit 1")
    assert last == (-40, "edited", "operator")
    assert await only(sql, WHY, "submissions", "changed") == (["score"], "operator", "copied")
    with refused(by="score_in_range"):
        await sql.execute("select operator.set_score($1, 101, 'too much')", text)
    with refused(by="not_found"):
        await sql.execute("select operator.set_score($1, 1, 'nobody')", here.task)


async def test_a_job_that_hangs_goes_back_into_the_line(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    hung = await take(sql, await worker(sql))
    await sql.execute("select operator.requeue_job($1)", job)
    assert await sql.fetchval("select state from reporting.grading_queue") == "ready"
    again = await take(sql, await worker(sql))
    assert again[job] == hung[job] + 2
    assert await finish(sql, hung) == set()
    assert await finish(sql, again) == {job}
    with refused(by="job_has_ended"):
        await sql.execute("select operator.requeue_job($1)", job)


async def test_somebody_is_logged_out_everywhere(sql: Sql) -> None:
    here = await school(sql)
    assert await sql.fetchval("select operator.end_sessions($1)", here.teacher.id) == 1
    with refused(by="invalid_token"):
        await sql.execute("select api.list_teachers($1, null, 50)", here.teacher.token)
    await sql.execute("select * from api.read_me($1)", here.student.token)


@pytest.mark.parametrize("role", ["assay_api", "assay_worker", "assay_dba_read"])
async def test_what_is_done_by_hand_is_not_for_other_roles(sql: Sql, role: str) -> None:
    await sql.execute(f"set role {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql.execute("select operator.end_sessions(gen_random_uuid())")


async def test_an_assignment_is_withdrawn_until_somebody_has_begun(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    await sql.execute("select operator.withdraw($1, 'ticket 9')", here.task)
    assert await only(sql, WHY, "assignments", "changed") == (["published_at"], "operator", "ticket 9")
    with refused(by="not_found"):
        await saved(sql, here.student, here.questions[0], texts=["x"])
    await sql.execute("select api.publish_assignment($1, $2)", here.teacher.token, here.task)
    await saved(sql, here.student, here.questions[0], texts=["x"])
    with refused(by="published_is_final"):
        await sql.execute("select operator.withdraw($1, 'ticket 9')", here.task)
    with refused(by="reason_missing"):
        await sql.execute("select operator.withdraw($1, ' ')", here.task)
    with refused(by="not_found"):
        await sql.execute("select operator.withdraw($1, 'ticket 9')", here.student.id)
