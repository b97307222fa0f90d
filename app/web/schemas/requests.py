"""What clients may send: one model per body and per set of query parameters, each field with its bounds."""

from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, Tag, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.web.schemas.enumerations import AssignmentState, Autonomy, JobStatus, QuestionKind, RegradeState, WorkState
from app.web.schemas.fields import (
    INT,
    NFC,
    NO_NUL,
    ONE_LINE,
    UNSENT,
    WORD_OR_LIST,
    Answer,
    AnyScore,
    Attempts,
    ClassInstructions,
    Coins,
    Comment,
    Cursor,
    Email,
    GateCases,
    Language,
    Many,
    MaxScore,
    Name,
    Password,
    Prompt,
    QuestionTitle,
    Reason,
    RegradeDays,
    RequestModel,
    Reveal,
    Score,
    Share,
    Takes,
    Text,
    Time,
    Title,
    Token,
    Words,
    Worth,
    fair_limit,
    known_email,
    rule,
)


class Invitation(RequestModel):
    name: Name
    email: Email


class Registration(Invitation):
    password: Password


class Link(RequestModel):
    token: Token


class PageLink(RequestModel):
    """Of the link to a page, which reads the token itself."""

    token: str | None = None


class EmailAddress(RequestModel):
    email: Email


KnownPassword = Annotated[str, Field(min_length=1, max_length=1000), NFC, NO_NUL]


class Login(RequestModel):
    email: Annotated[str, Field(min_length=1, max_length=254), NO_NUL, AfterValidator(known_email)]
    password: KnownPassword


class NewPassword(Link):
    password: Password


class NewName(RequestModel):
    name: Name


class Confirmation(RequestModel):
    password: KnownPassword


class PasswordChange(Confirmation):
    new_password: Password


class TextBody(RequestModel):
    content: Text


class Level(RequestModel):
    score: Coins
    text: Words


class Criterion(RequestModel):
    """What earns points in a text, by whole numbers or by levels."""

    title: QuestionTitle
    prompt: Prompt
    max_score: Worth
    levels: Many[Level] = Field(default_factory=list)


Criteria: TypeAlias = Annotated[list[Criterion], Field(max_length=30), rule("too_many_open_questions")]


class AnswerToSave(RequestModel):
    """`null` empties it."""

    answer: Answer


class HandIn(RequestModel):
    """A text; or answers by the number of the question, saved before all that was saved is handed in."""

    content: Text = UNSENT
    answers: dict[Annotated[str, Field(pattern="^[1-9][0-9]{0,2}$")], Answer] = UNSENT


def _for_texts(instructions: str | None, info: ValidationInfo) -> str | None:
    if instructions is None and info.data.get("takes") == "text":
        raise PydanticCustomError("missing", "Field required")
    return instructions


def _for_answers(title: str | None, info: ValidationInfo) -> str | None:
    if title is None and info.data.get("takes") == "answers":
        raise PydanticCustomError("missing", "Field required")
    return title


def _of_texts(value: Any, info: ValidationInfo) -> Any:
    if value is not None and info.data.get("takes") == "answers":
        raise PydanticCustomError("of_texts", "An assignment that takes answers is worth what its questions are.")
    return value


RubricSent: TypeAlias = Annotated[
    Annotated[Literal["generate"], Tag("word")] | Annotated[Criteria, Field(min_length=1), Tag("list")],
    WORD_OR_LIST,
]


class Release(RequestModel):
    """When results count, and how long they may be disputed. No score depends on it."""

    autonomy: Autonomy = UNSENT
    gate_min_cases: GateCases = UNSENT
    gate_min_qwk: Share = UNSENT
    gate_max_bias: Share = UNSENT
    regrade_days: RegradeDays = UNSENT


class NewAssignment(Release):
    """`rubric`: criteria that the score is the sum of; `generate` has them built. Without it a text gets one score."""

    takes: Takes = "text"  # before what is judged by it
    title: Annotated[Title | None, AfterValidator(_for_answers), Field(validate_default=True)] = None
    instructions: Annotated[Text | None, AfterValidator(_for_texts), Field(validate_default=True)] = None
    deadline: Time
    class_id: UUID | None = None
    max_score: Annotated[MaxScore | None, AfterValidator(_of_texts)] = None
    rubric: Annotated[RubricSent | None, AfterValidator(_of_texts)] = None
    attempts: Attempts = 1
    collect: bool = True
    reveal: Reveal | None = None
    encourage: bool = False
    language: Language | None = None


class AssignmentChange(Release):
    """Only the fields that are sent are changed.

    `autonomy`, what begins with `gate_` and `regrade_days` may change after the first submission, too, where nothing
    else is sent.
    """

    title: Title = UNSENT
    instructions: Text = UNSENT
    deadline: Time = UNSENT
    class_id: UUID | None = None
    max_score: MaxScore = UNSENT
    correction_template: Text = UNSENT
    rubric: RubricSent = UNSENT
    reveal: Reveal = UNSENT
    attempts: Attempts = UNSENT
    encourage: bool = UNSENT
    collect: bool = UNSENT
    language: Language | None = None


