"""One text per student and assignment, on time, unchanged for ever, and its assignment frozen."""

from typing import Literal

import asyncpg
import pytest

from tests.rules.rows import (
    TEXT,
    Sql,
    assignment,
    classroom,
    fail,
    finish,
    hand_in,
    pending,
    refused,
    row,
    school,
    soon,
    student,
    submission,
    take,
    teacher,
    worker,
)


async def test_a_student_hands_in_once_per_assignment(sql: Sql) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task)
    with refused(by="already_submitted"):
        await submission(sql, here.student, here.task, content="another")
    with refused(by="already_submitted"):
        await pending(sql, here.student, here.task)
    with refused(by="already_submitted"):
        await hand_in(sql, here.student, here.task)


async def test_a_text_that_waits_is_not_handed_in_again(sql: Sql) -> None:
    here = await school(sql)
    await hand_in(sql, here.student, here.task)
    with refused(by="submission_pending"):
        await hand_in(sql, here.student, here.task, "another text")


async def test_two_texts_that_passed_every_check_at_once_still_become_one_submission(sql: Sql) -> None:
    here = await school(sql)
    await pending(sql, here.student, here.task)
    with refused(by="submission_pending"):
        await submission(sql, here.student, here.task)
    async with sql.transaction():
        await submission(sql, here.student, here.task)
        with refused(by="already_submitted"):
            async with sql.transaction():
                await finish(sql, await take(sql, await worker(sql)))
        await sql.execute("delete from assay.jobs")


async def test_nothing_is_accepted_after_the_deadline(sql: Sql) -> None:
    here = await school(sql)
    over = await assignment(sql, here.teacher, deadline=soon(seconds=-1))
    with refused(by="deadline_passed"):
        await submission(sql, here.student, over)
    with refused(by="deadline_passed"):
        await pending(sql, here.student, over)
    with refused(by="deadline_passed"):
        await hand_in(sql, here.student, over)


async def test_no_written_down_time_makes_a_late_text_early(sql: Sql) -> None:
    here = await school(sql)
    over = await assignment(sql, here.teacher, deadline=soon(seconds=-1))
    with refused(by="deadline_passed"):
        await submission(sql, here.student, over, submitted_at=soon(days=-1))
    with refused(by="deadline_passed"):
        await pending(sql, here.student, over, submitted_at=soon(days=-1))


async def test_a_transaction_that_began_before_the_deadline_is_too_late_after_it(sql: Sql) -> None:
    here = await school(sql)
    task = await assignment(sql, here.teacher, deadline=soon(seconds=0.5))
    with refused(by="deadline_passed"):
        async with sql.transaction():
            await sql.execute("select pg_sleep(0.6)")
            await submission(sql, here.student, task)
    async with sql.transaction():
        with refused(by="deadline_passed"):
            async with sql.transaction():
                await pending(sql, here.student, task)


async def test_the_very_moment_of_the_deadline_is_too_late(sql: Sql) -> None:
    here = await school(sql)
    moment = soon(hours=1)
    task = await assignment(sql, here.teacher, deadline=moment)
    with refused(by="deadline_passed"):
        await submission(sql, here.student, task, submitted_at=moment)
    await submission(sql, here.student, task, submitted_at=soon(minutes=59))


async def test_a_text_that_was_on_time_is_graded_after_the_deadline(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    await sql.execute(
        "select assay.set_audit_reason('a test'), operator.extend_deadline($1, now() + '2 days', 'x')", here.task
    )
    await sql.execute("set session_replication_role = replica")
    await sql.execute("update assay.assignments set deadline = clock_timestamp() where id = $1", here.task)
    await sql.execute("set session_replication_role = origin")
    assert await finish(sql, await take(sql, await worker(sql))) == {job}


async def lost(sql: Sql) -> tuple[asyncpg.Record, list[object]]:
    """A text that was accepted and lost, and its assignment closed since."""
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task)
    taken = await take(sql, await worker(sql))
    assert await fail(sql, job, taken[job])
    await sql.execute("update assay.assignments set deadline = now() - interval '1 hour' where id = $1", here.task)
    found = await sql.fetchrow("select * from assay.finished_jobs where id = $1", job)
    assert found is not None
    return found, [here.student, here.task]


async def test_a_text_that_every_service_lost_comes_back_after_the_deadline(sql: Sql) -> None:
    job, (author, task) = await lost(sql)
    assert job["error_code"] == "ai_unavailable"
    assert len(job["content_sha256"]) == 32
    with refused(by="deadline_passed"):
        await hand_in(sql, author, task, TEXT + " And more.")  # type: ignore[arg-type]
    again = await hand_in(sql, author, task)  # type: ignore[arg-type]
    assert await finish(sql, await take(sql, await worker(sql))) == {again}


