"""What is hidden from a teacher who is to mark a drawn case blind, and from whom."""

from typing import Any
from uuid import UUID

from tests.rules.cases import trial, tried
from tests.rules.rows import Sql, finish, hand_in, only, refused, row, school, submission, take, teacher, worker

TOTALS = "select total_gold_coins, hidden from api.list_students($1, null, null, null, 9) where id = $2"
FIGURES = (
    "select analysis ->> 'hidden', analysis ->> 'mean', analysis ->> 'questions' is null from api.read_analysis($1, $2)"
)


async def drawn(sql: Sql, task: UUID, submission: UUID) -> UUID:
    made: UUID = (await row(sql, "cases", assignment_id=task, label="C", submission_id=submission, is_drawn=True))["id"]
    return made


async def test_a_total_lacks_what_is_hidden_from_this_teacher_alone(sql: Sql) -> None:
    here, colleague = await school(sql), await teacher(sql)

    async def total(token: bytes = here.teacher.token) -> tuple[Any, ...]:
        return await only(sql, TOTALS, token, here.student.id)

    case = await drawn(sql, here.task, await submission(sql, here.student, here.task, 30))
    assert await total() == (0, "until_marked")
    assert await total(colleague.token) == (30, None)
    await sql.execute("update assay.cases set is_drawn = false where id = $1", case)
    assert await total() == (30, None)
    await sql.execute("update assay.cases set is_drawn = true where id = $1", case)
    await tried(sql, case, [None], [40], teacher_id=colleague.id)
    assert await total() == (0, "until_marked")  # it is still to be marked by its teacher
    await tried(sql, case, [None], [40], teacher_id=here.teacher.id)
    assert await total() == (30, None)


async def test_a_total_has_never_held_what_is_held_and_hidden(sql: Sql) -> None:
    here = await school(sql)
    await sql.execute("update assay.assignments set autonomy = 'gated' where id = $1", here.task)
    await hand_in(sql, here.student, here.task)
    await finish(sql, await take(sql, await worker(sql)), 30)
    await drawn(sql, here.task, await sql.fetchval("select id from assay.submissions"))
    assert await only(sql, TOTALS, here.teacher.token, here.student.id) == (0, None)
    await sql.execute("select api.release_results($1, $2)", here.teacher.token, here.task)
    assert await only(sql, TOTALS, here.teacher.token, here.student.id) == (0, "until_marked")


async def test_an_assignment_of_which_something_is_hidden_has_no_figures(sql: Sql) -> None:
    here = await trial(sql, 10, 6)
    facility = "select question, facility from api.list_bank($1, null, null, $2, null, 9)"

    async def figures() -> tuple[Any, ...]:
        found = await sql.fetch(facility, here.teacher.token, here.task)
        return *await only(sql, FIGURES, here.teacher.token, here.task), [one["facility"] for one in found]

    assert await figures() == (None, "0.0000", False, [0, 0])
    case = await drawn(sql, here.task, here.submission)
    assert await figures() == ("until_marked", None, True, [None, None])
    assert (
        await sql.fetchval("select count(mean) from reporting.question_statistics where assignment_id = $1", here.task)
        == 2
    )
    await tried(sql, case, here.criteria, [5, 5], teacher_id=here.teacher.id)
    assert await figures() == (None, "0.0000", False, [0, 0])


async def test_a_request_about_what_is_hidden_may_be_rejected_and_not_accepted(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task, 30)
    asked = (await row(sql, "regrade_requests", submission_id=text, student_text="Please look at it again."))["id"]
    case = await drawn(sql, here.task, text)
    decide = "select score_after from api.decide_regrade_request($1, $2, $3, 'So it is.', $4)"
    for score in (29, 31):
        with refused(by="case_not_marked"):
            await sql.fetchval(decide, here.teacher.token, asked, True, score)
    await sql.execute("delete from assay.cases where id = $1", case)
    assert await sql.fetchval(decide, here.teacher.token, asked, True, 31) == 31
    again = (await row(sql, "regrade_requests", submission_id=text, student_text="And now once more, please."))["id"]
    await drawn(sql, here.task, text)
    assert await sql.fetchval(decide, here.teacher.token, again, False, None) is None
