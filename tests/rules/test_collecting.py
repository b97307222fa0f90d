"""After the deadline what students saved is handed in for those who did not: as of their last save, each once."""

import asyncio
from typing import Any

import pytest

from tests.rules.concurrent import connections
from tests.rules.quizzes import CHOICE, OPEN, SHORT, Quiz, keys, quiz, saved
from tests.rules.rows import Person, Sql, coins, drift, fail, finish, refused, row, school, student, take, worker

COLLECT = "select worker.collect_answers()"
SUBMISSION = "select * from assay.submissions where student_id = $1"
PENDING = "select * from assay.pending_submissions where student_id = $1"
LOOKED_AT = "select collected_at is null or collected_at < deadline from assay.assignments where id = $1"
MARKS = '[{"number": 1, "score": 3, "reason": "So.", "quotes": [], "quotes_unfound": 0}]'
MARKED = f"""
select worker.finish_markings($1, $2, array['{MARKS}'::json], array[null], '{{openai}}', '{{gpt-4o}}', '{{v1}}',
                              array['[]'::json])"""
BY_HAND = """
insert into assay.submissions (student_id, assignment_id, content, score, original_score, submitted_at)
values ($1, $2, $3, 0, 0, $4)"""


async def close(sql: Sql, task: Any) -> None:
    """The deadline is now."""
    await age(sql, f"update assay.assignments set deadline = clock_timestamp() where id = '{task}'")


async def age(sql: Sql, *changes: str) -> None:
    """Writes what no rule would let anybody write."""
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        for change in changes:
            await sql.execute(change)


async def later(sql: Sql, minutes: int) -> None:
    """As if everything that has happened had happened so much earlier."""
    ago = f"interval '{minutes} minutes'"
    await age(
        sql,
        f"update assay.assignments set deadline = deadline - {ago}, collected_at = collected_at - {ago}",
        f"update assay.answers set saved_at = saved_at - {ago}",
        f"update assay.finished_jobs set finished_at = finished_at - {ago}",
    )


async def classmate(sql: Sql, here: Quiz) -> Person:
    """Another student of the class."""
    other = await student(sql)
    await row(sql, "enrolments", class_id=here.classroom, student_id=other.id)
    return other


async def test_what_was_saved_is_handed_in_as_of_the_last_save(sql: Sql) -> None:
    here = await quiz(sql, CHOICE, SHORT)
    busy, idle, blank = here.student, await classmate(sql, here), await classmate(sql, here)
    right = (await keys(sql, here.questions[0]))[1]
    await saved(sql, busy, here.questions[0], picked=[right])
    await saved(sql, busy, here.questions[1], texts=["trinary"])
    await saved(sql, blank, here.questions[1], texts=[" "])
    assert await sql.fetchval(COLLECT) == 0
    await close(sql, here.task)
    assert (await sql.fetchval(COLLECT), await sql.fetchval(COLLECT)) == (1, 0)
    made = await sql.fetchrow(SUBMISSION, busy.id)
    assert made is not None
    assert (made["score"], made["content"], made["provider"]) == (4, "1: yes\n2: trinary", None)
    last = await sql.fetchval("select max(saved_at) from assay.answers where student_id = $1", busy.id)
    assert made["submitted_at"] == last
    audit = "select actor, reason from assay.audit where table_name = 'submissions' and row_key = $1"
    assert [tuple(r) for r in await sql.fetch(audit, str(made["id"]))] == [("ai", "collected at the deadline")]
    assert [await sql.fetchrow(SUBMISSION, one.id) for one in (idle, blank)] == [None, None]
    assert (await coins(sql, busy), await drift(sql)) == (4, [])