class Copy(RequestModel):
    """Without `class_id`: for the same class; null: for all classes."""

    title: Title = UNSENT
    deadline: Time
    class_id: UUID | None = None


QuestionNumber = Annotated[int, Field(ge=1, le=100)]


class Approval(RequestModel):
    numbers: Annotated[
        Annotated[Literal["all"], Tag("word")]
        | Annotated[list[QuestionNumber], Field(min_length=1, max_length=100), Tag("list")],
        WORD_OR_LIST,
    ]


class QuestionOrder(RequestModel):
    """Each question by its present number, in the new order."""

    numbers: Annotated[list[QuestionNumber], Field(max_length=100)]


class AnswerChange(RequestModel):
    """The score of one criterion or question, and why."""

    score: AnyScore
    reason: Reason | None = None


class SubmissionChange(RequestModel):
    """Only the fields that are sent are changed. `answers`: by the number of the criterion or question."""

    score: Score = UNSENT
    feedback: Annotated[str, Field(max_length=20_000), NO_NUL] | None = None
    comment: Comment | None = None
    answers: dict[Annotated[str, Field(pattern="^[1-9][0-9]{0,2}$")], AnswerChange] = UNSENT


class Regrading(RequestModel):
    replace_teacher_score: bool = False


class DisputedMark(RequestModel):
    """`number`: of the question or criterion; null: the total."""

    number: Annotated[int, Field(ge=1, le=1_000)] | None = None
    text: Annotated[Text, WithJsonSchema({"type": "string", "minLength": 20, "maxLength": 2_000})]


class RegradeDecision(RequestModel):
    """Accepting names the score that the question, or the total, has from now on."""

    model_config = ConfigDict(json_schema_extra={"required": ["accept", "answer"]})  # else `decision_needs_answer`

    accept: bool
    answer: Annotated[Text | None, WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 2_000})] = None
    score: AnyScore | None = None


class Rubric(RequestModel):
    """Without criteria: a text gets one score as a whole."""

    criteria: Criteria


class NewClass(RequestModel):
    """`instructions` go in front of those of each new assignment of the class, in what an AI is told."""

    name: Name
    instructions: ClassInstructions | None = None


class ClassChange(RequestModel):
    """Only the fields that are sent are changed."""

    name: Name = UNSENT
    instructions: ClassInstructions | None = None


class Enrolment(RequestModel):
    student_ids: Annotated[list[UUID], Field(min_length=1, max_length=2000)]


class ApiKey(RequestModel):
    key: Annotated[str, Field(min_length=1, max_length=1000), NO_NUL]
    calls_per_day: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class RateLimit(RequestModel):
    limit: Annotated[str, Field(min_length=3, max_length=200), AfterValidator(fair_limit)]


class Paging(RequestModel):
    limit: Annotated[int, Field(ge=1, le=200), INT] = 50
    cursor: UUID | None = None


class JobSearch(Paging):
    status: JobStatus | None = None


class SortedPaging(RequestModel):
    """Without `sort`: newest first. With a minus sign: in descending order. A cursor goes on with the sort it is of."""

    limit: Annotated[int, Field(ge=1, le=200), INT] = 50
    sort: str | None = None
    cursor: Cursor | None = None


class OwnAssignmentSearch(SortedPaging):
    sort: Literal["deadline", "-deadline"] | None = None
    class_id: UUID | None = None
    state: AssignmentState | None = None


class AssignmentSearch(SortedPaging):
    sort: Literal["deadline", "-deadline"] | None = None
    class_id: UUID | None = None
    teacher_id: UUID | None = None
    state: Literal["draft", "open", "closed"] | None = None


class SubmissionSearch(SortedPaging):
    sort: Literal["score", "-score", "submitted_at", "-submitted_at", "name"] | None = None


class ByName(SortedPaging):
    sort: Literal["name"] | None = None


class StateSearch(ByName):
    state: WorkState | None = None


class RegradeSearch(Paging):
    state: RegradeState | None = None


class StudentSearch(ByName):
    search: Annotated[str, Field(max_length=200), NFC, ONE_LINE] | None = None
    class_id: UUID | None = None


class QuestionSearch(Paging):
    kind: QuestionKind | None = None
    search: Annotated[str, Field(max_length=200), NFC, NO_NUL] | None = None
    assignment_id: UUID | None = None


class GiftImport(RequestModel):
    max_score: Annotated[int, Field(ge=1, le=1_000), INT] = 1


class GradebookFormat(RequestModel):
    """Of the CSV: a semicolon is what spreadsheets of many languages expect; `criteria` adds a column for each."""

    separator: Literal["comma", "semicolon"] = "comma"
    criteria: bool = False


class NoParameters(RequestModel):
    """None are known."""
