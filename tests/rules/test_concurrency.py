"""Rules that must hold between requests that run at the same time."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from tests.rules.concurrent import TRY_AGAIN, connections, outcomes
from tests.rules.rows import (
    FINISH_AGAIN,
    School,
    Sql,
    assignment,
    coins,
    drift,
    finish,
    hand_in,
    only,
    pending,
    rule_of,
    school,
    student,
    submission,
    take,
    worker,
)

SECONDS = float(os.environ.get("EDITORS_SECONDS", "2"))  # issue: 40 editors for 10 s


async def test_of_fifty_identical_texts_at_once_one_is_accepted(db: str, sql: Sql) -> None:
    here = await school(sql)
    async with connections(db, 50) as pool:
        said = await outcomes(hand_in(c, here.student, here.task) for c in pool)
        assert said.pop("done") == 1
        assert said.total() == 49
        assert set(said) <= {"submission_pending", "already_submitted"}
        assert await sql.fetchval("select count(*) from assay.jobs") == 1


async def test_a_text_and_its_own_grading_never_make_two_submissions(db: str, sql: Sql) -> None:
    here = await school(sql)
    number = await worker(sql)
    async with connections(db, 9) as pool:
        for _ in range(8):
            author = await student(sql)
            await sql.execute("insert into assay.enrolments select $1, $2", here.classroom, author.id)
            await hand_in(sql, author, here.task)
            taken = await take(sql, number)
            said = await outcomes([finish(pool[0], taken), *(hand_in(c, author, here.task) for c in pool[1:])])
            assert said["done"] == 1, said
            assert set(said) <= {"done", "submission_pending", "already_submitted"}
    assert await sql.fetchval("select count(*) from assay.submissions") == 8
    assert await sql.fetchval("select count(*) from assay.jobs") == 0


PATCH = """
    select (e.assignment).id
      from api.edit_assignment($1, $2, 'new', null, null, '2001-01-01', false, null, null) e"""
BY_HAND = """
    update assay.assignments set title = 'new', deadline = '2001-01-01' where id = $2 and $1::bytea is not null"""

AFTER = "select title = 'new', locked from reporting.assignments where id = $1"


@pytest.mark.parametrize("change", [PATCH, BY_HAND], ids=["patch", "psql"])
async def test_of_a_change_and_the_first_text_exactly_one_wins(db: str, sql: Sql, change: str) -> None:
    """Either the change came first and the text is judged by it, or the text did and the change is refused."""
    here = await school(sql)
    saw: Counter[str | None] = Counter()
    async with connections(db, 2) as (one, other):
        for n in range(80):
            task = await assignment(sql, here.teacher)
            editing = one.execute(change, here.teacher.token, task)
            both = [editing, hand_in(other, here.student, task)]
            said = await outcomes(both if n % 2 else reversed(both))
            changed, locked = await only(sql, AFTER, task)
            assert said["done"] == 1, (n, said, changed, locked)
            assert changed != locked
            saw += said
    assert set(saw) <= {"done", "deadline_passed", "assignment_locked"}, saw


async def test_of_a_lower_maximum_and_a_first_score_one_wins(db: str, sql: Sql) -> None:
    here = await school(sql)
    async with connections(db, 2) as (one, other):
        for _ in range(250):
            task = await assignment(sql, here.teacher)
            lower = one.execute("update assay.assignments set max_score = 10 where id = $1", task)
            await outcomes([lower, submission(other, here.student, task, 90)])
    too_high = "select count(*) from reporting.scores where score > max_score"
    assert await sql.fetchval(too_high) == 0


async def test_workers_that_finish_overlapping_batches_do_not_deadlock(db: str, sql: Sql) -> None:
    """Workers hold the same jobs, in other orders: each job counts once, and no worker is a deadlock's victim."""
    here = await school(sql)
    authors = [here.student, *[await student(sql) for _ in range(9)]]
    tasks = [here.task, *[await assignment(sql, here.teacher) for _ in range(3)]]
    number = await worker(sql)
    async with connections(db, 4) as pool:
        for task in tasks:
            for author in authors:
                await pending(sql, author, task)
        jobs = list((await take(sql, number)).items())
        orders = [jobs, jobs[::-1], random.sample(jobs, len(jobs)), random.sample(jobs, len(jobs))]
        batches = [[order[i : i + 20] for i in range(0, len(order), 10)] for order in orders]

        async def go(connection: Sql, mine: list[list[tuple[Any, int]]]) -> int:
            return sum([len(await finish(connection, dict(batch))) for batch in mine])

        paid = await asyncio.gather(*(go(c, b) for c, b in zip(pool, batches, strict=True)))
    assert sum(paid) == len(jobs) == 40
    assert [await coins(sql, author) for author in authors] == [200] * 10
    assert await drift(sql) == []


Act = Callable[[Sql, random.Random], Awaitable[str]]
SCORE = "select e.score from api.edit_submission($1, $2, $3, false, null, false, null, '{}', '{}', '{}') e"
FEEDBACK = "select e.score from api.edit_submission($1, $2, null, true, $3, false, null, '{}', '{}', '{}') e"
REGRADE = "select (api.regrade_submission($1, $2, true)).id"


