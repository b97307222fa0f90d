"""A quiz, and its student with a token, in front of the whole service."""

import re
import uuid
from typing import Any
from uuid import UUID

import asyncpg

from tests.rules import quizzes
from tests.rules.quizzes import Quiz, Spec
from tests.rules.rows import Person, Sql, digest, row, student
from tests.web.conftest import Assay, School


class QuizTaker:
    """A student with a quiz before them. `keys`: those of each question's options, by the author's number."""

    def __init__(self, assay: Assay, sql: Sql, quiz: Quiz) -> None:
        self.assay, self.sql, self.quiz = assay, sql, quiz
        self.path = f"/student/assignments/{quiz.task}"
        self.token, self.keys = "", dict[int, dict[int, int]]()

    async def ask(self, verb: str, path: str, status: int = 200, **more: Any) -> Any:
        """A request of the student about the quiz."""
        return await self.assay.ask(verb, self.path + path, self.token, status, **more)

    async def refused(self, code: str, verb: str, path: str, **more: Any) -> dict[str, Any]:
        """The same, refused by this code."""
        return await self.assay.refused(code, verb, self.path + path, self.token, **more)

    async def save(self, number: int, answer: Any, status: int = 200) -> Any:
        """Save an answer to a question."""
        return await self.ask("PUT", f"/answers/{number}", status, json={"answer": answer})

    async def questions(self) -> list[dict[str, Any]]:
        """What the student sees of the questions."""
        found: list[dict[str, Any]] = (await self.ask("GET", "/questions"))["items"]
        return found

    async def close(self) -> None:
        """The deadline passes, also where it may not be moved any more."""
        async with self.sql.transaction():
            await self.sql.execute("set local session_replication_role = replica")
            passed = "update assay.assignments set deadline = now() - interval '1 second' where id = $1"
            await self.sql.execute(passed, self.quiz.task)

    async def classmate(self) -> "QuizTaker":
        """Another student of the class, with the same quiz."""
        other = await student(self.sql)
        await row(self.sql, "enrolments", class_id=self.quiz.classroom, student_id=other.id)
        taker = QuizTaker(self.assay, self.sql, self.quiz._replace(student=other))
        taker.token, taker.keys = await login(self.sql, other), self.keys
        return taker


async def login(sql: Sql, who: Person, kind: str = "student") -> str:
    """A token of somebody who was made by hand."""
    token = uuid.uuid4().hex
    await row(sql, "sessions", digest=digest(token), **{f"{kind}_id": who.id})
    return token


async def seated(assay: Assay, sql: Sql, *specs: Spec, **values: Any) -> QuizTaker:
    """A student before a quiz of these questions."""
    taker = QuizTaker(assay, sql, await quizzes.quiz(sql, *specs, **values))
    taker.token = await login(sql, taker.quiz.student)
    taker.keys = {n: await quizzes.keys(sql, asked) for n, asked in enumerate(taker.quiz.questions, 1)}
    return taker


async def before(assay: Assay, sql: Sql, *specs: dict[str, Any], **values: Any) -> tuple[QuizTaker, str]:
    """A student before a quiz, and its teacher, who has keys of both services."""
    taker = await seated(assay, sql, *specs, **values)
    teacher = await login(sql, taker.quiz.teacher, "teacher")
    for provider in ("openai", "anthropic"):
        await assay.ask("PUT", f"/teacher/api-keys/{provider}", teacher, json={"key": f"sk-sim-{provider}"})
    assay.asked.clear()
    return taker, teacher


def simulated(answer: str, maximum: int = 4) -> int:
    """What the simulator gives for an answer."""
    words = len({word.casefold() for word in re.findall(r"[^\W\d_]+", answer)})
    return int(maximum * words / (words + 30) + 0.5)


async def before_quiz(assay: Assay, school: School, *specs: Spec, **values: Any) -> UUID:
    """A quiz of these questions for the class of a school; its id."""
    sql = await asyncpg.connect(assay.url)
    try:
        row = await sql.fetchrow("select id, teacher_id from assay.classes where id = $1", UUID(school.class_id))
        assert row is not None
        return await quizzes.published(sql, Person(row["teacher_id"], b""), *specs, class_id=row["id"], **values)
    finally:
        await sql.close()


def right_answers(keys: dict[int, dict[int, int]]) -> dict[int, Any]:
    """What is all right, in the form in which it is sent, for one question of each kind of quizzes.KINDS in order."""
    return {
        1: keys[1][1], 2: [keys[2][1], keys[2][2]], 3: {str(keys[3][1]): "A", str(keys[3][2]): "B"},
        4: [[keys[4][1], 0], [keys[4][2], 1]], 5: ["variable", "data"], 6: "Binary ", 7: "3,14",
    }  # fmt: skip
