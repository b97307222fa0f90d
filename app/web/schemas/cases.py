"""Cases: what teachers send of them, and what is answered."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.web.schemas.enumerations import JobErrorCode, MarkFault
from app.web.schemas.fields import NO_NUL, UNSENT, RequestModel, Text, Title
from app.web.schemas.responses import HIDDEN, Person, Place, many, shape

Name = Annotated[str, Field(min_length=1, max_length=200), NO_NUL]


class NewCases(RequestModel):
    """One of three: `label`, with or without the `content` that a teacher brings; `submission_ids`, all or none; or
    `draw`, so many submissions over the range of scores (of fewer: all), hidden until the teacher has marked them."""

    label: Title = UNSENT
    content: Text = UNSENT
    submission_ids: Annotated[list[UUID], Field(min_length=1, max_length=1_000)] = UNSENT
    draw: Annotated[int, Field(ge=1, le=100_000)] = UNSENT

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        sent = self.model_fields_set
        if len(sent - {"content"}) != 1 or ("content" in sent and "label" not in sent):
            raise PydanticCustomError("one_of", "Send label (with content or without), submission_ids, or draw.")
        return self


class NamedModel(RequestModel):
    provider: Name
    model: Name


class NewTries(RequestModel):
    """So many more tries by each of these models."""

    models: Annotated[list[NamedModel], Field(min_length=1, max_length=100)]
    tries: Annotated[int, Field(ge=1, le=1_000)]


class CaseMark(RequestModel):
    score: Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
    reason: Annotated[str, Field(max_length=1_000), NO_NUL] | None = None


class CaseMarks(RequestModel):
    """By the number of the criterion or question; `total` where there are none."""

    marks: dict[Annotated[str, Field(pattern="^([1-9][0-9]{0,2}|total)$")], CaseMark]


class Promotion(RequestModel):
    """Whose tries become the current results; `reason` is kept in the audit."""

    provider: Name
    model: Name
    prompt_version: Name
    reason: Annotated[str, Field(min_length=1, max_length=1_000), NO_NUL]


CaseMade = shape("CaseMade", id=UUID, label=str, status=Literal["created"])
CasesMade = shape("CasesMade", cases=many(CaseMade))
Mark = shape(
    "Mark", number=int | None, score=int | None, error=MarkFault | None, reason=str | None, evidence=many(Place),
    quotes_unfound=int, difference=float | None,
)  # fmt: skip
Try = shape(
    "Try", id=UUID, number=int, provider=str | None, model=str | None, teacher=Person | None, blind=bool | None,
    prompt_version=str | None, status=Literal["running", "done", "failed"], error=JobErrorCode | None,
    created_at=datetime, finished_at=datetime | None, promoted_at=datetime | None, total=int | None,
    human_total=float | None, difference=float | None, marks=many(Mark),
)  # fmt: skip
HumanMark = shape("HumanMark", number=int, score=float, people=int)
Case = shape(
    "Case", id=UUID, assignment_id=UUID, label=str, submission_id=UUID | None,
    status=Literal["created", "running", "done"], hidden=HIDDEN, human_total=float | None,
    human_marks=many(HumanMark) | None, tries=many(Try) | None, created_at=datetime,
)  # fmt: skip
CaseQuestion = shape("CaseQuestion", number=int, title=str | None, prompt=str, max_score=int, answer=str | None)
CaseInFull = shape("CaseInFull", Case, content=str | None, questions=many(CaseQuestion))
TriesOrdered = shape("TriesOrdered", tries=int)
Promoted = shape("Promoted", promoted=int, skipped=int)


AgreementRow = shape(
    "AgreementRow", assignment_id=UUID, question_number=int | None, max_score=int, provider=str | None,
    model=str | None, teacher=Person | None, prompt_version=str | None, rubric_digest=str, is_current=bool, n=int,
    cases=int, exact=float | None, adjacent=float | None, mae=float | None, bias=float | None, rmse=float | None,
    qwk=float | None, spread=float | None, invalid_share=float, blind_n=int, enough=bool, held_because=str | None,
)  # fmt: skip
Agreement = shape("Agreement", items=many(AgreementRow), next_cursor=None, note=str | None)
