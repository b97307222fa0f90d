"""What is marked by its questions, before a worker: who has something to hand in, and what no crash may leave."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import asyncpg
import psycopg

from tests.rules import quizzes
from tests.rules.rows import Person, row, student
from tests.worker.rows import store_key

ANSWER = "Bees carry pollen between flowers, which is why the fruit grows at all, and they store honey for the winter."
QUESTIONS = (quizzes.OPEN, quizzes.SHORT, quizzes.OPEN)
MIXED = {0: ANSWER, 1: "binary"}  # what a student saved, by the place of the question
MACHINE = {1: "binary"}  # no AI is needed
# Whole or not at all, and what was saved is there in any case. Lists offenders; nobody saved anything but the above.
OFFENCES = """
select 'not whole', s.id::text
  from assay.submissions s
 cross join lateral (select count(*) as in_all, count(x.score) as marked, sum(x.score) as score,
                            bool_and((x.marked_by = 'ai')
                                     = (q.kind = 'criterion' or q.kind = 'open' and x.texts is not null)) as by_whom
                       from assay.answers x join assay.questions q on q.id = x.question_id
                      where x.submission_id = s.id) n
 where n.in_all <> (select count(*) from assay.questions q where q.assignment_id = s.assignment_id)
    or n.marked <> n.in_all or n.score <> s.score or not n.by_whom
union all
select 'total is not the sum', p.id::text from assay.students p
 where total_gold_coins <> (select coalesce(sum(score), 0) from assay.submissions x where x.student_id = p.id)
union all
select 'not paid once', x.id::text from assay.submissions x
 where 1 <> (select count(*) from assay.coin_ledger l where l.submission_id = x.id)
union all
select 'both pending and there', x.id::text from assay.submissions x
  join assay.pending_submissions p on p.student_id = x.student_id and p.assignment_id = x.assignment_id
union all
select 'draft that was marked', x.id::text from assay.answers x where x.submission_id is null and x.score is not null
"""
KEPT = "select count(*) from assay.answers where texts[1] in ('binary', '" + ANSWER + "')"


class Cohort(NamedTuple):
    """Something to hand in, and students who have saved answers to it."""

    quiz: quizzes.Quiz
    students: list[Person]


async def with_quiz(url: str, students: int = 1, key: str = "sk-sim-key", answers: Mapping[int, str] = MIXED) -> Cohort:
    """A class before a quiz of QUESTIONS, with what they saved; its teacher has this key of both services."""
    sql = await asyncpg.connect(url)
    try:
        here = await quizzes.quiz(sql, *QUESTIONS)
        authors = [here.student, *[await student(sql) for _ in range(students - 1)]]
        for author in authors[1:]:
            await row(sql, "enrolments", class_id=here.classroom, student_id=author.id)
        for author in authors:
            for place, text in answers.items():
                await quizzes.saved(sql, author, here.questions[place], texts=[text])
    finally:
        await sql.close()
    keys_of(url, here.teacher, key)
    return Cohort(here, authors)


async def with_rubric(url: str, students: int, key: str = "sk-sim-key") -> Cohort:
    """A class that is to write a text, which is graded by two criteria."""
    sql = await asyncpg.connect(url)
    try:
        task = await quizzes.rubric(sql)
        group = await sql.fetchrow("select id, teacher_id from assay.classes")
        first = await sql.fetchval("select id from assay.students")
        assert group is not None
        authors = [await student(sql) for _ in range(students)]
        for author in authors:
            await row(sql, "enrolments", class_id=group["id"], student_id=author.id)
        owner = Person(group["teacher_id"], b"")
    finally:
        await sql.close()
    keys_of(url, owner, key)
    return Cohort(quizzes.Quiz(owner, Person(first, b""), group["id"], task, []), authors)


def keys_of(url: str, owner: Person, key: str) -> None:
    """Stores a teacher's keys."""
    with psycopg.connect(url) as connection:
        for provider in ("anthropic", "openai"):
            store_key(connection, owner.id, provider, key)


def hand_in(url: str, cohort: Cohort, text: str | None = None) -> list[UUID]:
    """What each student saved, or a text, is handed in through the API function; the jobs."""
    statement = "select (s.job).id from api.submit_assignment(%s, %s, %s) s"
    with psycopg.connect(url, autocommit=True) as connection:
        return [
            connection.execute(statement, [author.token, cohort.quiz.task, text]).fetchone()[0]  # type: ignore[index]
            for author in cohort.students
        ]


def close(url: str, cohort: Cohort) -> None:
    """The deadline is now, also where it may not be moved any more."""
    passed = "update assay.assignments set deadline = clock_timestamp() where id = %s"
    with psycopg.connect(url) as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute(passed, [cohort.quiz.task])
