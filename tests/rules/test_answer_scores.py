"""What answers earn: within bounds, by a marker who is named, and added up to the score."""

import asyncio
import random
from collections import Counter
from typing import Any

import asyncpg

from tests.rules.concurrent import connections
from tests.rules.quizzes import (
    OPEN,
    SHORT,
    graded_by_rubric,
    quiz,
    rubric,
    saved,
)
from tests.rules.rows import (
    Sql,
    coins,
    drift,
    only,
    refused,
    row,
    rule_of,
    soon,
    student,
    submission,
)


async def test_an_answer_earns_at_most_what_its_question_is_worth_and_one_of_its_levels(sql: Sql) -> None:
    here = await graded_by_rubric(sql, 50, 5)
    thesis, style = here.answers
    for score in (-1, 91):
        with refused(by="answer_score_in_range"):
            await sql.execute("update assay.answers set score = $2 where id = $1", thesis, score)
    with refused(by="score_is_a_level"):
        await sql.execute("update assay.answers set score = 6 where id = $1", style)
    asked = await quiz(sql, SHORT)
    with refused(by="answer_score_in_range"):
        await saved(sql, asked.student, asked.questions[0], score=5, marked_by="teacher", checked_at=soon())
    await sql.execute("update assay.answers set score = 10 where id = $1", style)


async def test_who_marked_is_named(sql: Sql) -> None:
    here = await graded_by_rubric(sql, 50, 5)
    for change in ("provider = null", "marked_by = 'teacher'"):
        with refused(by="marker_named"):
            await sql.execute(f"update assay.answers set {change} where id = $1", here.answers[0])
    with refused(by="answer_marked_by_known"):
        await sql.execute("update assay.answers set marked_by = 'me', provider = null where id = $1", here.answers[0])
    with refused(by="marked_with_a_score"):
        await sql.execute("update assay.answers set marked_by = null, provider = null where id = $1", here.answers[0])
    with refused(by="reason_not_huge"):
        await sql.execute("update assay.answers set reason = repeat('x', 1001) where id = $1", here.answers[0])
    asked = await quiz(sql, SHORT)
    with refused(by="draft_is_not_marked"):
        await saved(sql, asked.student, asked.questions[0], score=1, marked_by="database")


async def test_evidence_lies_in_the_words_that_it_quotes(sql: Sql) -> None:
    here = await graded_by_rubric(sql, 50, 5)  # of "The cat sat.", twelve characters
    cite = "update assay.answers set evidence = $2::text::int4multirange where id = $1"
    for evidence in ("{[0,13)}", "{[-1,3)}", "{[0,3),[5,20)}", "{[3,)}"):
        with refused(by="evidence_in_words"):
            await sql.execute(cite, here.answers[0], evidence)
    await sql.execute(cite, here.answers[0], "{[0,3),[4,12)}")
    asked = await quiz(sql, OPEN)
    open_answer = {"texts": ["Because."], "score": 1, "marked_by": "ai", "provider": "openai", "checked_at": soon()}
    with refused(by="evidence_in_words"):
        await saved(sql, asked.student, asked.questions[0], evidence=multirange(0, 9), **open_answer)
    await saved(sql, asked.student, asked.questions[0], evidence=multirange(0, 8), **open_answer)


def multirange(start: int, end: int) -> Any:
    return [asyncpg.Range(start, end)]


async def test_an_answer_counts_once_in_a_submission_of_its_own_student_and_assignment(sql: Sql) -> None:
    task, author = await rubric(sql), await student(sql)
    criterion = "select id from assay.questions where assignment_id = $1 and number = 1"
    here, elsewhere = await sql.fetchval(criterion, task), await sql.fetchval(criterion, await rubric(sql))
    mark = {"submission_id": await submission(sql, author, task, 0), "score": 0, "marked_by": "teacher"}
    with refused(by="answer_of_submission"):
        await row(sql, "answers", student_id=author.id, question_id=elsewhere, **mark)
    with refused(by="answer_of_submission"):
        await row(sql, "answers", student_id=(await student(sql)).id, question_id=here, **mark)
    await row(sql, "answers", student_id=author.id, question_id=here, **mark)
    asked = await quiz(sql, SHORT, reveal="at_once", attempts=2)
    first = await saved(sql, asked.student, asked.questions[0], checked_at=soon(), score=0, marked_by="database")
    second = await saved(sql, asked.student, asked.questions[0], attempt=2)
    text = await submission(sql, asked.student, asked.task, 0)
    await sql.execute("update assay.answers set submission_id = $2 where id = $1", first, text)
    with refused(by="one_answer_counts"):
        await sql.execute("update assay.answers set submission_id = $2 where id = $1", second, text)


