"""Quizzes and rubrics to begin with: questions with their options, and what students answer."""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from tests.rules.rows import Person, Sql, assignment, classroom, row, soon, student, teacher

Spec = dict[str, Any]


def chosen(*texts: str, right: int = 1) -> list[Spec]:
    """Options of a choice, of which the one with that number is right."""
    return [{"text": text, "place": 1 if n == right else None} for n, text in enumerate(texts, 1)]


CHOICE: Spec = {"kind": "choice", "max_score": 4, "options": chosen("yes", "no", "maybe")}
CHOICES: Spec = {"kind": "choices", "max_score": 4,
                 "options": [{"text": "a", "place": 1}, {"text": "b", "place": 1}, {"text": "c"}]}  # fmt: skip
MATCHING: Spec = {"kind": "matching", "max_score": 4,
                  "options": [{"text": "one", "pair": "A"}, {"text": "two", "pair": "B"}, {"pair": "C"}]}  # fmt: skip
ORDERING: Spec = {"kind": "ordering", "max_score": 4,
                  "options": [{"text": "def f():", "place": 1, "indent": 0}, {"text": "pass", "place": 2, "indent": 1},
                              {"text": "never"}]}  # fmt: skip
GAPS: Spec = {"kind": "gaps", "max_score": 4, "prompt": "A {{1}} holds a {{2}}.",
              "options": [{"text": "variable", "place": 1}, {"text": "value", "place": 2},
                          {"text": "data", "place": 2}]}  # fmt: skip
SHORT: Spec = {"kind": "short", "max_score": 4, "options": [{"text": "binary"}, {"text": "base two", "score": 2}]}
NUMBER: Spec = {"kind": "number", "max_score": 4, "options": [{"text": "3.14", "tolerance": "0.01"}]}
OPEN: Spec = {"kind": "open", "max_score": 4, "guide": "Says why."}
KINDS = (CHOICE, CHOICES, MATCHING, ORDERING, GAPS, SHORT, NUMBER)


async def question(sql: Sql, task: UUID, spec: Spec, number: int = 1, **changed: Any) -> UUID:
    """A question with its options, approved, in one transaction."""
    values: Spec = {"prompt": "What?", "number": number, "approved_at": soon()} | spec | changed
    options = values.pop("options", [])
    async with sql.transaction():
        made: UUID = (await row(sql, "questions", assignment_id=task, **values))["id"]
        for n, option in enumerate(options, 1):
            await row(sql, "options", **{"question_id": made, "number": n} | option)
    return made


async def keys(sql: Sql, asked: UUID) -> dict[int, int]:
    """The key of each option, by the author's number."""
    rows = await sql.fetch("select number, key from assay.options where question_id = $1", asked)
    return {r["number"]: r["key"] for r in rows}


class Quiz(NamedTuple):
    """A teacher with a class, one student in it, and a published quiz."""

    teacher: Person
    student: Person
    classroom: UUID
    task: UUID
    questions: list[UUID]


async def unpublished(sql: Sql, owner: Person, **values: Any) -> UUID:
    """An unpublished quiz without questions."""
    fixed = {"takes": "answers", "correction_template": None, "max_score": None, "published_at": None}
    return await assignment(sql, owner, **fixed | values)


async def quiz(sql: Sql, *specs: Spec, **values: Any) -> Quiz:
    """The smallest school in which questions can be answered."""
    owner, author = await teacher(sql), await student(sql)
    group = await classroom(sql, owner, author)
    task = await published(sql, owner, *specs, **values)
    found = await sql.fetch("select id from assay.questions where assignment_id = $1 order by number", task)
    return Quiz(owner, author, group, task, [r["id"] for r in found])


async def published(sql: Sql, owner: Person, *specs: Spec, **values: Any) -> UUID:
    """A quiz of these questions, published."""
    task = await unpublished(sql, owner, **values)
    for n, spec in enumerate(specs, 1):
        await question(sql, task, spec, n)
    await sql.execute("update assay.assignments set published_at = now() where id = $1", task)
    return task


