"""Tries: one model marks a case once, by a job of the lowest turn; what it says is a result, and moves no coin."""

import json
from collections import Counter
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.dev.simulator import Running
from tests.worker.conftest import QUICK, Start, until
from tests.worker.rows import claim, draft, found, hand_in, number, register, rows

TEXT = "Bees carry pollen from one flower to the next. They store honey for the winter in combs of wax."
MODELS = (("openai", "gpt-4o"), ("openai", "gpt-6-luna"), ("anthropic", "claude-sonnet-4-6"))
OVER = "select count(*) from assay.tries where finished_at is not null"
LEDGER = "select count(*), md5(coalesce(string_agg(l::text, '|' order by l.id), '')) from assay.coin_ledger l"
RUBRIC = """
with made as (
    insert into assay.questions (assignment_id, number, kind, title, prompt, max_score, approved_at)
    select %(task)s, n, 'criterion', 'Part ' || n, 'Is there.', 10, now() from generate_series(1, 2) n
    returning id, number
)
insert into assay.options (question_id, number, text, score)
select m.id, s.n, s.n::text, s.n * 5 - 5 from made m, generate_series(1, 3) as s (n) where m.number = 2
"""
QUIZ = """
with task as (
    insert into assay.assignments (teacher_id, title, instructions, takes, reveal, deadline)
    values (%(teacher)s, 'Quiz', 'Answer.', 'answers', 'after_deadline', now() + interval '1 day') returning id
)
insert into assay.questions (assignment_id, number, kind, prompt, guide, max_score, approved_at)
select id, n, 'open', 'What do bees do?', 'Pollen.', 6, now() from task, generate_series(1, 2) n
returning assignment_id
"""
ANSWERED = """
with handed_in as (
    insert into assay.submissions (student_id, assignment_id, content, score, original_score)
    values (%(student)s, %(quiz)s, '1: …', 0, 0) returning id, student_id, assignment_id
)
insert into assay.answers (student_id, question_id, submission_id, texts, score, marked_by)
select h.student_id, q.id, h.id, array[%(text)s], 0, 'database'
  from handed_in h join assay.questions q on q.assignment_id = h.assignment_id
returning submission_id
"""


def case_of(db: str, task: UUID, content: str | None = TEXT, submission: UUID | None = None) -> UUID:
    """A case of a text that was brought, or of a submission."""
    insert = (
        "insert into assay.cases (assignment_id, label, content, submission_id) values (%s, 'A', %s, %s) returning id"
    )
    with psycopg.connect(db, autocommit=True) as connection:
        return connection.execute(insert, [task, content, submission]).fetchone()[0]  # type: ignore[index,no-any-return]


def order(db: str, case: UUID, models: Any = MODELS[:1], tries: int = 1) -> None:
    """So many tries by each of these models."""
    insert = (
        "insert into assay.tries (case_id, number, provider, model)"
        " select %s, n, m ->> 0, m ->> 1 from generate_series(1, %s) n, jsonb_array_elements(%s) m order by n"
    )
    with psycopg.connect(db, autocommit=True) as connection:
        connection.execute(insert, [case, tries, Jsonb(models)])


def marks(db: str) -> list[tuple[object, ...]]:
    return rows(
        db,
        "select t.model, q.number, m.score, m.error from assay.marks m join assay.tries t on t.id = m.try_id"
        " left join assay.questions q on q.id = m.question_id order by t.id, q.number",
    )


async def test_each_model_that_was_named_is_asked_by_itself_and_no_coin_moves(
    db: str, ai: Running, work: Start
) -> None:
    school = found(db)
    with psycopg.connect(db) as connection:
        connection.execute(RUBRIC, {"task": school.assignments[0]})
    order(db, case_of(db, school.assignments[0]), MODELS, 3)
    before = rows(db, LEDGER)
    async with work(QUICK, openai_model="gpt-6-luna"):
        await until(lambda: number(db, OVER) == 9)
    assert Counter(model for model, *_ in marks(db)) == {model: 6 for _, model in MODELS}
    assert {(q, error) for _, q, _, error in marks(db)} == {(1, None), (2, None)}
    asked = rows(db, "select provider, model, count(*), count(assignment_id) from assay.ai_attempts group by 1, 2")
    assert sorted(asked) == sorted((*one, 3, 3) for one in MODELS)
    assert rows(db, "select distinct prompt_version is not null, rubric_digest is not null from assay.tries") == [
        (True, True)
    ]
    assert rows(db, "select count(*) from assay.marks where evidence is not null")[0][0] == 18
    assert rows(db, "select is_current from reporting.agreement") == [(True,)] * 9
    assert rows(db, LEDGER) == before
    assert rows(db, "select kind, error_code, count(*) from assay.finished_jobs group by 1, 2") == [
        ("try_case", None, 9)
    ]


