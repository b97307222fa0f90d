"""Answers fit their question, are saved in time, become final, are marked within bounds and add up to the score."""

import json
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.rules.quizzes import (
    CHOICE,
    CHOICES,
    GAPS,
    KINDS,
    MATCHING,
    NUMBER,
    OPEN,
    ORDERING,
    SHORT,
    Spec,
    graded_by_rubric,
    handed_in,
    keys,
    question,
    quiz,
    saved,
)
from tests.rules.rows import (
    Sql,
    only,
    pending,
    refused,
    row,
    soon,
    student,
)

LONG = "ä" * 10_001
# kind, what is sent (options by the author's number; 0 is no option at all), what is wrong with it
UNFIT: list[tuple[Spec, dict[str, Any], str]] = [
    (CHOICE, {"picked": [1, 2]}, "one_key"),
    (CHOICE, {"picked": [0]}, "unknown_key"),
    (CHOICE, {"picked": [None]}, "unknown_key"),
    (CHOICE, {"texts": ["yes"]}, "no_words"),
    (CHOICE, {"picked": [1], "indents": [0]}, "indents"),
    (CHOICES, {"picked": [1, 1]}, "key_twice"),
    (CHOICES, {"picked": [1, 0]}, "unknown_key"),
    (MATCHING, {"picked": [3], "texts": ["A"]}, "unknown_key"),
    (MATCHING, {"picked": [1], "texts": ["D"]}, "right_not_offered"),
    (MATCHING, {"picked": [1, 2], "texts": ["A"]}, "a_right_for_each_left"),
    (MATCHING, {"texts": ["A"]}, "a_right_for_each_left"),
    (ORDERING, {"picked": [1, 2, 1]}, "key_twice"),
    (ORDERING, {"picked": [1, 2], "indents": [0]}, "indents"),
    (ORDERING, {"picked": [1], "indents": [-1]}, "indents"),
    (ORDERING, {"picked": [1], "indents": [None]}, "indents"),
    (GAPS, {"texts": ["a"]}, "a_text_for_each_gap"),
    (GAPS, {"texts": ["a", "b", "c"]}, "a_text_for_each_gap"),
    (GAPS, {"picked": [1]}, "nothing_to_pick"),
    (SHORT, {"texts": ["a", "b"]}, "one_text"),
    (SHORT, {"texts": [LONG]}, "too_long"),
    (NUMBER, {"picked": [1]}, "nothing_to_pick"),
    (OPEN, {"texts": ["a", "b"]}, "one_text"),
    (OPEN, {"picked": [0]}, "nothing_to_pick"),
]
FIT: list[tuple[Spec, dict[str, Any]]] = [
    *((spec, {}) for spec in (*KINDS, OPEN)),
    *((spec, {"picked": [], "texts": [], "indents": []}) for spec in (*KINDS, OPEN)),
    (MATCHING, {"picked": [2, 1], "texts": [" a ", ""]}),
    (MATCHING, {"picked": [1], "texts": ["C"]}),
    (ORDERING, {"picked": [3, 2, 1], "indents": [0, 4, 1]}),
    (GAPS, {"texts": ["", ""]}),
    (NUMBER, {"texts": ["about 3"]}),
    (OPEN, {"texts": ["ä" * 10_000]}),
]


async def by_key(sql: Sql, asked: UUID, sent: dict[str, Any]) -> dict[str, Any]:
    """What is sent, with keys for the author's numbers."""
    if "picked" not in sent:
        return sent
    known = await keys(sql, asked)
    return sent | {"picked": [None if n is None else known.get(n, 1) for n in sent["picked"]]}


@pytest.mark.parametrize(("spec", "sent", "problem"), UNFIT, ids=[f"{s['kind']}-{p}" for s, _, p in UNFIT])
async def test_an_answer_of_another_form_is_refused_and_told_what_is_wrong(
    sql: Sql, spec: Spec, sent: dict[str, Any], problem: str
) -> None:
    here = await quiz(sql, spec)
    one = here.questions[0]
    values = await by_key(sql, one, sent)
    with refused(by="answer_fits_question"):
        await saved(sql, here.student, one, **values)
    blank = await saved(sql, here.student, one)
    assignments = ", ".join(f"{column} = ${n}" for n, column in enumerate(values, 2))
    with pytest.raises(asyncpg.PostgresError) as caught:
        await sql.execute(f"update assay.answers set {assignments} where id = $1", blank, *values.values())
    assert getattr(caught.value, "constraint_name", None) == "answer_fits_question"
    told = json.loads(getattr(caught.value, "detail", None) or "{}")
    gaps = {"gaps": 2} if spec is GAPS else {}
    assert told == {"kind": spec["kind"], "problem": problem} | gaps  # and nothing of what would be right


@pytest.mark.parametrize(("spec", "sent"), FIT, ids=[f"{s['kind']}-{n}" for n, (s, _) in enumerate(FIT)])
async def test_an_answer_that_fits_is_saved_also_when_it_is_blank_or_wrong(
    sql: Sql, spec: Spec, sent: dict[str, Any]
) -> None:
    here = await quiz(sql, spec)
    assert await saved(sql, here.student, here.questions[0], **await by_key(sql, here.questions[0], sent))


