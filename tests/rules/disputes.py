"""A text that an AI marked, and what its student and its teacher do about a mark."""

from typing import Any
from uuid import UUID

from tests.rules.quizzes import Rubric, graded_by_rubric
from tests.rules.rows import (
    Person,
    Sql,
    digest,
    row,
)

TEXT = "The second paragraph gives the reason that you missed."


ASK = "select (api.request_regrade($1, $2, $3, $4)).id"


DECIDE = "select from api.decide_regrade_request($1, $2, $3, $4, $5)"


STATE = "select state, answer, score_before, score_after from assay.regrade_requests where id = $1"


async def session(sql: Sql, who: Person, role: str) -> Person:
    """The same person, logged in."""
    token = digest(f"{role} {who.id}")
    await row(sql, "sessions", digest=token, **{f"{role}_id": who.id})
    return Person(who.id, token)


async def marked(sql: Sql, first: int = 40, second: int = 5) -> Rubric:
    """A text that an AI marked by two criteria, of 90 and 10; its teacher and its student are logged in."""
    here = await graded_by_rubric(sql, first, second)
    owner, author = await session(sql, here.teacher, "teacher"), await session(sql, here.student, "student")
    return here._replace(teacher=owner, student=author)


async def ask(sql: Sql, here: Rubric, number: int | None = 1, text: str = TEXT) -> UUID:
    """A request of the student, through the API function."""
    made: UUID = await sql.fetchval(ASK, here.student.token, here.task, number, text)
    return made


async def decide(
    sql: Sql, here: Rubric, request: UUID, accept: bool, score: int | None = None, answer: str | None = "You are right."
) -> None:
    """A decision of the teacher, through the API function."""
    await sql.execute(DECIDE, here.teacher.token, request, accept, answer, score)


async def by_hand(sql: Sql, here: Rubric, **values: Any) -> UUID:
    """A request, in psql."""
    fixed: dict[str, Any] = {"submission_id": here.submission, "question_number": 1, "student_text": TEXT}
    made: UUID = (await row(sql, "regrade_requests", **fixed | values))["id"]
    return made


async def moved(sql: Sql, here: Rubric, days: float) -> None:
    """The result was released so many days ago."""
    async with sql.transaction():
        await sql.execute("set local session_replication_role = replica")
        statement = "update assay.submissions set released_at = now() - make_interval(secs => $2) where id = $1"
        await sql.execute(statement, here.submission, days * 86_400)