LEDGER = "select score, coins, reason, actor from assay.coin_ledger where submission_id = $1 order by id"


async def test_score_coins_and_ledger_follow_an_answer_in_the_same_statement(sql: Sql) -> None:
    here = await graded_by_rubric(sql, 50, 5)
    assert await coins(sql, here.student) == 55
    await sql.execute(
        "update assay.answers set score = 60, marked_by = 'teacher', provider = null, model = null where id = $1",
        here.answers[0],
    )
    assert await coins(sql, here.student) == 65
    score, original, provider = await only(
        sql, "select score, original_score, provider from assay.submissions where id = $1", here.submission
    )
    assert (score, original, provider) == (65, 55, None)
    rows = [tuple(r) for r in await sql.fetch(LEDGER, here.submission)]
    assert rows == [(55, 55, "graded", "operator"), (65, 10, "edited", "operator")]
    history = "select count(*) from reporting.score_history where submission_id = $1"
    assert await sql.fetchval(history, here.submission) == 2
    await sql.execute("update assay.answers set score = 10 where submission_id = $1", here.submission)
    assert await coins(sql, here.student) == 20
    assert len(await sql.fetch(LEDGER, here.submission)) == 3, "one row for a statement"
    assert await drift(sql) == []


async def test_no_commit_leaves_a_score_that_is_not_what_the_answers_earned(sql: Sql) -> None:
    here = await graded_by_rubric(sql, 50, 5)
    for change in ("score = 56", "adjustment = 1", "score = 0"):
        with refused(by="score_adds_up"):
            await sql.execute(f"update assay.submissions set {change} where id = $1", here.submission)
    await sql.execute("update assay.submissions set score = 57, adjustment = 2 where id = $1", here.submission)
    await sql.execute("update assay.submissions set score = 100, adjustment = 45 where id = $1", here.submission)
    with refused(by="score_in_range"):
        await sql.execute("update assay.answers set score = 51 where id = $1", here.answers[0])
    task = await rubric(sql)
    author = await student(sql)
    first = await sql.fetchval("select id from assay.questions where assignment_id = $1 and number = 1", task)
    text = await submission(sql, author, task, 50)
    mark = {"student_id": author.id, "question_id": first, "submission_id": text, "marked_by": "teacher"}
    with refused(by="score_adds_up"):
        await row(sql, "answers", score=49, **mark)
    await row(sql, "answers", score=50, **mark)


async def test_an_answer_that_is_moved_into_a_submission_is_added_up_too(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    mine = await saved(sql, here.student, here.questions[0], texts=["binary"])
    text = await submission(sql, here.student, here.task, 0)
    move = "update assay.answers set submission_id = $2, score = $3, marked_by = 'database' where id = $1"
    with refused(by="score_adds_up"):
        await sql.execute(move, mine, text, 4)
    await sql.execute(move, mine, text, 0)


TOTAL = "select e.score from api.edit_submission($1, $2, $3, false, null, false, null, '{}', '{}', '{}') e"


async def test_a_total_that_a_person_sets_is_an_adjustment(sql: Sql) -> None:
    here = await graded_by_rubric(sql, 50, 5)
    sums = "select score, adjustment from assay.submissions where id = $1"
    await sql.fetchval("select operator.set_score($1, 70, 'ticket 1')", here.submission)
    assert await only(sql, sums, here.submission) == (70, 15)
    await sql.execute("update assay.answers set score = 60 where id = $1", here.answers[0])
    assert await only(sql, sums, here.submission) == (80, 15)
    assert await coins(sql, here.student) == 80


async def test_fifty_editors_of_one_submissions_answers_lose_nothing(db: str, sql: Sql) -> None:
    here = await graded_by_rubric(sql, 40, 5)
    said: Counter[str] = Counter()

    async def edit(c: Sql, seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(4):
            if dice.random() < 0.3:
                await c.fetchval("select operator.set_score($1, $2, 'a test')", here.submission, dice.randint(30, 50))
                said["total"] += 1
                continue
            answer = dice.choice(here.answers)
            score = dice.randint(20, 60) if answer == here.answers[0] else dice.choice([0, 5, 10])
            try:
                await c.execute("update assay.answers set score = $2 where id = $1", answer, score)
                said["answer"] += 1
            except asyncpg.PostgresError as no:
                if rule_of(no) != "score_in_range":
                    raise
                said["out of range"] += 1

    async with connections(db, 50) as pool:
        await asyncio.gather(*(edit(c, n) for n, c in enumerate(pool)))
    assert said["answer"] > 50, said
    adds_up = """
        select s.score = sum(x.score) + s.adjustment
          from assay.submissions s join assay.answers x on x.submission_id = s.id group by s.id"""
    assert await sql.fetchval(adds_up) is True
    assert await drift(sql) == []