async def test_open_questions_and_the_single_number_are_tried_too(db: str, work: Start) -> None:
    school = found(db)
    with psycopg.connect(db, autocommit=True) as connection:
        quiz = connection.execute(QUIZ, {"teacher": school.teachers[0]}).fetchone()[0]  # type: ignore[index]
        connection.execute("update assay.assignments set published_at = now() where id = %s", [quiz])
        values = {"student": school.students[0], "quiz": quiz, "text": TEXT}
        submission = connection.execute(ANSWERED, values).fetchone()[0]  # type: ignore[index]
    before = rows(db, LEDGER)
    for case in (
        case_of(db, school.assignments[0]),
        case_of(db, quiz, None, submission),
        case_of(db, quiz, f"1: {TEXT}\n2: Nothing."),
    ):
        order(db, case)
    async with work(QUICK):
        await until(lambda: number(db, OVER) == 3)
    assert [(q, error) for _, q, _, error in marks(db)] == [(None, None), (1, None), (2, None), (1, None), (2, None)]
    assert rows(db, "select error_code from assay.tries where error_code is not null") == []
    assert rows(db, LEDGER) == before


FAULTS = [
    ("drop=1", 1, "missing"),
    ("twice=1", 1, "repeated"),
    ("mark=1:-3", 1, "not_an_integer"),
    ("mark=1:11", 1, "out_of_range"),
    ("mark=2:7", 2, "not_a_level"),
    ("nonsense", 1, "unreadable"),
    ("nonsense", 2, "unreadable"),
]


@pytest.mark.parametrize(("directive", "question", "error"), FAULTS, ids=[f"{d} {q}" for d, q, _ in FAULTS])
async def test_an_answer_that_cannot_be_used_is_a_result(
    db: str, ai: Running, work: Start, directive: str, question: int, error: str
) -> None:
    school = found(db)
    with psycopg.connect(db) as connection:
        connection.execute(RUBRIC, {"task": school.assignments[0]})
    order(db, case_of(db, school.assignments[0], f"{TEXT} [[sim:{directive}]]"))
    async with work(QUICK):
        await until(lambda: number(db, OVER) == 1)
    assert rows(db, "select error_code from assay.tries") == [(None,)]
    said = {q: (score, why) for _, q, score, why in marks(db)}
    assert said[question] == (None, error)
    if directive != "nonsense":
        assert said[3 - question][1] is None  # the others stand
    assert ai.calls.total == 1  # the first answer counts


WHOLE = [("answer=%7B%22points%22:5%7D", "missing"), ("score=21", "out_of_range"), ("score=-1", "not_an_integer"),
         ("nonsense", "unreadable")]  # fmt: skip


@pytest.mark.parametrize(("directive", "error"), WHOLE, ids=[directive for directive, _ in WHOLE])
async def test_a_single_number_that_cannot_be_used_is_a_result(
    db: str, work: Start, directive: str, error: str
) -> None:
    school = found(db)
    order(db, case_of(db, school.assignments[0], f"{TEXT} [[sim:{directive}]]"))
    async with work(QUICK):
        await until(lambda: number(db, OVER) == 1)
    assert [(score, why) for *_, score, why in marks(db)] == [(None, error)]


async def test_no_answer_at_all_is_said_of_the_try_and_no_other_service_is_asked(
    db: str, ai: Running, work: Start
) -> None:
    school = found(db, key="sk-sim-{}-sim:openai,fail=503")
    order(db, case_of(db, school.assignments[0]))
    rows(db, "update assay.ai_models set enabled = false where model = 'gpt-6-luna'")
    order(db, case_of(db, school.assignments[0]), MODELS[1:2])
    order(db, case_of(db, school.assignments[0]), MODELS[2:])
    rows(db, "delete from assay.cases where id = (select id from assay.cases order by id desc limit 1)")
    async with work(QUICK):
        await until(lambda: number(db, OVER) == 2)
    assert rows(db, "select model, error_code from assay.tries order by id") == [
        ("gpt-4o", "ai_unavailable"), ("gpt-6-luna", "model_unknown"),
    ]  # fmt: skip
    assert marks(db) == []
    assert ai.calls.peak["anthropic"] == 0
    assert number(db, "select count(*) from assay.jobs") == 0


async def test_a_try_of_a_service_without_a_key_says_so(db: str, work: Start) -> None:
    school = found(db)
    order(db, case_of(db, school.assignments[0]))
    rows(db, "delete from assay.api_keys where provider = 'openai'")
    async with work(QUICK):
        await until(lambda: number(db, OVER) == 1)
    assert rows(db, "select error_code from assay.tries") == [("api_key_missing",)]


