"""A student has 100 answers checked and quizzes handed in an hour, counted where they are, in however many sessions."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.rules.concurrent import connections, outcomes
from tests.rules.quizzes import OPEN, SHORT, Quiz, quiz, saved, tried
from tests.rules.rows import Sql, assignment, pending, person, refused, row, submission

CHECK = "select from api.check_answer($1, $2, $3)"
HAND_IN = "select ((api.submit_assignment($1, $2, null)).submission).id"


async def before_the_limit(sql: Sql, tries: int, questions: int = 1, ago: timedelta = timedelta(0)) -> Quiz:
    """A student who had so many answers checked, and has as many questions as this answered and not checked."""
    here = await quiz(sql, *[SHORT] * questions, reveal="at_once")
    await tried(sql, here, tries, ago)
    for asked in here.questions:
        await saved(sql, here.student, asked, texts=["trinary"])
    return here


async def checked(sql: Sql, here: Quiz, number: int = 1) -> None:
    await sql.fetch(CHECK, here.student.token, here.task, number)


async def test_the_hundredth_check_within_the_hour_is_the_last(sql: Sql) -> None:
    here = await before_the_limit(sql, 99, questions=2)
    await checked(sql, here, 1)
    with refused(by="rate_limited"):
        await checked(sql, here, 2)
    await checked(sql, here, 1)  # the same answer again: no attempt
    left = "select count(*) from assay.answers where checked_at is null and student_id = $1"
    assert await sql.fetchval(left, here.student.id) == 1


@pytest.mark.parametrize("left", [0, 1, 3])
async def test_of_many_sessions_at_once_exactly_as_many_check_as_may(db: str, sql: Sql, left: int) -> None:
    here = await before_the_limit(sql, 100 - left, questions=12)
    tokens = [here.student.token, *[await another_login(sql, here) for _ in range(2)]]
    async with connections(db, 12) as pool:
        tries = (one.fetch(CHECK, tokens[n % 3], here.task, n) for n, one in enumerate(pool, 1))
        assert await outcomes(tries) == Counter({"done": left, "rate_limited": 12 - left}) + Counter()


async def another_login(sql: Sql, here: Quiz) -> bytes:
    """A second session of the same student."""
    spare = await person(sql, "students")
    await sql.execute("update assay.sessions set student_id = $1 where digest = $2", here.student.id, spare.token)
    return spare.token


async def test_what_is_older_than_the_period_counts_no_more_and_the_refusal_says_when_that_is(sql: Sql) -> None:
    here = await before_the_limit(sql, 100, ago=timedelta(minutes=50))
    with pytest.raises(asyncpg.PostgresError) as caught:
        await checked(sql, here)
    assert refusal(caught.value)["scope"] == "attempts"
    assert 540 <= refusal(caught.value)["retry_after"] <= 600
    other = await before_the_limit(sql, 100, ago=timedelta(minutes=61))
    await checked(sql, other)


def refusal(error: asyncpg.PostgresError) -> dict[str, Any]:
    """What the refusal says besides its name."""
    told: dict[str, Any] = json.loads(getattr(error, "detail", None) or "{}")
    return told


async def test_hand_ins_count_and_are_never_refused(sql: Sql) -> None:
    here = await before_the_limit(sql, 99)
    other = await joined(sql, here)
    await sql.fetchval(HAND_IN, here.student.token, other)
    with refused(by="rate_limited"):
        await checked(sql, here)
    full = await before_the_limit(sql, 100)
    assert await sql.fetchval(HAND_IN, full.student.token, full.task)


async def joined(sql: Sql, here: Quiz, *specs: dict[str, Any]) -> UUID:
    """Another quiz of the same class, answered by the same student."""
    there = await quiz(sql, *(specs or (SHORT,)), reveal="at_once")
    await row(sql, "enrolments", class_id=there.classroom, student_id=here.student.id)
    await saved(sql, here.student, there.questions[0], texts=["Because."])
    return there.task


async def test_a_hand_in_that_waits_to_be_marked_counts(sql: Sql) -> None:
    here = await before_the_limit(sql, 99)
    await pending(sql, here.student, await joined(sql, here, OPEN))
    with refused(by="rate_limited"):
        await checked(sql, here)


async def test_texts_do_not_count_nor_do_the_checks_of_others(sql: Sql) -> None:
    here = await before_the_limit(sql, 99)
    await submission(sql, here.student, await assignment(sql, here.teacher))
    await pending(sql, here.student, await assignment(sql, here.teacher))
    await before_the_limit(sql, 100)
    await checked(sql, here)


async def test_the_limit_is_a_row_that_people_change(sql: Sql) -> None:
    here = await before_the_limit(sql, 2, questions=2)
    change = "update assay.rate_limits set rule = $1 where scope = 'attempts'"
    with refused(by="limit_is_simple"):
        await sql.execute(change, "1/hour; 9/day")
    with refused(by="limit_readable"):
        await sql.execute(change, "many")
    await sql.execute("update assay.rate_limits set rule = '2/hour' where scope = 'attempts'")
    with refused(by="rate_limited"):
        await checked(sql, here)
    await sql.execute("update assay.rate_limits set rule = '3 per 2 days' where scope = 'attempts'")
    await checked(sql, here, 1)
    with refused(by="rate_limited"):
        await checked(sql, here, 2)


async def test_a_check_waits_for_one_that_has_not_been_committed(db: str, sql: Sql) -> None:
    here = await before_the_limit(sql, 99, questions=2)
    async with connections(db, 2) as (first, second):
        begun = first.transaction()
        await begun.start()
        await checked(first, here, 1)
        late = asyncio.create_task(checked(second, here, 2))
        waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        async with asyncio.timeout(300):
            while not await sql.fetchval(waits):
                await asyncio.sleep(0.02)
        await begun.commit()
        with refused(by="rate_limited"):
            await late
