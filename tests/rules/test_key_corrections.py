"""A wrong key is put right after the exam: everybody is marked anew, coins included, in one transaction."""

from typing import Any
from uuid import UUID

import pytest

from tests.rules.quizzes import (
    CHOICE,
    GAPS,
    MATCHING,
    NUMBER,
    OPEN,
    ORDERING,
    SHORT,
    Quiz,
    graded_by_rubric,
    handed_in,
    keys,
    quiz,
    saved,
)
from tests.rules.rows import Sql, coins, drift, only, refused, student

CORRECT = "select * from operator.correct_key($1, 'ticket 1', "


async def answered(sql: Sql, spec: dict[str, Any], *answers: dict[str, Any]) -> tuple[Quiz, list[UUID]]:
    """A quiz of one question and a submission for each answer, with keys for the author's numbers."""
    here = await quiz(sql, spec)
    known = await keys(sql, here.questions[0])
    texts = []
    for answer in answers:
        author = await student(sql)
        await sql.execute("insert into assay.enrolments select $1, $2", here.classroom, author.id)
        if "picked" in answer:
            answer = answer | {"picked": [known[n] for n in answer["picked"]]}
        await saved(sql, author, here.questions[0], **answer)
        texts.append(await handed_in(sql, author, here.task))
    return here, texts


async def scores(sql: Sql) -> list[int]:
    return [r["score"] for r in await sql.fetch("select score from assay.submissions order by id")]


async def test_another_choice_becomes_the_right_one_and_coins_follow(sql: Sql) -> None:
    here, texts = await answered(sql, CHOICE, {"picked": [1]}, {"picked": [2]}, {"picked": [3]}, {})
    assert await scores(sql) == [4, 0, 0, 0]
    counts = await only(sql, CORRECT + "places => '{NULL,1,NULL}')", here.questions[0])
    assert counts == (4, 1, 1)
    assert await scores(sql) == [0, 4, 0, 0]
    assert await drift(sql) == []
    ledger = """
        select score, coins, reason, actor from assay.coin_ledger where submission_id = $1 order by id desc limit 1"""
    assert await only(sql, ledger, texts[0]) == (0, -4, "regraded", "operator")
    assert await only(sql, ledger, texts[1]) == (4, 4, "regraded", "operator")
    assert await only(sql, ledger, texts[2]) == (0, 0, "graded", "operator")
    why = "select count(*) from assay.audit where table_name = 'options' and reason = 'ticket 1'"
    assert await sql.fetchval(why) == 2
    assert await sql.fetchval("select key_corrected_at is not null from assay.questions") is True
    with refused(by="assignment_locked"):
        await sql.execute("update assay.options set place = 1 where number = 1")


CORRECTIONS: list[tuple[dict[str, Any], dict[str, Any], str, tuple[int, int]]] = [
    (SHORT, {"texts": ["two"]}, "texts => '{binary,two,base two}', scores => '{NULL,3,2}'", (0, 3)),
    (SHORT, {"texts": ["base two"]}, "texts => '{binary}'", (2, 0)),
    (SHORT, {"texts": ["base two"]}, "scores => '{NULL,1}'", (2, 1)),
    (NUMBER, {"texts": ["3"]}, "tolerances => '{0.2}'", (0, 4)),
    (NUMBER, {"texts": ["3"]}, "texts => '{3}', tolerances => '{0}'", (0, 4)),
    (GAPS, {"texts": ["name", "value"]}, "texts => '{variable,name,value}', places => '{1,1,2}'", (2, 4)),
    (MATCHING, {"picked": [1, 2], "texts": ["C", "B"]}, "pairs => '{C,B,A}'", (2, 4)),
    (ORDERING, {"picked": [2, 1], "indents": [0, 1]}, "places => '{2,1,NULL}', indents => '{1,0,NULL}'", (0, 4)),
    (ORDERING, {"picked": [1, 2], "indents": [0, 0]}, "indents => '{0,NULL,NULL}'", (2, 4)),
]


@pytest.mark.parametrize(("spec", "answer", "change", "before_and_after"), CORRECTIONS)
async def test_what_decides_the_score_of_each_kind_can_be_corrected(
    sql: Sql, spec: dict[str, Any], answer: dict[str, Any], change: str, before_and_after: tuple[int, int]
) -> None:
    here, _ = await answered(sql, spec, answer)
    before = await scores(sql)
    await sql.fetch(CORRECT + change + ")", here.questions[0])
    assert (*before, *await scores(sql)) == before_and_after


