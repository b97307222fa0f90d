"""Quizzes with open questions before a worker: students who have saved answers, and what no crash may leave."""

from typing import NamedTuple
from uuid import UUID

import asyncpg
import psycopg

from tests.rules import quizzes
from tests.rules.rows import Person, row, student
from tests.worker.rows import store_key

ANSWER = "Bees carry pollen between flowers, which is why the fruit grows at all, and they store honey for the winter."
SAVED = {0: ANSWER, 1: "binary"}  # the texts of a student, by the place of the question in QUESTIONS
QUESTIONS = (quizzes.OPEN, quizzes.SHORT, quizzes.OPEN)
# Whole or not at all, and what was saved is there in any case. Lists offenders.
OFFENCES = f"""
select 'answers of a submission', s.id::text from assay.submissions s
 where (select array_agg(x.marked_by order by q.number)
          from assay.answers x join assay.questions q on q.id = x.question_id
         where x.submission_id = s.id) is distinct from '{{ai,database,database}}'
    or s.score <> (select sum(x.score) from assay.answers x where x.submission_id = s.id)
    or s.content <> '1: {ANSWER}' || E'\\n2: binary\\n3:'
union all
select 'draft that was marked', x.id::text from assay.answers x where x.submission_id is null and x.score is not null
union all
select 'answer that was lost', p.id::text from assay.students p
 where 2 <> (select count(*) from assay.answers x where x.student_id = p.id and x.texts[1] in ('{ANSWER}', 'binary'))
"""


class Room(NamedTuple):
    """A quiz of QUESTIONS, and students who have saved answers to the first two."""

    quiz: quizzes.Quiz
    students: list[Person]


async def seated(url: str, students: int = 1, key: str = "sk-sim-key") -> Room:
    """A class before a quiz; its teacher has this key of both services."""
    sql = await asyncpg.connect(url)
    try:
        here = await quizzes.quiz(sql, *QUESTIONS)
        authors = [here.student, *[await student(sql) for _ in range(students - 1)]]
        for author in authors[1:]:
            await row(sql, "enrolments", class_id=here.classroom, student_id=author.id)
        for author in authors:
            for place, text in SAVED.items():
                await quizzes.saved(sql, author, here.questions[place], texts=[text])
    finally:
        await sql.close()
    with psycopg.connect(url) as connection:
        for provider in ("anthropic", "openai"):
            store_key(connection, here.teacher.id, provider, key)
    return Room(here, authors)


def hand_in(url: str, room: Room) -> list[UUID]:
    """What each student saved is handed in, through the API function; the jobs."""
    statement = "select (s.job).id from api.submit_assignment(%s, %s, null) s"
    with psycopg.connect(url, autocommit=True) as connection:
        return [
            connection.execute(statement, [author.token, room.quiz.task]).fetchone()[0]  # type: ignore[index]
            for author in room.students
        ]


def close(url: str, room: Room) -> None:
    """The deadline is now, also where it may not be moved any more."""
    passed = "update assay.assignments set deadline = clock_timestamp() where id = %s"
    with psycopg.connect(url) as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute(passed, [room.quiz.task])
