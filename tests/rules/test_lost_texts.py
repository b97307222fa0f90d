"""A text that was lost may come again, the same one, for a day; one that no service would grade only so often."""

import asyncpg
import pytest

from tests.rules.rows import (
    Person,
    Sql,
    assignment,
    fail,
    hand_in,
    only,
    pending,
    refused,
    row,
    school,
    submission,
    take,
    worker,
)

CLOSE = "update assay.assignments set deadline = now() - interval '1 hour'"


async def lose(sql: Sql, author: Person, task: object, text: str, cause: str = "outage") -> None:
    """A text that was accepted and failed."""
    job = await hand_in(sql, author, task, text)  # type: ignore[arg-type]
    assert await fail(sql, job, (await take(sql, await worker(sql)))[job], cause=cause)


@pytest.mark.parametrize(
    "again", ["Zo\u00eb\nbees", "Zoe\u0308\r\nbees", "Zo\u00eb\rbees", "Zo\u00eb\nbees \n\t\u00a0\r\n"]
)
async def test_a_copy_from_another_editor_is_the_same_text(sql: Sql, again: str) -> None:
    here = await school(sql)
    await lose(sql, here.student, here.task, "Zo\u00eb\nbees")
    await sql.execute(CLOSE)
    await hand_in(sql, here.student, here.task, again)


@pytest.mark.parametrize("other", ["Zo\u00eb bees", " Zo\u00eb\nbees", "Zo\u00eb\n\nbees", "zo\u00eb\nbees"])
async def test_another_text_is_too_late(sql: Sql, other: str) -> None:
    here = await school(sql)
    await lose(sql, here.student, here.task, "Zo\u00eb\nbees")
    await sql.execute(CLOSE)
    with refused(by="deadline_passed"):
        await hand_in(sql, here.student, here.task, other)


@pytest.mark.parametrize("cause", ["text", "rule", "operator", "internal"])
async def test_only_an_outage_lets_a_text_come_again_late(sql: Sql, cause: str) -> None:
    here = await school(sql)
    await lose(sql, here.student, here.task, "Bees", cause)
    await sql.execute(CLOSE)
    with refused(by="deadline_passed"):
        await hand_in(sql, here.student, here.task, "Bees")


async def test_a_job_that_an_operator_ends_frees_no_text_that_is_late(sql: Sql) -> None:
    here = await school(sql)
    job = await hand_in(sql, here.student, here.task, "Bees")
    await sql.execute("select operator.fail_job($1)", job)
    await hand_in(sql, here.student, here.task, "Bees")  # in time
    await sql.execute("select operator.fail_job(id) from assay.jobs")
    await sql.execute(CLOSE)
    with refused(by="deadline_passed"):
        await hand_in(sql, here.student, here.task, "Bees")


async def test_a_text_that_is_lost_again_gains_no_time(sql: Sql) -> None:
    here = await school(sql)
    await lose(sql, here.student, here.task, "Bees")
    await sql.execute(CLOSE)
    await sql.execute("update assay.finished_jobs set finished_at = now() - interval '23 hours'")
    await lose(sql, here.student, here.task, "Bees")
    await sql.execute("update assay.finished_jobs set finished_at = finished_at - interval '2 hours'")
    with refused(by="deadline_passed"):
        await hand_in(sql, here.student, here.task, "Bees")


async def test_a_text_that_no_service_grades_gives_back_the_chance_three_times(sql: Sql) -> None:
    here = await school(sql)
    other = await assignment(sql, here.teacher)
    for n in range(4):
        await lose(sql, here.student, here.task, f"Bees {n}", "text")
    for attempt in (hand_in(sql, here.student, here.task), pending(sql, here.student, here.task)):
        with refused(by="too_many_failures"):
            await attempt
    await hand_in(sql, here.student, other)
    await sql.execute("update assay.finished_jobs set finished_at = now() - interval '30 days' where id = (select"
                      " min(id::text)::uuid from assay.finished_jobs)")  # fmt: skip
    await hand_in(sql, here.student, here.task)


async def test_ten_failures_a_day_are_given_back_over_all_assignments(sql: Sql) -> None:
    here = await school(sql)
    for _ in range(11):
        await lose(sql, here.student, await assignment(sql, here.teacher), "Bees", "text")
    with pytest.raises(asyncpg.PostgresError) as caught:
        await hand_in(sql, here.student, here.task)
    assert (caught.value.constraint_name, caught.value.sqlstate) == ("too_many_failures", "PT429")
    wait = await sql.fetchval("select ($1::json ->> 'retry_after')::integer", caught.value.detail)
    assert 86_000 < wait <= 86_400
    await sql.execute("update assay.finished_jobs set finished_at = finished_at - interval '1 day'")
    await hand_in(sql, here.student, here.task)


async def test_outages_give_the_chance_back_freely(sql: Sql) -> None:
    here = await school(sql)
    for _ in range(12):
        await lose(sql, here.student, here.task, "Bees")
    await hand_in(sql, here.student, here.task)


async def test_no_submission_stands_beside_its_pending_text(sql: Sql) -> None:
    here = await school(sql)
    await hand_in(sql, here.student, here.task)
    with refused(by="submission_pending"):
        await submission(sql, here.student, here.task)
    moved = "select content, submitted_at from assay.pending_submissions"
    content, at = await only(sql, moved)
    await sql.execute("alter table assay.assignments disable trigger user")
    await sql.execute(CLOSE)
    await sql.execute("alter table assay.assignments enable trigger user")
    with refused(by="submission_pending"):
        await row(sql, "submissions", student_id=here.student.id, assignment_id=here.task, content=content,
                  score=1, original_score=1, submitted_at=at)  # fmt: skip
    async with sql.transaction():
        await row(sql, "submissions", student_id=here.student.id, assignment_id=here.task, content=content,
                  score=1, original_score=1, submitted_at=at)  # fmt: skip
        await sql.execute("delete from assay.jobs")
    assert await sql.fetchval("select count(*) from assay.submissions") == 1


async def test_marks_without_number_are_left_out_before_a_text_is_composed(sql: Sql) -> None:
    """Postgres sorts the marks on a letter by insertion: a crafted text would keep a transaction busy for minutes."""
    assert len(await sql.fetchval("select assay.nfc($1)", "a" + "\u0315\u0300" * 50_000)) <= 31
    assert await sql.fetchval("select assay.nfc($1)", "e\u0301" * 40) == "é" * 40