NOT_THE_KEY = [
    (CHOICE, "texts => '{yes,no,other}'"),
    (CHOICE, "places => '{1,NULL}'"),
    (SHORT, "scores => '{1}'"),
    (SHORT, "texts => '{a,b}', scores => '{NULL}'"),
    (GAPS, "texts => '{a,b}'"),
    (OPEN, "scores => '{1}'"),
]


@pytest.mark.parametrize(("spec", "change"), NOT_THE_KEY)
async def test_a_correction_changes_the_key_only(sql: Sql, spec: dict[str, Any], change: str) -> None:
    here, _ = await answered(sql, spec, {})
    with refused(by="key_only"):
        await sql.fetch(CORRECT + change + ")", here.questions[0])


async def test_a_corrected_key_is_judged_like_every_other(sql: Sql) -> None:
    here, _ = await answered(sql, CHOICE, {"picked": [1]})
    with refused(by="one_right_option"):
        await sql.fetch(CORRECT + "places => '{1,1,NULL}')", here.questions[0])
    with refused(by="not_found"):
        await sql.fetch(CORRECT + "places => '{1}')", here.task)
    with refused(by="reason_missing"):
        await sql.fetch("select * from operator.correct_key($1, ' ')", here.questions[0])
    assert await scores(sql) == [4]


async def test_what_a_person_gave_stays_when_machines_mark_anew(sql: Sql) -> None:
    here, texts = await answered(sql, CHOICE, {"picked": [2]}, {"picked": [2]})
    by_person = "update assay.answers set score = 1, marked_by = 'teacher' where submission_id = $1"
    await sql.execute(by_person, texts[0])
    assert await only(sql, CORRECT + "places => '{NULL,1,NULL}')", here.questions[0]) == (1, 1, 0)
    assert await scores(sql) == [1, 4]


async def test_a_total_that_a_person_set_keeps_nobody_from_being_marked_anew(sql: Sql) -> None:
    here, texts = await answered(sql, CHOICE, {"picked": [1]}, {"picked": [2]}, {"picked": [2]}, {"picked": [3]})
    for submission, total in zip(texts, (1, 3, 0, 2), strict=True):
        await sql.fetchval("select operator.set_score($1, $2, 'ticket 2')", submission, total)
    assert await only(sql, CORRECT + "places => '{NULL,1,NULL}')", here.questions[0]) == (4, 2, 1)
    found = await sql.fetch("select score, adjustment from assay.submissions order by id")
    assert [tuple(one) for one in found] == [(0, 0), (4, 0), (4, 0), (2, 2)]
    assert await drift(sql) == []


async def test_a_void_question_earns_everybody_its_maximum_who_hands_in_later_too(sql: Sql) -> None:
    here, texts = await answered(sql, CHOICE, {"picked": [2]}, {"picked": [1]}, {"picked": [3]})
    by_person = "update assay.answers set score = 1, marked_by = 'teacher' where submission_id = $1"
    await sql.execute(by_person, texts[2])
    void = "select * from operator.void_question($1, 'ticket 2')"
    assert await only(sql, void, here.questions[0]) == (3, 2, 0)
    await handed_in(sql, here.student, here.task)
    assert await scores(sql) == [4, 4, 4, 4]
    assert await drift(sql) == []
    with refused(by="not_found"):
        await sql.fetch(void, here.task)


ATTEMPTS = """
    select attempt, submission_id is not null, score from assay.answers where student_id = $1 order by attempt"""


async def attempted(sql: Sql, *picks: int, unchecked: int | None = None) -> Quiz:
    """A choice whose options were tried one after the other and checked, the last one perhaps only saved; handed in."""
    here = await quiz(sql, CHOICE, reveal="at_once", attempts=5)
    known = await keys(sql, here.questions[0])
    check = """
        update assay.answers x
           set checked_at = now(), marked_by = 'database', score = assay.mark(q, x.picked, x.indents, x.texts)
          from assay.questions q where q.id = x.question_id and x.id = $1"""
    for attempt, pick in enumerate(picks, 1):
        made = await saved(sql, here.student, here.questions[0], attempt=attempt, picked=[known[pick]])
        await sql.execute(check, made)
    if unchecked is not None:
        await saved(sql, here.student, here.questions[0], attempt=len(picks) + 1, picked=[known[unchecked]])
    await handed_in(sql, here.student, here.task)
    return here


