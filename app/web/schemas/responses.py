"""What the API answers. Postgres makes the JSON; these models document it and check it in tests, not on the way."""

from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, RootModel, WithJsonSchema, create_model
from typing_extensions import TypeAliasType

from app.web.schemas.enumerations import (
    AnswerKind,
    AssignmentState,
    Autonomy,
    Bloom,
    Hidden,
    JobErrorCode,
    JobKind,
    JobStatus,
    Provider,
    QuestionKind,
    RegradeState,
    Reveal,
    Role,
    Scope,
    Takes,
    WorkState,
)
from app.web.schemas.fields import ANSWER_FORMS


class ResponseModel(BaseModel):
    """What is answered has these fields and no other, which tests hold it to. To clients it may gain some."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


def shape(name: str, base: Any = ResponseModel, /, **fields: Any) -> Any:
    """A model with these fields, each a type, or (type, Field(…)) where more is to be said."""
    parts: Any = {field: kind if isinstance(kind, tuple) else (kind, ...) for field, kind in fields.items()}
    return create_model(name, __base__=base, **parts)


def many(item: Any) -> Any:
    """A list of them."""
    return list[item]


def optional(kind: Any) -> tuple[Any, Any]:
    """A field that may be missing, and is never null."""
    return kind, Field(default_factory=lambda: None)


Page = shape("Page", next_cursor=str | None)


@cache
def page_of(item: Any) -> Any:
    """The model of a page of a list."""
    return shape(f"{item.__name__}Page", Page, items=list[item])


Error = shape("Error", error=shape("ErrorBody", code=str, message=str, details=dict[str, Any], correlation_id=str))
Health = shape("Health", ok=bool)
Workers = shape("Workers", alive=int, names=list[str] | None)
Readiness = shape(
    "Readiness", ok=bool, checks=dict[str, bool | str], draining=bool, notes=list[str], workers=Workers | None,
    oldest_job_seconds=float | None, version=str, commit=str | None,
)  # fmt: skip

# both roles
Person = shape("Person", id=UUID, name=str)
User = shape("User", Person, email=str)
ClassInBrief = shape("ClassInBrief", id=UUID, name=str)
Me = shape("Me", User, role=Role, total_gold_coins=optional(int))
LoggedIn = shape("LoggedIn", token=str, role=Role, expires_at=datetime, user=User)
MailSent = shape("MailSent", status=Literal["verification_sent", "reset_sent"])
Verified = shape("Verified", status=Literal["verified"])
PasswordChanged = shape("PasswordChanged", status=Literal["password_changed"])
PasswordReset = shape("PasswordReset", status=Literal["password_reset"])
HIDDEN = Hidden | None  # what is kept from a teacher who is to mark a case blind
JobError = shape("JobError", message=str, details=shape("JobErrorDetails", seen=optional(list[int])), code=JobErrorCode)
Job = shape(
    "Job", id=UUID, kind=JobKind, status=JobStatus, assignment_id=UUID | None, submission_id=UUID | None,
    created_at=datetime, finished_at=datetime | None, error=JobError | None, score=int | None, case_id=UUID | None,
    assignment_title=str | None, hidden=optional(HIDDEN),
)  # fmt: skip
JobEvent = shape("JobEvent", id=str, event=Literal["status"], data=Job)
JobAccepted = shape("JobAccepted", job=Job)
AnyScore = shape("AnyScore", assignment_id=UUID, title=str, max_score=int, feedback=str | None, graded_at=datetime)
Score = shape("Score", AnyScore, score=int)
PaidScore = shape("PaidScore", AnyScore, score=int | None, hidden=HIDDEN)
Scores = shape("Scores", Page, total_gold_coins=int, items=many(Score))
PaidScores = shape("PaidScores", Page, total_gold_coins=int, items=many(PaidScore), hidden=HIDDEN)

# outcomes
Place = shape("Place", start=int, end=int)
OutcomeItem = shape(
    "OutcomeItem", number=int, kind=QuestionKind, title=str | None, score=int | None, max_score=int, quotes_unfound=int,
    marked_by=Literal["database", "ai", "teacher"] | None, reason=str | None, evidence=many(Place), supported=bool,
)  # fmt: skip
Outcome = shape(
    "Outcome", score=int, max_score=int, adjustment=int, generated_at=datetime, provider=str | None, model=str | None,
    comment=str | None, items=many(OutcomeItem), is_llm_generated=bool,
)  # fmt: skip

# students
Group = (ClassInBrief | None, Field(alias="class"))
StudentAssignment = shape(
    "StudentAssignment", id=UUID, title=str, max_score=int, deadline=datetime, score=int | None, state=AssignmentState,
    job_id=UUID | None, takes=Takes, class_=Group, teacher=Person,
)  # fmt: skip
StudentSubmission = shape(
    "StudentSubmission", id=UUID, assignment_id=UUID, content=str, max_score=int, score=int | None, feedback=str | None,
    submitted_at=datetime, graded_at=datetime, comment=str | None, outcome=Outcome | None,
    regrade_until=datetime | None,
)  # fmt: skip
MySubmission = shape(
    "MySubmission", id=UUID, assignment_id=UUID, title=str, takes=Takes, class_=Group, teacher=Person, score=int | None,
    max_score=int, feedback=str | None, comment=str | None, submitted_at=datetime, graded_at=datetime, revealed=bool,
)  # fmt: skip


Answer = TypeAliasType("Answer", Annotated[Any, WithJsonSchema({"anyOf": ANSWER_FORMS})])
Remark = shape("Remark", key=int | None, text=str)
QuestionResult = shape(
    "QuestionResult", score=int, max_score=int, right=bool, reason=str | None, feedback=many(Remark), guide=str | None,
    solution=Answer | None, explanation=str | None,
)  # fmt: skip
ShownOption = shape("ShownOption", key=int, text=str)
StudentQuestion = shape(
    "StudentQuestion", number=int, kind=AnswerKind, title=str | None, prompt=str, max_score=int, rights=list[str],
    options=many(ShownOption), gaps=int | None, answer=Answer | None, attempts_left=int, result=QuestionResult | None,
)  # fmt: skip
CheckedAnswer = shape("CheckedAnswer", QuestionResult, attempts_left=int)
SavedAnswer = shape("SavedAnswer", number=int, answer=Answer | None, attempt=int, saved_at=datetime)
StudentAssignmentInFull = shape(
    "StudentAssignmentInFull", StudentAssignment, reveal=Reveal, attempts=int, submission=StudentSubmission | None,
    question_count=int | None, answered_count=int | None, instructions=str | None,
)  # fmt: skip
AnyRegradeRequest = shape(
    "AnyRegradeRequest", id=UUID, assignment_id=UUID, submission_id=UUID, text=str, number=int | None,
    state=RegradeState, answer=str | None, score_after=int | None, max_score=int, created_at=datetime,
    decided_at=datetime | None,
)  # fmt: skip
MyRegradeRequest = shape("MyRegradeRequest", AnyRegradeRequest, score_before=int)
StudentClass = shape("StudentClass", id=UUID, name=str, instructions=str | None, teacher=Person)
SubmissionMade = shape("SubmissionMade", submission=StudentSubmission)

# teachers
AssignmentSummary = shape(
    "AssignmentSummary", id=UUID, title=str, max_score=int, deadline=datetime, class_id=UUID | None, teacher_id=UUID,
    locked=bool, submission_count=int, created_at=datetime, updated_at=datetime, takes=Takes, reveal=Reveal,
    encourage=bool, language=str | None, released_at=datetime | None, attempts=int, collect=bool, regrade_days=int,
    autonomy=Autonomy, gate_min_cases=int, gate_min_qwk=float, gate_max_bias=float, published_at=datetime | None,
    class_name=str | None, teacher_name=str,
)  # fmt: skip
Assignment = shape(
    "Assignment", AssignmentSummary, instructions=str, correction_template=str | None, general_instructions=str | None,
)  # fmt: skip
AnyQuestion = shape(
    "AnyQuestion", id=UUID, number=int, title=str | None, prompt=str, max_score=int, partial=bool, guide=str | None,
    solution=str | None, explanation=str | None, bloom=Bloom | None, approved=bool, voided=bool,
)  # fmt: skip


def _option(name: str, **fields: Any) -> Any:
    """One option of a question, with what its author says to whoever picks it."""
    return many(shape(name, **fields, feedback=str | None))


def _question(name: str, kind: Any, **own: Any) -> Any:
    return shape(name, AnyQuestion, kind=kind, **own)


Levels = many(shape("LevelShown", score=int, text=str))
Chosen = _question(
    "ChoiceQuestion", Literal["choice", "choices"], options=_option("QuestionOption", key=int, text=str, right=bool),
)  # fmt: skip
Matched = _question(
    "MatchingQuestion", Literal["matching"], pairs=_option("QuestionPair", key=int, left=str | None, right=str),
)  # fmt: skip
Ordered = _question(
    "OrderingQuestion", Literal["ordering"],
    lines=_option("QuestionLine", key=int, text=str, place=int | None, indent=int | None),
)  # fmt: skip
Filled = _question("GapsQuestion", Literal["gaps"], gaps=list[list[str]])
Named = _question("ShortQuestion", Literal["short"], accepted=_option("QuestionText", text=str, score=int | None))
Counted = _question(
    "NumberQuestion", Literal["number"],
    accepted=_option("QuestionNumber", value=str, tolerance=float | None, score=int | None),
)  # fmt: skip
Written = _question("OpenQuestion", Literal["open"], levels=Levels)
Required = _question("CriterionQuestion", Literal["criterion"], levels=Levels)
AnyKind = Chosen | Matched | Ordered | Filled | Named | Counted | Written | Required


class Question(RootModel[Annotated[AnyKind, Field(discriminator="kind")]]):  # type: ignore[valid-type]
    """One of them, with its key: for its teacher."""


QuestionsAdded = shape("QuestionsAdded", questions=list[Question])


class QuestionOrQuestions(RootModel[Question | QuestionsAdded]):  # type: ignore[valid-type]
    """The question that was sent as JSON, or those of a file."""


Found = shape("BankEntry", assignment_id=UUID, assignment_title=str, answered=int, facility=float | None)
FoundKind: Any = Union[tuple(shape(f"Bank{kind.__name__}", (kind, Found)) for kind in get_args(AnyKind))]  # noqa: UP007


class BankQuestion(RootModel[Annotated[FoundKind, Field(discriminator="kind")]]):
    """One of them, where it stands, and how it was answered."""


AnalysedOption = shape(
    "AnalysedOption", number=int, text=str | None, pair=str | None, place=int | None, score=int | None, picked=int,
    picked_by_top=int, picked_by_bottom=int,
)  # fmt: skip
AnalysedQuestion = shape(
    "AnalysedQuestion", id=UUID, number=int, kind=QuestionKind, max_score=int, n=int, enough=bool, mean=float | None,
    facility=float | None, discrimination=float | None, blank_share=float | None, best_distractor=int | None,
    options=many(AnalysedOption),
)  # fmt: skip
Analysis = shape(
    "Analysis", submissions=int, enough=bool, mean=float | None, median=float | None, hidden=HIDDEN,
    scores=list[tuple[int, int, int]] | None, questions=many(AnalysedQuestion) | None,
)  # fmt: skip
QuestionRefused = shape("QuestionRefused", number=int, reason=str)
QuestionsApproved = shape("QuestionsApproved", approved=int, refused=many(QuestionRefused))
KeyCorrected = shape("KeyCorrected", remarked=int, raised=int, lowered=int)
Review = shape(
    "Review", submission_id=UUID, student=User, score=int, max_score=int, released_at=datetime | None, doubt=float,
    reasons=list[str],
)  # fmt: skip
RegradeRequest = shape(
    "RegradeRequest", AnyRegradeRequest, assignment_title=str, student=User, score_before=int | None, hidden=HIDDEN,
    decided_by=Person | None,
)  # fmt: skip
RubricCriterion = shape("RubricCriterion", title=str, prompt=str, max_score=int, levels=Levels)
RubricShown = shape("RubricShown", criteria=many(RubricCriterion), max_score=int)
StudentState = shape(
    "StudentState", student=User, state=WorkState, answered=int, score=int | None, submitted_at=datetime | None,
    released_at=datetime | None, hidden=HIDDEN,
)  # fmt: skip
AssignmentWithWarning = shape("AssignmentWithWarning", Assignment, warning=optional(str))
AssignmentMade = shape("AssignmentMade", assignment=Assignment, warning=optional(str))
Flag = shape("Flag", kind=str, start=int, end=int)
TeacherSubmission = shape(
    "TeacherSubmission", id=UUID, assignment_id=UUID, student=User, score=int | None, original_score=int | None,
    max_score=int, feedback=str | None, submitted_at=datetime, graded_at=datetime, edited_at=datetime | None,
    comment=str | None, is_llm_generated=bool, hidden=HIDDEN, released_at=datetime | None, flags=many(Flag),
)  # fmt: skip
TeacherSubmissionWithContent = shape(
    "TeacherSubmissionWithContent", TeacherSubmission, content=str, outcome=Outcome | None,
)  # fmt: skip
SubmissionRegraded = shape("SubmissionRegraded", submission=TeacherSubmissionWithContent)
PastScore = shape(
    "PastScore", score=int | None, by=Literal["ai", "database", "teacher", "operator"], teacher=Person | None,
    provider=str | None, model=str | None, prompt_version=str | None, reason=str | None, created_at=datetime,
)  # fmt: skip
Student = shape("Student", User, total_gold_coins=int, hidden=HIDDEN, class_ids=list[UUID], created_at=datetime)
Class = shape(
    "Class", id=UUID, name=str, teacher_id=UUID, student_count=int, created_at=datetime, instructions=str | None,
)  # fmt: skip
Enrolled = shape("Enrolled", enrolled=int)
GradebookAssignment = shape("GradebookAssignment", id=UUID, title=str, max_score=int, deadline=datetime)
GradebookStudent = shape("GradebookStudent", User, scores=dict[str, int | None], total=int, hidden=HIDDEN)
Gradebook = shape(
    "Gradebook", class_=(ClassInBrief, Field(alias="class")), assignments=many(GradebookAssignment),
    students=many(GradebookStudent),
)  # fmt: skip
Teacher = shape("Teacher", User, created_at=datetime)
StoredKey = shape(
    "StoredKey", provider=Provider, last4=str, created_at=datetime, last_ok_at=datetime | None,
    state=Literal["unused", "ok", "refused"], last_error=str | None, calls_per_day=int | None, calls_today=int,
)  # fmt: skip
UsableModel = shape("UsableModel", provider=Provider, model=str, retires_on=date | None, key_stored=bool)
ScopeLimit = shape("ScopeLimit", scope=Scope, limit=str)
