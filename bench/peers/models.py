"""The tables of assay that the measured requests touch, as SQLAlchemy 2 models."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, Range
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    __table_args__ = {"schema": "assay"}  # noqa: RUF012
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012


class Student(Base):
    __tablename__ = "students"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    name: Mapped[str]
    email: Mapped[str]
    email_verified_at: Mapped[datetime | None]
    total_gold_coins: Mapped[int]


class Teacher(Base):
    __tablename__ = "teachers"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    name: Mapped[str]
    email: Mapped[str]


class Token(Base):
    __tablename__ = "sessions"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    student_id: Mapped[UUID | None] = mapped_column(ForeignKey(Student.id))
    teacher_id: Mapped[UUID | None] = mapped_column(ForeignKey(Teacher.id))
    expires_at: Mapped[datetime]
    student: Mapped[Student | None] = relationship()
    teacher: Mapped[Teacher | None] = relationship()


class Class(Base):
    __tablename__ = "classes"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey(Teacher.id))
    name: Mapped[str]
    deleted_at: Mapped[datetime | None]


class Enrolment(Base):
    __tablename__ = "enrolments"

    class_id: Mapped[UUID] = mapped_column(ForeignKey(Class.id), primary_key=True)
    student_id: Mapped[UUID] = mapped_column(ForeignKey(Student.id), primary_key=True)


class Assignment(Base):
    __tablename__ = "assignments"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey(Teacher.id))
    class_id: Mapped[UUID | None]
    title: Mapped[str]
    max_score: Mapped[int]
    takes: Mapped[str]
    reveal: Mapped[str]
    attempts: Mapped[int]
    regrade_days: Mapped[int]
    deadline: Mapped[datetime]
    published_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]


class Flag(Base):
    __tablename__ = "flags"

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("assay.submissions.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[int] = mapped_column(primary_key=True)
    ends_at: Mapped[int] = mapped_column(primary_key=True)


class Submission(Base):
    __tablename__ = "submissions"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    student_id: Mapped[UUID] = mapped_column(ForeignKey(Student.id))
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey(Assignment.id))
    content: Mapped[str] = mapped_column(deferred=True)
    score: Mapped[int]
    original_score: Mapped[int]
    feedback: Mapped[str | None]
    comment: Mapped[str | None]
    adjustment: Mapped[int] = mapped_column(server_default=text("0"))
    provider: Mapped[str | None]
    model: Mapped[str | None]
    submitted_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    graded_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    released_at: Mapped[datetime | None] = mapped_column(server_default=text("now()"))
    student: Mapped[Student] = relationship()
    assignment: Mapped[Assignment] = relationship()
    flags: Mapped[list[Flag]] = relationship()
    answers: Mapped[list["Answer"]] = relationship(back_populates="submission")


class Job(Base):
    __tablename__ = "jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    kind: Mapped[str]
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey(Teacher.id))
    student_id: Mapped[UUID | None] = mapped_column(ForeignKey(Student.id))
    subject_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class PendingSubmission(Base):
    __tablename__ = "pending_submissions"

    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey(Assignment.id))
    content: Mapped[str]


class Question(Base):
    __tablename__ = "questions"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey(Assignment.id))
    number: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    title: Mapped[str | None]
    prompt: Mapped[str]
    max_score: Mapped[int]
    partial: Mapped[bool]
    guide: Mapped[str | None]
    explanation: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    options: Mapped[list["Option"]] = relationship(order_by="Option.number")


class Option(Base):
    __tablename__ = "options"

    question_id: Mapped[UUID] = mapped_column(ForeignKey(Question.id), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    key: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str | None]
    pair: Mapped[str | None]
    place: Mapped[int | None] = mapped_column(SmallInteger)
    indent: Mapped[int | None] = mapped_column(SmallInteger)
    tolerance: Mapped[Decimal | None]
    score: Mapped[int | None]


class Answer(Base):
    __tablename__ = "answers"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    student_id: Mapped[UUID] = mapped_column(ForeignKey(Student.id))
    question_id: Mapped[UUID] = mapped_column(ForeignKey(Question.id))
    attempt: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    submission_id: Mapped[UUID | None] = mapped_column(ForeignKey(Submission.id))
    picked: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    indents: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    texts: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    score: Mapped[int | None]
    marked_by: Mapped[str | None]
    reason: Mapped[str | None]
    evidence: Mapped[list[Range[int]] | None] = mapped_column(INT4MULTIRANGE)
    quotes_unfound: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    saved_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    checked_at: Mapped[datetime | None]
    marked_at: Mapped[datetime | None]
    question: Mapped[Question] = relationship()
    submission: Mapped[Submission | None] = relationship(back_populates="answers")


class LedgerEntry(Base):
    __tablename__ = "coin_ledger"

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("uuidv7()"))
    student_id: Mapped[UUID] = mapped_column(ForeignKey(Student.id))
    submission_id: Mapped[UUID]
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey(Assignment.id))
    score: Mapped[int | None]
    coins: Mapped[int]
    reason: Mapped[str]
    actor: Mapped[str]


class SubmissionCount(Base):
    __tablename__ = "submission_counts"

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey(Assignment.id), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    submissions: Mapped[int]