async def attempts(sql: Sql, here: Quiz) -> list[tuple[int, bool, int | None]]:
    return [tuple(r) for r in await sql.fetch(ATTEMPTS, here.student.id)]


async def test_another_attempt_counts_when_the_corrected_key_makes_it_the_best(sql: Sql) -> None:
    here = await attempted(sql, 2, 3, 1)
    assert await attempts(sql, here) == [(1, False, 0), (2, False, 0), (3, True, 4)]
    assert await only(sql, CORRECT + "places => '{NULL,1,NULL}')", here.questions[0]) == (3, 1, 1)
    assert await attempts(sql, here) == [(1, True, 4), (2, False, 0), (3, False, 0)]
    assert (await coins(sql, here.student), await drift(sql)) == (4, [])
    ledger = "select score, coins, reason from assay.coin_ledger where student_id = $1 order by id"
    assert [tuple(r) for r in await sql.fetch(ledger, here.student.id)] == [(4, 4, "graded"), (4, 0, "regraded")]
    await sql.fetch(CORRECT + "places => '{NULL,NULL,1}')", here.questions[0])
    assert await attempts(sql, here) == [(1, False, 0), (2, True, 4), (3, False, 0)]


async def test_what_was_saved_but_not_checked_counts_too_when_it_is_the_best_now(sql: Sql) -> None:
    here = await attempted(sql, 2, unchecked=3)
    assert await attempts(sql, here) == [(1, False, 0), (2, True, 0)], "of equal ones the last counts"
    await sql.fetch(CORRECT + "places => '{NULL,1,NULL}')", here.questions[0])
    assert await attempts(sql, here) == [(1, True, 4), (2, False, None)]
    await sql.fetch(CORRECT + "places => '{NULL,NULL,1}')", here.questions[0])
    assert await attempts(sql, here) == [(1, False, 0), (2, True, 4)]
    assert (await coins(sql, here.student), await drift(sql)) == (4, [])


async def test_of_attempts_that_earn_the_same_the_one_that_counted_still_counts(sql: Sql) -> None:
    here = await attempted(sql, 2, 3)
    await sql.fetch("select * from operator.void_question($1, 'ticket 5')", here.questions[0])
    assert await attempts(sql, here) == [(1, False, 4), (2, True, 4)]
    assert await coins(sql, here.student) == 4


async def test_what_a_person_marked_counts_whatever_else_was_tried(sql: Sql) -> None:
    here = await attempted(sql, 2, 3)
    await sql.execute("update assay.answers set score = 1, marked_by = 'teacher' where submission_id is not null")
    await sql.fetch(CORRECT + "places => '{NULL,1,NULL}')", here.questions[0])
    assert await attempts(sql, here) == [(1, False, 4), (2, True, 1)]
    assert await coins(sql, here.student) == 1


async def test_attempts_that_were_checked_before_the_hand_in_follow_the_key_and_the_best_is_handed_in(sql: Sql) -> None:
    here = await quiz(sql, CHOICE, reveal="at_once", attempts=3)
    other = await student(sql)
    await sql.execute("insert into assay.enrolments select $1, $2", here.classroom, other.id)
    await handed_in(sql, other, here.task)
    known = await keys(sql, here.questions[0])
    wrong = await saved(sql, here.student, here.questions[0], picked=[known[2]])
    await sql.execute(
        "update assay.answers set checked_at = now(), score = 0, marked_by = 'database' where id = $1", wrong
    )
    await saved(sql, here.student, here.questions[0], attempt=2, picked=[known[1]])
    await sql.fetch(CORRECT + "places => '{NULL,1,NULL}')", here.questions[0])
    assert await attempts(sql, here) == [(1, False, 4), (2, False, None)]
    await handed_in(sql, here.student, here.task)
    assert await attempts(sql, here) == [(1, True, 4), (2, False, None)]


async def test_a_worse_attempt_takes_no_place_by_hand_and_none_is_left_empty(sql: Sql) -> None:
    here = await attempted(sql, 2, 1)
    take_out = "update assay.answers set submission_id = null where submission_id is not null"
    with refused(by="answer_is_final"):
        await sql.execute(take_out)
    await sql.execute("begin; update assay.questions set key_corrected_at = now()")
    await sql.execute("update assay.options set place = case number when 2 then 1 end")
    await sql.execute(take_out)
    with refused(by="answer_is_final"):
        await sql.execute("commit")
    assert await attempts(sql, here) == [(1, False, 0), (2, True, 4)]


