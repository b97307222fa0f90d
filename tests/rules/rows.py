"""Rows to begin with, and the one assertion for a broken rule."""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

import asyncpg
import pytest

Sql: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

TEXT = "The cat sat on the mat, and it was good."


@contextmanager
def refused(by: str | tuple[str, ...]) -> Iterator[None]:
    """The database says no, and names the rule: a constraint, a unique index, or what a function raised."""
    with pytest.raises(asyncpg.PostgresError) as caught:
        yield
    assert rule_of(caught.value) in ([by] if isinstance(by, str) else by), repr(caught.value)


def rule_of(error: asyncpg.PostgresError) -> str | None:
    """The name of the rule that an error of the database names."""
    return getattr(error, "constraint_name", None)


def digest(token: str) -> bytes:
    """What the database knows of a token."""
    return hashlib.sha256(token.encode()).digest()


def soon(**delta: float) -> datetime:
    """A moment so far from now."""
    return datetime.now(UTC) + timedelta(**delta)


async def row(sql: Sql, table: str, **values: Any) -> asyncpg.Record:
    """Insert one row into a table of assay, by hand; the whole row as it is then."""
    columns, places = ", ".join(values), ", ".join(f"${n}" for n in range(1, len(values) + 1))
    statement = f"insert into assay.{table} ({columns}) values ({places}) returning *"
    made = await sql.fetchrow(statement, *values.values())
    assert made is not None
    return made


async def only(sql: Sql, statement: str, *arguments: Any) -> tuple[Any, ...]:
    """The first row of an answer that has one."""
    found = await sql.fetchrow(statement, *arguments)
    assert found is not None, statement
    return tuple(found)


class Person(NamedTuple):
    """Somebody with a session."""

    id: UUID
    token: bytes


async def person(sql: Sql, table: str, **values: Any) -> Person:
    """A student or teacher who is logged in."""
    name = values.pop("name", f"{table[:-1]} {uuid.uuid4().hex[:6]}")
    values = {"name": name, "email": f"{uuid.uuid4().hex[:12]}@example.org", "password_hash": "$argon2id$…"} | values
    made = await row(sql, table, **values)
    token = digest(uuid.uuid4().hex)
    await row(sql, "sessions", digest=token, **{f"{table[:-1]}_id": made["id"]})
    return Person(made["id"], token)


async def teacher(sql: Sql, **values: Any) -> Person:
    """A teacher with a session and an AI key."""
    made = await person(sql, "teachers", **values)
    await row(sql, "api_keys", teacher_id=made.id, provider="openai", sealed=b"sealed", last4="abcd")
    return made


async def student(sql: Sql, **values: Any) -> Person:
    """A verified student with a session."""
    return await person(sql, "students", **{"email_verified_at": soon(days=-1)} | values)


async def classroom(sql: Sql, owner: Person, *students: Person, name: str = "7b") -> UUID:
    """A class of a teacher with these students in it."""
    made: UUID = (await row(sql, "classes", teacher_id=owner.id, name=name))["id"]
    for one in students:
        await row(sql, "enrolments", class_id=made, student_id=one.id)
    return made


async def assignment(sql: Sql, owner: Person, **values: Any) -> UUID:
    """An assignment for all classes of a teacher, open for a day, for at most 100 coins."""
    values = {
        "title": "An essay",
        "instructions": "Write. The maximum is 100.",
        "correction_template": "Look at the words.",
        "max_score": 100,
        "deadline": soon(days=1),
        "published_at": soon(),
    } | values
    made: UUID = (await row(sql, "assignments", teacher_id=owner.id, **values))["id"]
    return made


async def submission(sql: Sql, author: Person, task: UUID, score: int = 10, **values: Any) -> UUID:
    """A graded text."""
    values = {"content": TEXT, "score": score, "original_score": score} | values
    made: UUID = (await row(sql, "submissions", student_id=author.id, assignment_id=task, **values))["id"]
    return made