async def test_forty_editors_of_one_students_scores_lose_nothing(db: str, sql: Sql) -> None:
    """Teachers edit, regrade and comment, a DBA writes by hand, for EDITORS_SECONDS: no error but a clean 409."""
    here = await school(sql)
    tasks = [here.task, *[await assignment(sql, here.teacher) for _ in range(4)]]
    texts = [await submission(sql, here.student, task) for task in tasks]
    numbers = [await worker(sql) for _ in range(4)]
    token = here.teacher.token

    async def edit(c: Sql, dice: random.Random) -> str:
        await c.fetchval(SCORE, token, dice.choice(texts), dice.randint(0, 100))
        return "edited"

    async def comment(c: Sql, dice: random.Random) -> str:
        await c.fetchval(FEEDBACK, token, dice.choice(texts), f"{dice.random()}")
        return "commented"

    async def by_hand(c: Sql, dice: random.Random) -> str:
        both = dice.sample(texts, 2)
        async with c.transaction():  # docs/database/recipes.md: several submissions are locked first, by id
            await c.execute("select from assay.submissions where id = any ($1) order by id for update", both)
            for text in both:
                await c.execute("select operator.set_score($1, $2, 'a test')", text, dice.randint(0, 100))
        return "by hand"

    async def regrade(c: Sql, dice: random.Random) -> str:
        await c.fetchval(REGRADE, token, dice.choice(texts))
        return "asked"

    async def grade(c: Sql, dice: random.Random) -> str:
        taken = await take(c, dice.choice(numbers), 3)
        n = len(taken)
        scores = [dice.randint(0, 100) for _ in taken]
        done = await c.fetch(
            FINISH_AGAIN, list(taken), list(taken.values()), scores, ["openai"] * n, ["gpt-4o"] * n, ["v1"] * n
        )
        said["graded again"] += len(done)
        return "graded"

    acts: list[Act] = [edit, edit, edit, edit, comment, by_hand, regrade, grade]
    said: Counter[str] = Counter()
    ends = time.monotonic() + SECONDS

    def least() -> int:
        return min(said["edited"], said["by hand"], said["graded again"])

    async def editor(c: Sql, act: Act, seed: int) -> None:
        dice = random.Random(seed)
        while time.monotonic() < ends or not least():
            try:
                said[await act(c, dice)] += 1
            except TRY_AGAIN as error:
                said[type(error).__name__] += 1
            except asyncpg.PostgresError as no:
                if rule_of(no) != "regrade_pending":  # 409 conflict
                    raise
                said["409"] += 1
                await asyncio.sleep(0.01)

    async with connections(db, 40) as pool:
        await asyncio.gather(*(editor(c, acts[n % len(acts)], n) for n, c in enumerate(pool)))

    assert await drift(sql) == []
    rows = len(texts) + said["edited"] + 2 * said["by hand"] + said["graded again"]
    assert await sql.fetchval("select count(*) from assay.coin_ledger") == rows, said
    # Each row of the ledger follows from the one before it.
    broken = """
        select count(*) from (
            select l.coins, l.score - coalesce(lag(l.score) over one_text, 0) as moved
              from assay.coin_ledger l
            window one_text as (partition by l.submission_id order by l.created_at, l.id)) x
         where x.moved <> x.coins"""
    assert await sql.fetchval(broken) == 0
    assert said["DeadlockDetectedError"] == 0, said


async def test_a_student_is_deleted_while_their_scores_are_edited(db: str, sql: Sql) -> None:
    here = await school(sql)
    tasks = [here.task, await assignment(sql, here.teacher)]
    for _ in range(8):
        await one_deletion(db, sql, here, tasks)
    assert await drift(sql) == []
    assert await sql.fetchval("select count(*) from assay.submissions") == 0
    assert await sql.fetchval("select sum(submissions) from assay.submission_counts") == 0


async def one_deletion(db: str, sql: Sql, here: School, tasks: list[Any]) -> None:
    """A student with a text for each task, deleted while each is edited."""
    author, waiting = await student(sql), await student(sql)
    texts = [await submission(sql, author, task) for task in tasks]
    for task in tasks:
        await pending(sql, waiting, task)
    taken = await take(sql, await worker(sql))
    async with connections(db, 6) as pool:
        said = await outcomes(
            [
                *(c.fetchval(SCORE, here.teacher.token, text, 99) for c, text in zip(pool, texts * 2, strict=False)),
                pool[4].execute("select api.delete_student($1, $2)", here.teacher.token, author.id),
                finish(pool[5], taken),
            ]
        )
    assert set(said) <= {"done", "not_found"}, said
    await sql.execute("select api.delete_student($1, $2)", here.teacher.token, waiting.id)


async def test_of_many_who_verify_one_address_at_once_one_gets_it(db: str, sql: Sql) -> None:
    register = "select api.register('Ada', $1, 'hash', sha256($2), 'sealed')"
    async with connections(db, 10) as pool:
        said = await outcomes(
            c.fetch(register, "ADA@example.org" if n % 2 else "ada@example.org", b"%d" % n) for n, c in enumerate(pool)
        )
        assert said == {"done": 10}
        links = [r["link_digest"] for r in await sql.fetch("select link_digest from assay.outgoing_mail")]
        invite = pool[9].execute("insert into assay.teachers (name, email) values ('Ada', 'Ada@example.org')")
        verify = "select api.verify_email($1)"
        said = await outcomes([*(c.execute(verify, link) for c, link in zip(pool, links, strict=False)), invite])
    assert (len(links), said["done"]) == (5, 1)
    people = "select (select count(*) from assay.students) + (select count(*) from assay.teachers)"
    assert await sql.fetchval(people) == 1
    assert await sql.fetchval("select count(*) from assay.registrations") == 0
