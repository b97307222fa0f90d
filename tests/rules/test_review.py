"""What deserves a person's look, and why, in words; ordered by doubt that was measured."""

from typing import Any
from uuid import UUID

import asyncpg

from tests.rules.cases import Trial, brought, trial, tried
from tests.rules.rows import Sql, refused, row, school, student, submission

AI = {"provider": "openai", "model": "gpt-4o"}
LONG = "The cat sat on the mat and looked at the moon."
REVIEW = "select submission_id, doubt, reasons from reporting.review where assignment_id = $1 order by doubt desc"
LISTED = "select submission_id, doubt from api.list_review($1, $2, $3, $4)"


async def graded(sql: Sql, here: Trial, *scores: int, quoted: bool = True, content: str = LONG) -> UUID:
    """A text of another student, marked by an AI by each criterion."""
    author = await student(sql)
    async with sql.transaction():
        made = await submission(sql, author, here.task, sum(scores), content=content)
        for criterion, score in zip(here.criteria, scores, strict=True):
            await row(sql, "answers", student_id=author.id, question_id=criterion, submission_id=made, score=score,
                      marked_by="ai", **AI, evidence=[asyncpg.Range(0, 4)] if quoted else None)  # fmt: skip
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        by_ai = (
            "update assay.submissions set provider = 'openai', model = 'gpt-4o', prompt_version = 'v1' where id = $1"
        )
        await sql.execute(by_ai, made)
    return made


async def case(sql: Sql, here: Trial, made: UUID, **values: Any) -> UUID:
    """A case of a submission."""
    return await brought(sql, here.task, None, submission_id=made, **values)


async def test_what_nothing_speaks_against_is_not_listed(sql: Sql) -> None:
    here = await trial(sql, 60, 40)
    made = await graded(sql, here, 30, 20)
    await tried(sql, await case(sql, here, made), here.criteria, [30, 20])
    await tried(sql, (await sql.fetchval("select id from assay.cases")), here.criteria, [28, 20], 2)
    assert await sql.fetch(REVIEW, here.task) == []


async def test_each_reason_is_said_in_words_and_weighs_the_share_of_the_maximum_in_doubt(sql: Sql) -> None:
    here = await trial(sql, 60, 40)
    flagged = await graded(sql, here, 30, 20)
    for start in (0, 4):
        await row(sql, "flags", submission_id=flagged, kind="role_marker", starts_at=start, ends_at=start + 2)
    unquoted = await graded(sql, here, 30, 20, quoted=False)
    await graded(sql, here, 30, 20, quoted=False, content="Too short to quote.")
    await graded(sql, here, 0, 0, quoted=False)
    disputed = await graded(sql, here, 30, 20)
    for number in (2, None):
        await row(sql, "regrade_requests", submission_id=disputed, question_number=number, student_text="x" * 20)
    spread = await case(sql, here, spread_id := await graded(sql, here, 30, 20))
    for number, score in enumerate((10, 54), 1):
        await tried(sql, spread, here.criteria, [score, 18], number)
    other = await case(sql, here, other_id := await graded(sql, here, 30, 20))
    await tried(sql, other, here.criteria, [30, 16], provider="anthropic", model="claude", prompt_version="v1")
    await tried(
        sql, other, here.criteria, ["missing", 40], 2, provider="anthropic", model="claude", prompt_version="v1"
    )
    found = {r["submission_id"]: (float(r["doubt"]), r["reasons"]) for r in await sql.fetch(REVIEW, here.task)}
    assert found == {
        disputed: (2.0, ["Its student disputes the mark of question 2.", "Its student disputes the total."]),
        flagged: (1.0, ["2 places of the text look like an attempt to talk to the grader."]),
        unquoted: (0.5, ["2 marks stand without a quote of the student's words: 50 coins."]),
        spread_id: (0.22, ["2 tries of openai gpt-4o differ by 22 coins (standard deviation)."]),
        other_id: (0.04, ["anthropic claude gives 4 coins less."]),
    }
    listed = await sql.fetch(LISTED, here.teacher.token, here.task, None, 9)
    assert [r["submission_id"] for r in listed] == [disputed, flagged, unquoted, spread_id, other_id]


async def test_a_total_without_questions_is_compared_too_and_what_is_settled_goes(sql: Sql) -> None:
    here = await trial(sql)
    made = await case(sql, here, here.submission)
    await tried(sql, made, [None], [9], provider="anthropic", model="claude", prompt_version="v1")
    (found,) = await sql.fetch(REVIEW, here.task)
    assert (float(found["doubt"]), found["reasons"]) == (0.09, ["anthropic claude gives 9 coins more."])
    await sql.execute("update assay.submissions set score = 9")
    assert await sql.fetch(REVIEW, here.task) == []


async def test_pages_go_on_where_they_were_and_begin_again_where_that_was_settled(sql: Sql) -> None:
    here = await trial(sql, 60, 40)
    made = [await graded(sql, here, 60 - n, 20, quoted=False) for n in range(5)]
    page = [r["submission_id"] for r in await sql.fetch(LISTED, here.teacher.token, here.task, None, 2)]
    rest = [r["submission_id"] for r in await sql.fetch(LISTED, here.teacher.token, here.task, page[-1], 9)]
    assert page + rest == made
    await sql.execute("update assay.answers set evidence = '{[0,4)}' where submission_id = $1", page[-1])
    again = [r["submission_id"] for r in await sql.fetch(LISTED, here.teacher.token, here.task, page[-1], 9)]
    assert again == [one for one in made if one != page[-1]]


async def test_what_was_drawn_is_not_listed_before_its_teacher_has_marked_it(sql: Sql) -> None:
    here = await trial(sql, 60, 40)
    made = await graded(sql, here, 30, 20, quoted=False)
    drawn = await case(sql, here, made, is_drawn=True)
    assert await sql.fetch(LISTED, here.teacher.token, here.task, None, 9) == []
    await tried(sql, drawn, here.criteria, [30, 20], teacher_id=here.teacher.id)
    assert [r["submission_id"] for r in await sql.fetch(LISTED, here.teacher.token, here.task, None, 9)] == [made]


async def test_the_list_is_its_teachers_alone(sql: Sql) -> None:
    here, other = await trial(sql, 60, 40), await school(sql)
    with refused(by="not_found"):
        await sql.execute(LISTED, other.teacher.token, here.task, None, 9)