async def test_a_lost_text_comes_back_within_24_hours_and_only_from_its_student(sql: Sql) -> None:
    job, (author, task) = await lost(sql)
    owner = await sql.fetchval("select teacher_id from assay.assignments where id = $1", task)
    other = await student(sql)
    await row(sql, "classes", teacher_id=owner, name="other")
    await sql.execute("insert into assay.enrolments select id, $1 from assay.classes", other.id)
    with refused(by="deadline_passed"):
        await hand_in(sql, other, task)  # type: ignore[arg-type]
    late = "update assay.finished_jobs set finished_at = now() - interval '24 hours' where id = $1"
    await sql.execute(late, job["id"])
    with refused(by="deadline_passed"):
        await hand_in(sql, author, task)  # type: ignore[arg-type]
    await sql.execute(late.replace("24 hours", "23 hours 59 minutes"), job["id"])
    await hand_in(sql, author, task)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    ["content = 'another'", "student_id = (select id from assay.students order by id desc limit 1)",
     "assignment_id = (select id from assay.assignments order by id desc limit 1)",
     "submitted_at = submitted_at - interval '1 day'", "original_score = 99", "id = uuidv7(), score = 50"],
)  # fmt: skip
async def test_what_was_handed_in_never_changes(sql: Sql, change: str) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task)
    await student(sql)
    await assignment(sql, here.teacher)
    with refused(by="submission_immutable"):
        await sql.execute(f"update assay.submissions set {change} where id = $1", text)


@pytest.mark.parametrize(
    "change",
    ["pending_submissions set content = 'another'", "pending_submissions set submitted_at = now() - interval '1 day'",
     "pending_submissions set assignment_id = assignment_id", "jobs set kind = 'regrade_text'",
     "jobs set subject_id = id", "jobs set created_at = now() - interval '1 day'"],
)  # fmt: skip
async def test_what_waits_to_be_graded_does_not_change_either(sql: Sql, change: str) -> None:
    here = await school(sql)
    await hand_in(sql, here.student, here.task)
    with refused(by="submission_immutable"):
        await sql.execute(f"update assay.{change}")


async def test_no_draft_of_a_text_is_accepted_for_an_assignment_that_is_not_published(sql: Sql) -> None:
    here = await school(sql)
    unpublished = await assignment(sql, here.teacher, published_at=None)
    with refused(by="not_found"):
        await pending(sql, here.student, unpublished)


KEPT = (
    "submission_immutable",
    "ledger_immutable",
    "audit_immutable",
    "email_addresses_read_only",
    "enrolment_immutable",
)


@pytest.mark.parametrize("table", ["submissions", "coin_ledger", "audit", "email_addresses", "enrolments", "classes"])
async def test_what_is_kept_for_ever_cannot_be_truncated(sql: Sql, table: str) -> None:
    with refused(by=KEPT):
        await sql.execute(f"truncate assay.{table} cascade")


CHANGES = [
    "title = 'another'", "instructions = 'Write more.'", "correction_template = 'another'", "max_score = 101",
    "deadline = deadline + interval '1 hour'", "class_id = (select id from assay.classes limit 1)",
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
async def test_an_assignment_is_frozen_from_its_first_submission_on(sql: Sql, change: str) -> None:
    here = await school(sql)
    update = f"update assay.assignments set {change} where id = $1"
    await sql.execute(update.replace("another", "before").replace("101", "99"), await assignment(sql, here.teacher))
    await submission(sql, here.student, here.task)
    with refused(by="assignment_locked"):
        await sql.execute(update, here.task)


@pytest.mark.parametrize("level", ["repeatable_read", "serializable"])
@pytest.mark.parametrize("waits", [True, False])
async def test_a_change_that_may_not_see_the_first_text_is_refused(
    sql: Sql, db: str, level: Literal["repeatable_read", "serializable"], waits: bool
) -> None:
    here = await school(sql)
    other = await asyncpg.connect(db)
    try:
        with refused(by="read_committed_only"):
            async with other.transaction(isolation=level):
                await other.fetchval("select count(*) from assay.submissions")
                await (hand_in if waits else submission)(sql, here.student, here.task)
                await other.execute("update assay.assignments set max_score = 1 where id = $1", here.task)
    finally:
        await other.close()


async def test_a_pending_text_freezes_its_assignment_too(sql: Sql) -> None:
    here = await school(sql)
    await hand_in(sql, here.student, here.task)
    with refused(by="assignment_locked"):
        await sql.execute("update assay.assignments set title = 'x' where id = $1", here.task)
    assert await sql.fetchval("select locked from reporting.assignments where id = $1", here.task)


async def test_a_frozen_assignment_may_still_be_deleted_and_its_scores_stay(sql: Sql) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task, 30)
    await sql.execute("select api.delete_assignment($1, $2)", here.teacher.token, here.task)
    assert await sql.fetchval("select score from reporting.scores where assignment_id = $1", here.task) == 30
    with refused(by="not_found"):
        await sql.execute("select api.list_submissions($1, $2, null, 50)", here.teacher.token, here.task)


async def test_the_count_of_submissions_follows_them_and_nobody_else(sql: Sql) -> None:
    here = await school(sql)
    count = "select submission_count from reporting.assignments where id = $1"
    text = await submission(sql, here.student, here.task)
    await submission(sql, await student(sql), here.task)
    assert await sql.fetchval(count, here.task) == 2
    await sql.execute("delete from assay.submissions where id = $1", text)
    assert await sql.fetchval(count, here.task) == 1
    with refused(by="submission_count_read_only"):
        await sql.execute("update assay.submission_counts set submissions = 0 where assignment_id = $1", here.task)


async def test_an_assignment_of_another_class_is_not_there(sql: Sql) -> None:
    here = await school(sql)
    other = await classroom(sql, here.teacher, name="8a")
    task = await assignment(sql, here.teacher, class_id=other)
    with refused(by="not_found"):
        await hand_in(sql, here.student, task)
    with refused(by="not_found"):
        await hand_in(sql, here.student, await assignment(sql, await teacher(sql)))