async def saved(sql: Sql, author: Person, asked: UUID, **values: Any) -> UUID:
    """A saved answer."""
    made: UUID = (await row(sql, "answers", student_id=author.id, question_id=asked, **values))["id"]
    return made


TRIED = """
    insert into assay.answers (student_id, question_id, attempt, texts, score, marked_by, checked_at)
    select $1, q.id, n, '{trinary}', 0, 'database', now() - $4::interval
      from assay.questions q cross join generate_series(1, 10) n
     where q.assignment_id = $2
     order by q.number, n
     limit $3"""


async def tried(sql: Sql, here: Quiz, times: int, ago: timedelta = timedelta(0)) -> None:
    """The student of a quiz had answers to another one checked, so many times, so long ago."""
    other = await published(sql, here.teacher, *[SHORT] * 10, reveal="at_once", attempts=10)
    await sql.execute(TRIED, here.student.id, other, times, ago)


HAND_IN = """
    with s as (
        insert into assay.submissions (student_id, assignment_id, content, score, original_score)
        select $1, $2, assay.text_of_answers($1, $2), coalesce(sum(c.score), 0), 0 from assay.counting_answers($1, $2) c
        returning id
    )
    select s.id from s"""
COUNT = """
    update assay.answers x
       set submission_id = $3, score = c.score, marked_by = case when c.score is not null then 'database' end
      from assay.counting_answers($1, $2) c
     where x.id = c.answer_id"""
BLANK = """
    insert into assay.answers (student_id, question_id, submission_id, score, marked_by)
    select $1, c.question_id, $3, coalesce(c.score, 0), 'database' from assay.counting_answers($1, $2) c
     where not exists (select from assay.answers x where x.submission_id = $3 and x.question_id = c.question_id)"""


async def handed_in(sql: Sql, author: Person, task: UUID) -> UUID:
    """What was saved, handed in and marked by hand."""
    async with sql.transaction():
        made: UUID = await sql.fetchval(HAND_IN, author.id, task)
        await sql.execute(COUNT, author.id, task, made)
        await sql.execute(BLANK, author.id, task, made)
    return made


class Rubric(NamedTuple):
    """A text that was graded by two criteria."""

    teacher: Person
    student: Person
    task: UUID
    criteria: list[UUID]
    submission: UUID
    answers: list[UUID]


LEVELS = [{"text": "weak", "score": 0}, {"text": "fair", "score": 5}, {"text": "good", "score": 10}]


async def rubric(sql: Sql) -> UUID:
    """A text of 100 coins with two criteria, 90 and 10, the second with levels."""
    owner, author = await teacher(sql), await student(sql)
    await classroom(sql, owner, author)
    task = await assignment(sql, owner)
    async with sql.transaction():
        await question(sql, task, {"kind": "criterion", "title": "Thesis", "max_score": 90, "prompt": "Has one."}, 1)
        await question(sql, task, {"kind": "criterion", "title": "Style", "max_score": 10, "prompt": "Is clear.",
                                   "options": LEVELS}, 2)  # fmt: skip
    return task


async def graded_by_rubric(sql: Sql, *scores: int) -> Rubric:
    """A text whose criteria an AI marked."""
    task = await rubric(sql)
    found = await sql.fetch("select id from assay.questions where assignment_id = $1 order by number", task)
    criteria = [r["id"] for r in found]
    owner = Person(await sql.fetchval("select teacher_id from assay.assignments where id = $1", task), b"")
    author = Person(await sql.fetchval("select id from assay.students"), b"")
    async with sql.transaction():
        text = (await row(sql, "submissions", student_id=author.id, assignment_id=task, content="The cat sat.",
                          score=sum(scores), original_score=0))["id"]  # fmt: skip
        answers = [
            (await row(sql, "answers", student_id=author.id, question_id=q, submission_id=text, score=score,
                       marked_by="ai", provider="openai", model="gpt-4o"))["id"]
            for q, score in zip(criteria, scores, strict=True)
        ]  # fmt: skip
    return Rubric(owner, author, task, criteria, text, answers)
