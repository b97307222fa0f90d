"""Cases to begin with: work on which models and people are compared."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from tests.rules.quizzes import LEVELS, question
from tests.rules.rows import Person, Sql, assignment, classroom, row, student, submission, teacher

MARKER = ("provider", "model", "teacher_id", "prompt_version")
MODEL: Mapping[str, Any] = {"provider": "openai", "model": "gpt-4o"}


class Trial(NamedTuple):
    """A teacher with a class, one student in it who handed in, and an assignment with these criteria."""

    teacher: Person
    student: Person
    task: UUID
    criteria: list[UUID | None]
    submission: UUID


async def trial(sql: Sql, *maxima: int, levels: bool = False) -> Trial:
    """Criteria with these maxima, the last one with levels; without any the text gets one score as a whole."""
    owner, author = await teacher(sql), await student(sql)
    await classroom(sql, owner, author)
    task = await assignment(sql, owner, max_score=sum(maxima) or 100)
    async with sql.transaction():
        criteria: list[UUID | None] = [
            await question(sql, task, {"kind": "criterion", "title": f"Part {n}", "max_score": most, "prompt": "Is."}
                           | ({"options": LEVELS} if levels and n == len(maxima) else {}), n)
            for n, most in enumerate(maxima, 1)
        ]  # fmt: skip
    async with sql.transaction():
        handed_in = await submission(sql, author, task, 0)
        for criterion in criteria:
            await row(sql, "answers", student_id=author.id, question_id=criterion, submission_id=handed_in, score=0,
                      marked_by="ai", provider="openai", model="gpt-4o")  # fmt: skip
    return Trial(owner, author, task, criteria or [None], handed_in)


async def brought(sql: Sql, task: UUID, content: str | None = "The cat sat.", **values: Any) -> UUID:
    """A case of a text that belongs to nobody."""
    made: UUID = (
        await row(sql, "cases", **{"assignment_id": task, "label": "Old essay", "content": content} | values)
    )["id"]
    return made


async def tried(
    sql: Sql,
    case: UUID,
    questions: Sequence[UUID | None],
    marks: Sequence[int | str],
    number: int = 1,
    **marker: Any,
) -> UUID:
    """A finished try with these marks (a text: why there is no score); of a model unless `teacher_id` says whose."""
    known = {"provider": "openai", "model": "gpt-4o", "prompt_version": "v1"} if "teacher_id" not in marker else {}
    async with sql.transaction():
        made: UUID = await sql.fetchval(
            "insert into assay.tries (case_id, number, rubric_digest, finished_at, provider, model, teacher_id,"
            " prompt_version) select c.id, $2, assay.rubric_digest(c.assignment_id), now(), $3, $4, $5, $6"
            " from assay.cases c where c.id = $1 returning id",
            case, number, *[(known | marker).get(name) for name in MARKER],
        )  # fmt: skip
        for asked, mark in zip(questions, marks, strict=True):
            value = {"error" if isinstance(mark, str) else "score": mark}
            await row(sql, "marks", try_id=made, question_id=asked, **value)
    return made


async def colleague(sql: Sql) -> UUID:
    """Another person who marks."""
    return (await teacher(sql, name=uuid.uuid4().hex[:8])).id
