"""Answers fit their question, are saved in time, become final, are marked within bounds and add up to the score."""

import asyncio
import json
import random
from collections import Counter
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.rules.concurrent import connections
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
    rubric,
    saved,
)
from tests.rules.rows import (
    Sql,
    assignment,
    coins,
    drift,
    only,
    pending,
    refused,
    row,
    rule_of,
    soon,
    student,
    submission,
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
    here, other = await graded_by_rubric(sql, 50, 5), await graded_by_rubric(sql, 50, 5)
    mark = {"score": 0, "marked_by": "teacher"}
    with refused(by="answer_of_submission"):
        await row(sql, "answers", student_id=here.student.id, question_id=other.criteria[0],
                  submission_id=here.submission, attempt=1, **mark)  # fmt: skip
    with refused(by="answer_of_submission"):
        await row(sql, "answers", student_id=(await student(sql)).id, question_id=here.criteria[0],
                  submission_id=here.submission, **mark)  # fmt: skip
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
    await sql.execute("delete from assay.students where id = $1", here.student.id)
    assert await sql.fetchval("select count(*) from assay.answers") == 0


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
