"""The same five requests as a FastAPI service with SQLAlchemy 2 on asyncpg, written by the book: the measure to beat.

Dependencies authenticate, ORM models load no more columns than are answered, related rows come by join or by one
`selectin` query, pydantic models shape the answers. No rate limits, no correlation ids, no notification of a worker.
"""

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import Body, Depends, FastAPI, HTTPException, Query, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from models import Assignment, Class, Enrolment, Job, PendingSubmission, Student, Submission, Teacher, Token
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import joinedload, load_only, selectinload

engine = create_async_engine(os.environ["PEER_DATABASE_URL"], pool_size=10, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    yield
    await engine.dispose()


app = FastAPI(lifespan=lifespan)
bearer = HTTPBearer()


class Model(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Me(Model):
    id: UUID
    name: str
    email: str
    role: str
    total_gold_coins: int | None = None


class Score(Model):
    assignment_id: UUID
    title: str
    score: int
    max_score: int
    feedback: str | None
    graded_at: datetime


class Scores(Model):
    total_gold_coins: int
    items: list[Score]
    next_cursor: UUID | None


class NamedOut(Model):
    id: UUID
    name: str


class AssignmentOut(Model):
    id: UUID
    title: str
    max_score: int
    deadline: datetime
    state: str
    score: int | None
    job_id: UUID | None
    takes: str
    class_: Annotated[NamedOut | None, Field(serialization_alias="class")]
    teacher: NamedOut


class Assignments(Model):
    items: list[AssignmentOut]
    next_cursor: UUID | None


class StudentOut(Model):
    id: UUID
    name: str
    email: str


class FlagOut(Model):
    kind: str
    start: int
    end: int


class SubmissionOut(Model):
    id: UUID
    assignment_id: UUID
    student: StudentOut
    score: int
    original_score: int
    max_score: int
    feedback: str | None
    flags: list[FlagOut]
    submitted_at: datetime
    graded_at: datetime
    edited_at: datetime | None
    comment: str | None
    is_llm_generated: bool
    released_at: datetime | None
    hidden: str | None = None  # of the cases of a lot, of which there are none


class Submissions(Model):
    items: list[SubmissionOut]
    next_cursor: UUID | None


class JobOut(Model):
    id: UUID
    kind: str
    status: str
    assignment_id: UUID | None
    submission_id: UUID | None
    error: dict[str, Any] | None
    created_at: datetime
    finished_at: datetime | None
    score: int | None
    case_id: UUID | None = None  # of a try, of which there are none
    assignment_title: str | None


class JobAccepted(Model):
    job: JobOut


async def database() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


Database = Annotated[AsyncSession, Depends(database)]
Credentials = Annotated[HTTPAuthorizationCredentials, Depends(bearer)]
Limit = Annotated[int, Query(ge=1, le=200)]


async def current_token(credentials: Credentials, db: Database) -> Token:
    found = await db.scalar(
        select(Token)
        .options(joinedload(Token.student), joinedload(Token.teacher))
        .where(
            Token.digest == hashlib.sha256(credentials.credentials.encode()).digest(),
            Token.expires_at > datetime.now(UTC),
        )
    )
    if found is None:
        raise HTTPException(401, "invalid_token")
    return found


async def current_student(token: Annotated[Token, Depends(current_token)]) -> Student:
    if token.student is None:
        raise HTTPException(403, "wrong_role")
    return token.student


async def current_teacher(token: Annotated[Token, Depends(current_token)]) -> Teacher:
    if token.teacher is None:
        raise HTTPException(403, "wrong_role")
    return token.teacher


CurrentStudent = Annotated[Student, Depends(current_student)]
CurrentTeacher = Annotated[Teacher, Depends(current_teacher)]


def after(items: list[Any], limit: int) -> UUID | None:
    """The cursor of the next page: one row more than the page holds was asked for."""
    return items[limit - 1].id if len(items) > limit else None


@app.get("/auth/me")
async def me(token: Annotated[Token, Depends(current_token)]) -> Me:
    if token.student is not None:
        who = token.student
        return Me(id=who.id, name=who.name, email=who.email, role="student", total_gold_coins=who.total_gold_coins)
    if token.teacher is None:
        raise HTTPException(401, "invalid_token")
    return Me(id=token.teacher.id, name=token.teacher.name, email=token.teacher.email, role="teacher")


@app.get("/student/scores")
async def scores(who: CurrentStudent, db: Database, limit: Limit = 50, cursor: UUID | None = None) -> Scores:
    query = (
        select(Submission)
        .options(
            load_only(Submission.assignment_id, Submission.score, Submission.feedback, Submission.graded_at),
            joinedload(Submission.assignment, innerjoin=True).load_only(Assignment.title, Assignment.max_score),
        )
        .where(Submission.student_id == who.id)
        .order_by(Submission.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(Submission.id < cursor)
    found = list(await db.scalars(query))
    items = [
        Score(
            assignment_id=one.assignment_id,
            title=one.assignment.title,
            score=one.score,
            max_score=one.assignment.max_score,
            feedback=one.feedback,
            graded_at=one.graded_at,
        )
        for one in found[:limit]
    ]
    return Scores(total_gold_coins=who.total_gold_coins, items=items, next_cursor=after(found, limit))


def visible_to(student_id: UUID) -> Any:
    """Assignments for the student's classes, or for all classes of their teachers."""
    mine = (
        select(Class).join(Enrolment, Enrolment.class_id == Class.id)
        .where(Enrolment.student_id == student_id, Class.deleted_at.is_(None))
    )  # fmt: skip
    return and_(
        Assignment.deleted_at.is_(None),
        or_(
            Assignment.class_id.in_(mine.with_only_columns(Class.id)),
            and_(Assignment.class_id.is_(None), Assignment.teacher_id.in_(mine.with_only_columns(Class.teacher_id))),
        ),
    )


@app.get("/student/assignments")
async def assignments(who: CurrentStudent, db: Database, limit: Limit = 50, cursor: UUID | None = None) -> Assignments:
    pending = (
        select(PendingSubmission.job_id)
        .where(PendingSubmission.student_id == who.id, PendingSubmission.assignment_id == Assignment.id)
        .scalar_subquery()
    )
    query = (
        select(Assignment, Submission.score, pending.label("pending"), Teacher, Class)
        .options(
            load_only(Assignment.title, Assignment.max_score, Assignment.deadline, Assignment.takes),
            load_only(Teacher.name),
            load_only(Class.name),
        )
        .join(Teacher, Teacher.id == Assignment.teacher_id)
        .outerjoin(Class, Class.id == Assignment.class_id)
        .outerjoin(Submission, and_(Submission.assignment_id == Assignment.id, Submission.student_id == who.id))
        .where(visible_to(who.id))
        .order_by(Assignment.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(Assignment.id < cursor)
    found = (await db.execute(query)).all()
    now = datetime.now(UTC)
    items = [
        AssignmentOut(
            id=one.id,
            title=one.title,
            max_score=one.max_score,
            deadline=one.deadline,
            state="graded" if score is not None else "pending" if job else "open" if now < one.deadline else "closed",
            score=score,
            job_id=job,
            takes=one.takes,
            class_=NamedOut.model_validate(group) if group else None,
            teacher=NamedOut.model_validate(teacher),
        )
        for one, score, job, teacher, group in found[:limit]
    ]
    return Assignments(items=items, next_cursor=after([one for one, *_ in found], limit))


@app.get("/teacher/assignments/{assignment_id}/submissions")
async def submissions(
    assignment_id: UUID, who: CurrentTeacher, db: Database, limit: Limit = 50, cursor: UUID | None = None
) -> Submissions:
    assignment = await db.scalar(
        select(Assignment)
        .options(load_only(Assignment.max_score))
        .where(Assignment.id == assignment_id, Assignment.teacher_id == who.id, Assignment.deleted_at.is_(None))
    )
    if assignment is None:
        raise HTTPException(404, "not_found")
    query = (
        select(Submission)
        .options(
            joinedload(Submission.student, innerjoin=True).load_only(Student.name, Student.email),
            selectinload(Submission.flags),
        )
        .where(Submission.assignment_id == assignment_id)
        .order_by(Submission.id.desc())
        .limit(limit + 1)
    )
    if cursor is not None:
        query = query.where(Submission.id < cursor)
    found = list(await db.scalars(query))
    items = [
        SubmissionOut(
            id=one.id,
            assignment_id=one.assignment_id,
            student=StudentOut.model_validate(one.student),
            score=one.score,
            original_score=one.original_score,
            max_score=assignment.max_score,
            feedback=one.feedback,
            flags=[FlagOut(kind=flag.kind, start=flag.starts_at, end=flag.ends_at) for flag in one.flags],
            submitted_at=one.submitted_at,
            graded_at=one.graded_at,
            edited_at=one.graded_at if one.provider is None else None,
            comment=one.comment,
            is_llm_generated=one.provider is not None,
            released_at=one.released_at,
        )
        for one in found[:limit]
    ]
    return Submissions(items=items, next_cursor=after(found, limit))


@app.post("/student/assignments/{assignment_id}/submission", status_code=202)
async def submit(
    assignment_id: UUID,
    who: CurrentStudent,
    db: Database,
    response: Response,
    content: Annotated[str, Body(media_type="text/plain", max_length=200_000)],
) -> JobAccepted:
    assignment = await db.scalar(
        select(Assignment)
        .options(load_only(Assignment.teacher_id, Assignment.deadline, Assignment.title))
        .where(Assignment.id == assignment_id, visible_to(who.id))
        .with_for_update(read=True, key_share=True)
    )
    if assignment is None:
        raise HTTPException(404, "not_found")
    if await db.scalar(
        select(Submission.id).where(Submission.student_id == who.id, Submission.assignment_id == assignment_id)
    ):
        raise HTTPException(409, "already_submitted")
    if datetime.now(UTC) >= assignment.deadline:
        raise HTTPException(409, "deadline_passed")
    job_id = uuid4()
    pending = PendingSubmission(job_id=job_id, student_id=who.id, assignment_id=assignment_id, content=content)
    job = Job(
        id=job_id, kind="grade_text", teacher_id=assignment.teacher_id, student_id=who.id, subject_id=assignment_id
    )
    db.add_all([pending, job])
    try:
        await db.commit()
    except IntegrityError:
        raise HTTPException(409, "submission_pending") from None
    response.headers["Location"] = f"/student/jobs/{job.id}"
    answer = JobOut(
        id=job.id,
        kind="grading",
        status="queued",
        assignment_id=assignment_id,
        submission_id=None,
        error=None,
        created_at=job.created_at,
        finished_at=None,
        score=None,
        assignment_title=assignment.title,
    )
    return JobAccepted(job=answer)