FINISH = (
    "select worker.finish_tries(%s::uuid[], %s::integer[], array_fill(%s::json, array[cardinality(%s::uuid[])]),"
    " array_fill(%s::text, array[cardinality(%s::uuid[])]), array_fill(%s::text, array[cardinality(%s::uuid[])]))"
)


def finish(db: str, taken: dict[UUID, int], marked: Any, prompt: str = "v1", rubric: str | None = None) -> int:
    """What models answered about these tries; how many jobs ended."""
    with psycopg.connect(db, autocommit=True) as connection:
        ids = list(taken)
        if rubric is None:
            rubric = connection.execute(
                "select encode(assay.rubric_digest(assignment_id), 'hex') from assay.cases"
            ).fetchone()[0]  # type: ignore[index]
        values = [ids, list(taken.values()), json.dumps(marked), ids, prompt, ids, rubric, ids]
        return len(connection.execute(FINISH, values).fetchall())


def take(db: str) -> dict[UUID, int]:
    return {job: attempt for job, attempt, *_ in claim(db, register(db), 100)}


def test_an_attempt_that_was_superseded_changes_nothing(db: str) -> None:
    school = found(db)
    order(db, case_of(db, school.assignments[0]))
    taken = take(db)
    assert finish(db, {job: attempt + 1 for job, attempt in taken.items()}, [{"number": None, "score": 3}]) == 0
    assert marks(db) == []
    assert finish(db, taken, [{"number": None, "score": 3}, {"number": 9, "score": 3}]) == 1
    assert finish(db, taken, [{"number": None, "score": 4}]) == 0
    assert marks(db) == [("gpt-4o", None, 3, None)]


def test_a_rubric_that_changed_while_a_model_answered_is_said_of_the_try(db: str) -> None:
    school = found(db)
    order(db, case_of(db, school.assignments[0]))
    assert finish(db, take(db), [{"number": None, "score": 3}], rubric="00") == 1
    assert rows(db, "select error_code from assay.tries") == [("rubric_changed",)]
    assert marks(db) == []


def test_a_number_that_another_prompt_has_taken_is_counted_on(db: str) -> None:
    school = found(db)
    case = case_of(db, school.assignments[0])
    order(db, case, tries=2)
    assert finish(db, take(db), [{"number": None, "score": 3}]) == 2
    order(db, case, tries=2)
    assert finish(db, take(db), [{"number": None, "score": 3}]) == 2
    assert rows(db, "select prompt_version, number from assay.tries order by id") == [("v1", n) for n in (1, 2, 3, 4)]


def test_tries_come_last_in_their_teachers_turn(db: str) -> None:
    school = found(db, students=1)
    order(db, case_of(db, school.assignments[0]), tries=10)
    hand_in(db, school.students, school.assignments)
    draft(db, school.teachers[0])
    kinds = [kind for _, _, kind, _ in claim(db, register(db), 6)]
    assert kinds == ["build_template", "grade_text", *["try_case"] * 2]


def test_tries_leave_half_of_a_teachers_calls_to_texts(db: str) -> None:
    school = found(db, students=5)
    order(db, case_of(db, school.assignments[0]), tries=10)
    worker = register(db)
    assert [kind for _, _, kind, _ in claim(db, worker, 100)] == ["try_case"] * 4  # of eight calls at once
    assert claim(db, worker, 100) == []
    hand_in(db, school.students, school.assignments)
    assert [kind for _, _, kind, _ in claim(db, worker, 100)] == ["grade_text"] * 4


async def test_two_thousand_tries_delay_neither_another_teachers_text_nor_this_ones(db: str, work: Start) -> None:
    busy = found(db, students=1, key="sk-sim-busy-sim:delay=0.2")
    quiet = found(db)
    ten = [["openai", f"m{n}"] for n in range(10)]
    models = (
        "insert into assay.ai_models (provider, model, rank) select 'openai', 'm' || n, n from generate_series(0, 9) n"
    )
    rows(db, models)
    for _ in range(20):
        order(db, case_of(db, busy.assignments[0]), ten, 10)
    assert number(db, "select count(*) from assay.jobs") == 2000
    async with work(QUICK, worker_concurrency=8):
        await until(lambda: number(db, OVER) >= 8)
        hand_in(db, quiet.students, quiet.assignments)
        hand_in(db, busy.students, busy.assignments)
        await until(lambda: number(db, "select count(*) from assay.submissions") == 2)
    between = (
        "select count(*) from assay.tries t join assay.submissions s"
        " on t.finished_at between s.submitted_at and s.graded_at where s.student_id = '{}'"
    )
    for student in (quiet.students[0], busy.students[0]):
        assert number(db, between.format(student)) <= 5 * 8  # those in flight, those claimed ahead, and its own round
    assert number(db, "select count(*) from assay.jobs") > 1500