async def test_a_criterion_has_no_answer_of_its_own(sql: Sql) -> None:
    here = await graded_by_rubric(sql, 50, 5)
    with refused(by="answer_is_final"):
        await sql.execute("update assay.answers set texts = '{x}' where id = $1", here.answers[0])
    author = await student(sql)
    with refused(by="answer_fits_question"):
        await row(sql, "answers", student_id=author.id, question_id=here.criteria[0], texts=["x"])


async def test_answers_are_saved_before_the_deadline_and_not_once_they_were_handed_in(sql: Sql) -> None:
    here = await quiz(sql, SHORT, SHORT)
    one, other = here.questions
    mine = await saved(sql, here.student, one, texts=["binary"])
    save = "update assay.answers set texts = array[clock_timestamp()::text] where id = $1"
    check = "update assay.answers set checked_at = now() where id = $1"
    job = await pending(sql, here.student, here.task)
    for statement in (save, check):
        with refused(by="submission_pending"):
            await sql.execute(statement, mine)
    with refused(by="submission_pending"):
        await saved(sql, here.student, other)
    await sql.execute("delete from assay.pending_submissions where job_id = $1", job)
    await sql.execute(save, mine)
    await sql.execute("update assay.assignments set deadline = now() where id = $1", here.task)
    for statement in (save, check):
        with refused(by="deadline_passed"):
            await sql.execute(statement, mine)
    with refused(by="deadline_passed"):
        await saved(sql, here.student, other)
    await sql.execute("update assay.assignments set deadline = now() + interval '1 day' where id = $1", here.task)
    await handed_in(sql, here.student, here.task)
    with refused(by="already_submitted"):
        await saved(sql, here.student, other, attempt=2)
    left = await student(sql)
    assert await saved(sql, left, one), "others still save"


async def test_a_draft_question_or_a_quiz_that_is_not_published_is_not_answered(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    hidden = await question(sql, here.task, SHORT, 2, approved_at=None)
    with refused(by="not_found"):
        await saved(sql, here.student, hidden)
    await sql.execute("update assay.assignments set published_at = null where id = $1", here.task)
    with refused(by="not_found"):
        await saved(sql, here.student, here.questions[0])


FINAL = ["picked = '{}'", "texts = '{x}'", "indents = '{}'", "attempt = 2", "saved_at = saved_at + interval '1 s'",
         "checked_at = null", "id = uuidv7()"]  # fmt: skip


async def test_what_was_checked_or_handed_in_never_changes(sql: Sql) -> None:
    here = await quiz(sql, SHORT, reveal="at_once", attempts=2)
    one = here.questions[0]
    wrong = await saved(sql, here.student, one, texts=["bin"])
    await sql.execute(
        "update assay.answers set score = 0, marked_by = 'database', checked_at = now() where id = $1", wrong
    )
    for change in FINAL:
        with refused(by="answer_is_final"):
            await sql.execute(f"update assay.answers set {change} where id = $1", wrong)
    text = await handed_in(sql, here.student, here.task)
    for change in [*FINAL[:5], "submission_id = null", "checked_at = now() + interval '1 h'"]:
        with refused(by="answer_is_final"):
            await sql.execute(f"update assay.answers set {change} where id = $1", wrong)
    with refused(by="answer_is_final"):
        await sql.execute("delete from assay.answers where id = $1", wrong)
    with refused(by="answer_is_final"):
        await sql.execute("truncate assay.answers")
    await sql.execute("update assay.answers set reason = 'No.' where id = $1", wrong)
    await sql.execute("delete from assay.submissions where id = $1", text)
    assert await sql.fetchval("select count(*) from assay.answers") == 0


async def test_a_question_has_so_many_attempts_and_none_after_a_right_one(sql: Sql) -> None:
    here = await quiz(sql, SHORT, SHORT, reveal="at_once", attempts=2)
    one, other = here.questions
    check = "update assay.answers set score = $2, marked_by = 'database', checked_at = now() where id = $1"
    first = await saved(sql, here.student, one)
    with refused(by="attempt_in_order"):
        await saved(sql, here.student, one, attempt=2)
    await sql.execute(check, first, 1)
    await sql.execute(check, await saved(sql, here.student, one, attempt=2), 2)
    with refused(by="no_attempts_left"):
        await saved(sql, here.student, one, attempt=3)
    with refused(by="no_attempts_left"):
        await sql.execute("update assay.answers set attempt = 3 where id = $1", await saved(sql, here.student, other))
    await sql.execute(
        "update assay.answers set score = 4, marked_by = 'database', checked_at = now() where question_id = $1", other
    )
    with refused(by="no_attempts_left"):
        await saved(sql, here.student, other, attempt=2)


async def test_the_best_attempt_counts_and_of_equal_ones_the_last(sql: Sql) -> None:
    here = await quiz(sql, SHORT, SHORT, reveal="at_once", attempts=3)
    one, other = here.questions
    for n, words in enumerate(["base two", "bin"], 1):
        await saved(sql, here.student, one, attempt=n, texts=[words], score=2 if n == 1 else 0, marked_by="database",
                    checked_at=soon())  # fmt: skip
    await saved(sql, here.student, other, texts=["x"])
    counting = "select number, texts[1], score from assay.counting_answers($1, $2)"
    found = [tuple(r) for r in await sql.fetch(counting, here.student.id, here.task)]
    assert found == [(1, "base two", 2), (2, "x", 0)]
    await saved(sql, here.student, one, attempt=3, texts=["BASE TWO"])
    assert (await only(sql, counting, here.student.id, here.task))[1] == "BASE TWO"