async def test_a_criterion_can_be_void_too(sql: Sql) -> None:
    here = await graded_by_rubric(sql, 50, 5)
    await sql.fetch("select * from operator.void_question($1, 'ticket 3')", here.criteria[1])
    assert await coins(sql, here.student) == 60
    marker = "select marked_by, provider from assay.answers where id = $1"
    assert await only(sql, marker, here.answers[1]) == ("database", None)


async def test_an_assignment_is_marked_anew_by_hand(sql: Sql) -> None:
    here, texts = await answered(sql, CHOICE, {"picked": [1]}, {"picked": [2]})
    await sql.execute("update assay.answers set score = 3 where submission_id = $1", texts[1])
    assert await only(sql, "select * from operator.remark($1, 'ticket 4')", here.task) == (2, 0, 1)
    assert await scores(sql) == [4, 0]


MANY = """
    with people as (
        insert into assay.students (name, email)
        select 'Student ' || n, 'many' || n || '@example.org' from generate_series(1, 1000) n
        returning id, substring(email from '[0-9]+')::integer as n
    ), texts as (
        insert into assay.submissions (student_id, assignment_id, content, score, original_score)
        select p.id, $2, '1: x', case when p.n % 3 = 0 then 0 when p.n % 3 = 1 then 4 else 0 end, 0 from people p
        returning id, student_id, score
    )
    insert into assay.answers (student_id, question_id, submission_id, picked, score, marked_by)
    select p.id, $1, t.id, array[($3::smallint[])[1 + (p.n + 2) % 3]], t.score, 'database'
      from texts t join people p on p.id = t.student_id"""


async def test_a_thousand_submissions_are_marked_anew_and_nothing_is_lost(sql: Sql) -> None:
    here = await quiz(sql, CHOICE)
    known = await keys(sql, here.questions[0])
    await sql.execute(MANY, here.questions[0], here.task, [known[1], known[2], known[3]])
    counts = await only(sql, CORRECT + "places => '{NULL,1,NULL}')", here.questions[0])
    assert counts == (1000, 333, 334)
    sums = "select sum(score), (select sum(total_gold_coins) from assay.students) from assay.submissions"
    assert await only(sql, sums) == (333 * 4, 333 * 4)
    assert await drift(sql) == []


async def test_the_options_of_a_question_say_how_often_each_was_picked(sql: Sql) -> None:
    here, _ = await answered(sql, CHOICE, *[{"picked": [n]} for n in (1, 1, 1, 2, 3, 3)])
    picked = "select number, picked from reporting.options where question_id = $1 order by number"
    assert [tuple(r) for r in await sql.fetch(picked, here.questions[0])] == [(1, 3), (2, 1), (3, 2)]
    top = "select picked_by_top, picked_by_bottom from reporting.options where question_id = $1 order by number"
    assert [tuple(r) for r in await sql.fetch(top, here.questions[0])] == [(1, 0), (0, 1), (0, 1)]
    facts = "select answered, round(facility, 3), discrimination from reporting.questions where id = $1"
    answered_by, facility, discrimination = await only(sql, facts, here.questions[0])
    assert (answered_by, float(facility), discrimination) == (6, 0.5, None)
    said = "select answer, score, marked_by from reporting.answers where question_id = $1 order by answer, id limit 1"
    assert await only(sql, said, here.questions[0]) == ("maybe", 0, "database")


async def test_a_student_is_open_started_graded_or_closed(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    state = "select state, answered, score from reporting.student_states where student_id = $1 and assignment_id = $2"
    assert await only(sql, state, here.student.id, here.task) == ("open", 0, None)
    mine = await saved(sql, here.student, here.questions[0], texts=[" "])
    assert await only(sql, state, here.student.id, here.task) == ("open", 0, None)
    await sql.execute("update assay.answers set texts = '{binary}' where id = $1", mine)
    assert await only(sql, state, here.student.id, here.task) == ("started", 1, None)
    assert await sql.fetchval("select count(*) from reporting.answers") == 0, "no view shows what was only saved"
    await handed_in(sql, here.student, here.task)
    assert await only(sql, state, here.student.id, here.task) == ("graded", 1, 4)
    late = await quiz(sql, SHORT)
    await saved(sql, late.student, late.questions[0], texts=["x"])
    await sql.execute("update assay.assignments set deadline = now() where id = $1", late.task)
    assert await only(sql, state, late.student.id, late.task) == ("closed", 1, None)
    assert await only(sql, "select count(*) from reporting.student_states") == (2,)