async def test_an_assignment_is_looked_at_until_nobody_is_left(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    await close(sql, here.task)
    assert await sql.fetchval(COLLECT) == 0
    assert await sql.fetchval(LOOKED_AT, here.task)
    await later(sql, 2)
    await sql.fetchval(COLLECT)
    assert not await sql.fetchval(LOOKED_AT, here.task)
    assert (
        await sql.fetchval("select count(*) from assay.audit where table_name = 'assignments' and action = 'changed'")
        == 1
    )
    extended = "select operator.extend_deadline($1, clock_timestamp() + interval '1 hour', 'Fire drill')"
    await sql.execute(extended, here.task)
    await saved(sql, here.student, here.questions[0], texts=["binary"])
    await close(sql, here.task)
    assert await sql.fetchval(COLLECT) == 1
    assert await coins(sql, here.student) == 4


@pytest.mark.parametrize("change", ["collect = false", "deleted_at = now()"])
async def test_nothing_is_collected_where_that_is_not_wanted(sql: Sql, change: str) -> None:
    here = await quiz(sql, SHORT)
    await saved(sql, here.student, here.questions[0], texts=["binary"])
    await sql.execute(f"update assay.assignments set {change}")
    await close(sql, here.task)
    assert await sql.fetchval(COLLECT) == 0
    assert await sql.fetchrow(SUBMISSION, here.student.id) is None


async def test_texts_and_students_of_other_classes_are_left_alone(sql: Sql) -> None:
    essay, here = await school(sql), await quiz(sql, SHORT)
    await saved(sql, here.student, here.questions[0], texts=["binary"])
    await sql.execute("delete from assay.enrolments where student_id = $1", here.student.id)
    for task in (essay.task, here.task):
        await close(sql, task)
    assert await sql.fetchval(COLLECT) == 0
    await later(sql, 2)
    await sql.fetchval(COLLECT)
    assert [await sql.fetchval(LOOKED_AT, task) for task in (essay.task, here.task)] == [True, False]


async def test_two_workers_at_once_make_one_submission_each(sql: Sql, db: str) -> None:
    here = await quiz(sql, SHORT)
    for author in [here.student, *[await classmate(sql, here) for _ in range(39)]]:
        await saved(sql, author, here.questions[0], texts=["binary"])
    await close(sql, here.task)

    async def collect(connection: Sql) -> int:
        done = 0
        async with asyncio.timeout(300):
            while await connection.fetchval("select count(*) from assay.submissions") < 40:
                done += await connection.fetchval("select worker.collect_answers(7)")
        return done

    async with connections(db, 4) as pool:
        assert sum(await asyncio.gather(*map(collect, pool))) == 40
    assert await sql.fetchval("select count(distinct student_id) from assay.submissions") == 40
    assert await sql.fetchval("select sum(coins) from assay.coin_ledger") == 160
    assert await drift(sql) == []


async def test_so_many_are_handed_in_at_a_time(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    for author in [here.student, *[await classmate(sql, here) for _ in range(4)]]:
        await saved(sql, author, here.questions[0], texts=["binary"])
    await close(sql, here.task)
    assert [await sql.fetchval("select worker.collect_answers(2)") for _ in range(4)] == [2, 2, 1, 0]


async def test_who_hands_in_at_the_same_moment_is_left_alone(sql: Sql, db: str) -> None:
    here = await quiz(sql, SHORT)
    await saved(sql, here.student, here.questions[0], texts=["binary"])
    await close(sql, here.task)
    async with connections(db, 1) as (other,), other.transaction():
        await other.execute("select assay.lock_answers($1)", here.student.id)
        assert await sql.fetchval(COLLECT) == 0
    assert await sql.fetchval(COLLECT) == 1


async def test_open_answers_become_a_job_whose_submission_was_collected(sql: Sql) -> None:
    here = await quiz(sql, OPEN, SHORT)
    await saved(sql, here.student, here.questions[0], texts=["Because."])
    await saved(sql, here.student, here.questions[1], texts=["binary"])
    await close(sql, here.task)
    assert (await sql.fetchval(COLLECT), await sql.fetchval(COLLECT)) == (1, 0)
    waiting = await sql.fetchrow(PENDING, here.student.id)
    assert waiting is not None
    assert waiting["content"] == "1: Because.\n2: binary"
    taken = await take(sql, await worker(sql))
    await sql.fetchval(MARKED, list(taken), list(taken.values()))
    made = await sql.fetchrow(SUBMISSION, here.student.id)
    assert made is not None
    assert (made["score"], made["submitted_at"]) == (7, waiting["submitted_at"])
    audit = "select reason from assay.audit where table_name = 'submissions' and row_key = $1"
    assert await sql.fetchval(audit, str(made["id"])) == "collected at the deadline"
    assert await finish(sql, taken) == set()


async def test_while_every_service_fails_it_is_tried_each_minute_for_a_day(sql: Sql) -> None:
    here = await quiz(sql, OPEN)
    await saved(sql, here.student, here.questions[0], texts=["Because."])
    await close(sql, here.task)
    number = await worker(sql)
    for _ in range(3):
        assert (await sql.fetchval(COLLECT), await sql.fetchval(COLLECT)) == (1, 0)
        ((job, attempt),) = (await take(sql, number)).items()
        assert await sql.fetchval(LOOKED_AT, here.task)
        await fail(sql, job, attempt)
        assert await sql.fetchval(COLLECT) == 0
        await later(sql, 1)
    assert await sql.fetchval("select texts from assay.answers") == ["Because."]
    await later(sql, 24 * 60)
    assert await sql.fetchval(COLLECT) == 0
    assert not await sql.fetchval(LOOKED_AT, here.task)


@pytest.mark.parametrize("cause", ["operator", "rule", "internal"])
async def test_what_would_fail_again_is_not_tried_again(sql: Sql, cause: str) -> None:
    here = await quiz(sql, OPEN)
    await saved(sql, here.student, here.questions[0], texts=["Because."])
    await close(sql, here.task)
    await sql.fetchval(COLLECT)
    ((job, attempt),) = (await take(sql, await worker(sql))).items()
    await fail(sql, job, attempt, cause=cause)
    await later(sql, 5)
    assert await sql.fetchval(COLLECT) == 0


async def test_what_services_refuse_is_tried_as_often_as_a_text(sql: Sql) -> None:
    here = await quiz(sql, OPEN)
    await saved(sql, here.student, here.questions[0], texts=["Because."])
    await close(sql, here.task)
    number = await worker(sql)
    for _ in range(4):
        assert await sql.fetchval(COLLECT) == 1
        ((job, attempt),) = (await take(sql, number)).items()
        await fail(sql, job, attempt, cause="text")
        await later(sql, 2)
    assert await sql.fetchval(COLLECT) == 0


async def test_by_hand_too_only_what_was_saved_is_in_time_and_only_as_of_the_last_save(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    await saved(sql, here.student, here.questions[0], texts=["binary"])
    await close(sql, here.task)
    at = await sql.fetchval("select max(saved_at) from assay.answers")
    moment = await sql.fetchval("select max(saved_at) - interval '1 second' from assay.answers")
    for content, submitted_at in (("1: trinary", at), ("1: binary", moment)):
        with refused(by="deadline_passed"):
            await sql.execute(BY_HAND, here.student.id, here.task, content, submitted_at)
    assert await sql.fetchval(COLLECT) == 1


async def test_what_was_saved_after_a_deadline_that_was_moved_up_is_not_collected(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    await saved(sql, here.student, here.questions[0], texts=["binary"])
    await sql.execute("update assay.assignments set deadline = now() - interval '2 minutes'")
    assert await sql.fetchval(COLLECT) == 0
    assert not await sql.fetchval(LOOKED_AT, here.task)