async def pending(sql: Sql, author: Person, task: UUID, **values: Any) -> UUID:
    """A text that waits to be graded; its job."""
    values = {"content": TEXT} | values
    made: UUID = (await row(sql, "pending_submissions", student_id=author.id, assignment_id=task, **values))["job_id"]
    return made


async def draft(sql: Sql, owner: Person, task: UUID, **values: Any) -> UUID:
    """A template that is to be built for an assignment; the job."""
    values = {"title": "T", "instructions": "I", "deadline": soon(days=1)} | values
    made: UUID = (await row(sql, "assignment_drafts", teacher_id=owner.id, assignment_id=task, **values))["job_id"]
    return made


class School(NamedTuple):
    """A teacher with one class, one student in it, and one assignment."""

    teacher: Person
    student: Person
    classroom: UUID
    task: UUID


async def school(sql: Sql) -> School:
    """The fewest rows with which a text can be handed in."""
    owner, author = await teacher(sql), await student(sql)
    return School(owner, author, await classroom(sql, owner, author), await assignment(sql, owner))


async def hand_in(sql: Sql, author: Person, task: UUID, text: str = TEXT) -> UUID:
    """A text, through the API function."""
    job: UUID = await sql.fetchval(
        "select (s.job).id from api.submit_assignment($1, $2, $3) s", author.token, task, text
    )
    return job


async def worker(sql: Sql) -> int:
    """A worker with a lease of a minute."""
    number: int = await sql.fetchval("select worker.register_worker(gen_random_uuid()::text, 60)")
    return number


async def take(sql: Sql, number: int, most: int = 100) -> dict[UUID, int]:
    """What a worker claims, however many of one teacher: job and attempt."""
    kinds = "array(select kind from assay.job_kinds)"
    rows = await sql.fetch(f"select * from worker.claim_jobs($1, $2, {kinds}, calls_per_key => 1000)", number, most)
    return {r["job_id"]: r["attempt"] for r in rows}


FINISH = "select worker.finish_gradings($1, $2, $3, $4, $5, $6, array_fill('[]'::json, array[cardinality($1::uuid[])]))"


FINISH_AGAIN = "select worker.finish_regrades($1, $2, $3, $4, $5, $6)"


async def finish(sql: Sql, taken: dict[UUID, int], score: int = 50) -> set[UUID]:
    """Grade all of them, for the first time or again; those that were still this worker's."""
    n = len(taken)
    arguments = (list(taken), list(taken.values()), [score] * n, ["openai"] * n, ["gpt-4o"] * n, ["v1"] * n)
    done = [*await sql.fetch(FINISH, *arguments), *await sql.fetch(FINISH_AGAIN, *arguments)]
    return {r[0] for r in done}


async def build(sql: Sql, job: UUID, attempt: int) -> UUID | None:
    """A template was built; the job if it was still this worker's."""
    built = "select worker.finish_templates($1, $2, '{Look.}', '{50}', '{openai}', '{gpt-4o}', '{v1}')"
    answer: UUID | None = await sql.fetchval(built, [job], [attempt])
    return answer


async def fail(sql: Sql, job: UUID, attempt: int, code: str = "ai_unavailable", cause: str = "outage",
               seen: str | None = None) -> bool:  # fmt: skip
    """A job that failed; false when the attempt was superseded."""
    statement = "select worker.fail_jobs($1, $2, $3, $4, array[$5::json])"
    return await sql.fetchval(statement, [job], [attempt], [code], [cause], seen) is not None


async def coins(sql: Sql, author: Person) -> int:
    """A student's total."""
    total: int = await sql.fetchval("select total_gold_coins from assay.students where id = $1", author.id)
    return total


async def drift(sql: Sql) -> list[asyncpg.Record]:
    """Students whose coins are not what they should be."""
    return await sql.fetch("select * from reporting.coin_drift")
