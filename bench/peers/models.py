"""The tables of assay that the measured requests touch, as SQLAlchemy 2 models."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, text
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
    deadline: Mapped[datetime]
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
    provider: Mapped[str | None]
    submitted_at: Mapped[datetime]
    graded_at: Mapped[datetime]
    student: Mapped[Student] = relationship()
    assignment: Mapped[Assignment] = relationship()
    flags: Mapped[list[Flag]] = relationship()


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
