"""What the API answers. Postgres makes the JSON; these models document it and check it in tests, not on the way."""

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")
Role = Literal["student", "teacher"]


class Answered(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Page(Answered, Generic[Item]):
    items: list[Item]
    next_cursor: str | None


class ErrorBody(Answered):
    code: str
    message: str
    details: dict[str, Any]
    correlation_id: str


class Error(Answered):
    """The shape of every error."""

    error: ErrorBody


class Sending(Answered):
    status: Literal["verification_sent", "reset_sent"]


class Verified(Answered):
    status: Literal["verified"]


class PasswordReset(Answered):
    status: Literal["password_reset"]


class User(Answered):
    id: UUID
    name: str
    email: str


class LoggedIn(Answered):
    token: str
    role: Role
    expires_at: datetime
    user: User


class Me(Answered):
    id: UUID
    name: str
    email: str
    role: Role
    total_gold_coins: int | None = Field(None, description="students only")


class StudentAssignment(Answered):
    id: UUID
    title: str
    max_score: int
    deadline: datetime
    state: Literal["open", "pending", "graded", "closed"]
    score: int | None


class StudentSubmission(Answered):
    id: UUID
    assignment_id: UUID
    content: str
    score: int
    max_score: int
    feedback: str | None
    submitted_at: datetime
    graded_at: datetime


class Score(Answered):
    assignment_id: UUID
    title: str
    score: int
    max_score: int
    feedback: str | None
    graded_at: datetime


class Scores(Answered):
    total_gold_coins: int
    items: list[Score]
    next_cursor: str | None


class Job(Answered):
    id: UUID
    kind: Literal["template", "grading"]
    status: Literal["queued", "running", "succeeded", "failed"]
    assignment_id: UUID | None
    submission_id: UUID | None
    error: Any = Field(description="null, or `{code, message, …}` of a failed job")
    created_at: datetime
    finished_at: datetime | None
    score: int | None


class JobAccepted(Answered):
    job: Job


class SubmissionMade(Answered):
    submission: StudentSubmission


class AssignmentSummary(Answered):
    id: UUID
    title: str
    max_score: int
    deadline: datetime
    class_id: UUID | None
    teacher_id: UUID
    locked: bool
    submission_count: int
    created_at: datetime
    updated_at: datetime


class Assignment(AssignmentSummary):
    instructions: str
    correction_template: str


class AssignmentMade(Answered):
    assignment: Assignment


class TeacherSubmission(Answered):
    id: UUID
    assignment_id: UUID
    student: User
    score: int
    original_score: int
    max_score: int
    feedback: str | None
    flags: Annotated[list[Any], Field(description="what looked like an attempt to talk to the grader; advisory")]
    submitted_at: datetime
    graded_at: datetime
    edited_at: datetime | None


class TeacherSubmissionWithContent(TeacherSubmission):
    content: str


class SubmissionRegraded(Answered):
    submission: TeacherSubmissionWithContent


class Colleague(Answered):
    id: UUID
    name: str


class PastScore(Answered):
    score: int
    feedback: str | None = None
    by: Literal["ai", "teacher"]
    teacher: Colleague | None
    provider: str | None
    model: str | None
    prompt_version: str | None = None
    reason: str | None = None
    created_at: datetime


class Student(Answered):
    id: UUID
    name: str
    email: str
    total_gold_coins: int
    class_ids: list[UUID]
    created_at: datetime


class Class(Answered):
    id: UUID
    name: str
    teacher_id: UUID
    student_count: int
    created_at: datetime


class Enrolled(Answered):
    enrolled: int


class GradebookClass(Answered):
    id: UUID
    name: str


class GradebookAssignment(Answered):
    id: UUID
    title: str
    max_score: int
    deadline: datetime


class GradebookStudent(Answered):
    id: UUID
    name: str
    email: str
    scores: dict[str, int | None] | list[int | None]
    total: int


class Gradebook(Answered):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    class_: GradebookClass = Field(alias="class")
    assignments: list[GradebookAssignment]
    students: list[GradebookStudent]


class Teacher(Answered):
    id: UUID
    name: str
    email: str
    created_at: datetime


class StoredKey(Answered):
    provider: Literal["openai", "anthropic"]
    last4: str
    created_at: datetime
    state: str | None = None
    last_ok_at: datetime | None = None
    last_error: str | None = None


class LimitOfScope(Answered):
    scope: Literal["auth", "read", "write", "ai"]
    limit: str


class Health(Answered):
    ok: bool


class Readiness(Answered):
    ok: bool
    checks: dict[str, bool | str]
