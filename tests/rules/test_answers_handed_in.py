"""Answers are handed in and checked, and their results are revealed when the assignment says so."""

from tests.rules.quizzes import (
    CHOICE,
    CHOICES,
    GAPS,
    MATCHING,
    OPEN,
    ORDERING,
    SHORT,
    handed_in,
    keys,
    quiz,
    saved,
)
from tests.rules.rows import (
    Sql,
    assignment,
    refused,
    soon,
    submission,
)


async def test_answers_are_handed_in_as_text(sql: Sql) -> None:
    here = await quiz(sql, CHOICE, MATCHING, ORDERING, GAPS, SHORT, OPEN, CHOICES)
    by = [await keys(sql, one) for one in here.questions]
    await saved(sql, here.student, here.questions[0], picked=[by[0][2]])
    await saved(sql, here.student, here.questions[1], picked=[by[1][2], by[1][1]], texts=["B", "C"])
    await saved(sql, here.student, here.questions[2], picked=[by[2][1], by[2][2]], indents=[0, 1])
    await saved(sql, here.student, here.questions[3], texts=["variable", ""])
    await saved(sql, here.student, here.questions[5], texts=["Because."])
    await saved(sql, here.student, here.questions[6], picked=[by[6][3], by[6][1]])
    text = await sql.fetchval("select assay.text_of_answers($1, $2)", here.student.id, here.task)
    assert text == "1: no\n2: two = B; one = C\n3: def f():\n  pass\n4: variable; \n5:\n6: Because.\n7: c; a"
    handed = await handed_in(sql, here.student, here.task)
    assert await sql.fetchval("select score from assay.submissions where id = $1", handed) == 0 + 2 + 4 + 2 + 0 + 0 + 0
    assert await sql.fetchval("select count(*) from assay.answers where submission_id = $1", handed) == 7


async def test_results_are_revealed_when_the_assignment_says_so(sql: Sql) -> None:
    revealed = "select assay.is_revealed($1, $2)"
    for reveal, at_hand_in in (("at_once", True), ("when_graded", True), ("after_deadline", False)):
        here = await quiz(sql, SHORT, reveal=reveal)
        assert await sql.fetchval(revealed, here.task, None) is False
        text = await handed_in(sql, here.student, here.task)
        assert await sql.fetchval(revealed, here.task, text) is at_hand_in
        other = await quiz(sql, SHORT)
        assert await sql.fetchval(revealed, other.task, text) is False
        if not at_hand_in:
            await sql.execute("update assay.assignments set released_at = now() where id = $1", here.task)
            assert await sql.fetchval(revealed, here.task, text) is True


async def test_results_that_wait_for_the_deadline_are_revealed_then(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    text = await handed_in(sql, here.student, here.task)
    await sql.execute("set session_replication_role = replica")
    await sql.execute("update assay.assignments set deadline = now() where id = $1", here.task)
    await sql.execute("set session_replication_role = origin")
    assert await sql.fetchval("select assay.is_revealed($1, $2)", here.task, text) is True


async def test_nothing_of_a_student_is_left_when_they_are_deleted(sql: Sql) -> None:
    here = await quiz(sql, SHORT, SHORT)
    await saved(sql, here.student, here.questions[0], texts=["binary"])
    await handed_in(sql, here.student, here.task)
    draft = await quiz(sql, SHORT)
    await saved(sql, draft.student, draft.questions[0], texts=["binary"])
    for one in (here.student, draft.student):
        await sql.execute("delete from assay.students where id = $1", one.id)
    assert await sql.fetchval("select count(*) from assay.answers") == 0


async def test_an_answer_is_of_somebody_as_a_draft_and_as_handed_in(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    nobody = "insert into assay.answers (student_id, question_id, submission_id) values (uuidv7(), $1, $2)"
    with refused(by="answers_drafted_by_fkey"):
        await sql.execute(nobody, here.questions[0], None)
    text = await submission(sql, here.student, here.task, 0)
    with refused(by="answer_of_submission"):
        await sql.execute(nobody, here.questions[0], text)


HAND_IN = "select (s.submission).id from api.submit_assignment($1, $2, $3) s"


async def test_what_an_assignment_does_not_take_is_not_handed_in(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    with refused(by="nothing_answered"):
        await sql.fetch(HAND_IN, here.student.token, here.task, None)
    with refused(by="validation_failed"):
        await sql.fetch(HAND_IN, here.student.token, here.task, "A text.")
    with refused(by="validation_failed"):
        await sql.fetch(HAND_IN, here.student.token, await assignment(sql, here.teacher), None)


CHECK = "select from api.check_answer($1, $2, 1)"


async def test_what_is_not_saved_or_not_shown_at_once_is_not_checked(sql: Sql) -> None:
    later, here = await quiz(sql, SHORT), await quiz(sql, SHORT, reveal="at_once")
    with refused(by="not_checkable"):
        await sql.fetch(CHECK, later.student.token, later.task)
    with refused(by="nothing_saved"):
        await sql.fetch(CHECK, here.student.token, here.task)


async def test_a_blank_last_attempt_is_handed_in_after_one_that_was_answered(sql: Sql) -> None:
    here = await quiz(sql, SHORT, reveal="at_once", attempts=3)
    await saved(sql, here.student, here.questions[0], texts=["trinary"], score=0, marked_by="database",
                checked_at=soon(days=-1))  # fmt: skip
    await saved(sql, here.student, here.questions[0], attempt=2)
    submit = "select ((s.submission).content, (s.submission).score)::text from api.submit_assignment($1, $2, null) s"
    assert await sql.fetchval(submit, here.student.token, here.task) == "(1:,0)"


async def test_blank_answers_are_not_handed_in(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    await saved(sql, here.student, here.questions[0], texts=[" "])
    with refused(by="nothing_answered"):
        await sql.execute("select api.submit_assignment($1, $2, null)", here.student.token, here.task)
