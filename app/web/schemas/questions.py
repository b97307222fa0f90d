"""Questions as teachers write them: one model a kind, told apart by `kind`, and each sent on as api.sent_question."""

from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    RootModel,
    ValidationInfo,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.web.schemas import enumerations
from app.web.schemas.fields import (
    NO_NUL,
    UNSENT,
    Coins,
    Explanation,
    Many,
    Prompt,
    QuestionTitle,
    RequestModel,
    Words,
    Worth,
    rule,
)
from app.web.schemas.requests import Level, NewAssignment

Bloom = Annotated[enumerations.Bloom, rule("bloom_known")]
Place = Annotated[int, Field(ge=1, le=100)]


def _number(value: object) -> object:
    """GIFT sends its numbers as text; a boolean is none."""
    if isinstance(value, bool):
        raise PydanticCustomError("float_type", "Input should be a valid number")
    return value


Tolerance = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=False), BeforeValidator(_number)]


class NewOption(RequestModel):
    text: Words
    right: bool = False
    feedback: Words | None = None


class NewPair(RequestModel):
    """Without `left`: a right that fits none."""

    left: Words | None = None
    right: Words
    feedback: Words | None = None


class NewLine(RequestModel):
    """Without `place`: it belongs nowhere. Lines of one place may swap. Without `indent`: it is not judged."""

    text: Words
    place: Place | None = None
    indent: Annotated[int, Field(ge=0, le=100)] | None = None
    feedback: Words | None = None


class Accepted(RequestModel):
    text: Words
    score: Coins | None = None
    feedback: Words | None = None


class AcceptedNumber(RequestModel):
    value: int | float | Annotated[str, Field(max_length=100), NO_NUL]
    tolerance: Tolerance | None = None
    score: Coins | None = None
    feedback: Words | None = None


class _Question(RequestModel, ABC):
    prompt: Prompt
    max_score: Worth
    title: QuestionTitle | None = None
    partial: bool = True
    explanation: Explanation | None = None
    bloom: Bloom | None = None

    @abstractmethod
    def rows(self) -> list[dict[str, Any]]:
        """Its options, by the columns of assay.options."""

    @model_serializer
    def sent(self) -> dict[str, Any]:
        """By the columns of assay.questions."""
        kept = ("kind", "prompt", "max_score", "title", "partial", "explanation", "bloom", "guide", "solution")
        return {name: self.__dict__.get(name) for name in kept} | {"options": self.rows()}


class NewChoice(_Question):
    """`choice`: one option is right. `choices`: some are, and wrong picks count against right ones."""

    kind: Literal["choice", "choices"]
    options: Many[NewOption]

    def rows(self) -> list[dict[str, Any]]:
        return [{"text": one.text, "place": 1 if one.right else None, "feedback": one.feedback} for one in self.options]


class NewMatching(_Question):
    kind: Literal["matching"]
    pairs: Many[NewPair]

    def rows(self) -> list[dict[str, Any]]:
        return [{"text": one.left, "pair": one.right, "feedback": one.feedback} for one in self.pairs]


class NewOrdering(_Question):
    kind: Literal["ordering"]
    lines: Many[NewLine]

    def rows(self) -> list[dict[str, Any]]:
        return [one.__dict__ for one in self.lines]


class NewGaps(_Question):
    """{{1}}, {{2}} in the prompt; for each gap the words that are accepted."""

    kind: Literal["gaps"]
    gaps: Many[Many[Words]]

    def rows(self) -> list[dict[str, Any]]:
        return [{"text": text, "place": place} for place, texts in enumerate(self.gaps, 1) for text in texts]


class NewShort(_Question):
    kind: Literal["short"]
    accepted: Many[Accepted]

    def rows(self) -> list[dict[str, Any]]:
        return [one.__dict__ for one in self.accepted]


class NewNumber(_Question):
    kind: Literal["number"]
    accepted: Many[AcceptedNumber]

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"text": str(one.value), "tolerance": one.tolerance, "score": one.score, "feedback": one.feedback}
            for one in self.accepted
        ]


class NewOpen(_Question):
    """Marked by an AI: by the guide, which says what earns points, or by levels, of which it earns one."""

    kind: Literal["open"]
    guide: Explanation
    levels: Many[Level] = Field(default_factory=list)
    solution: Explanation | None = None

    def rows(self) -> list[dict[str, Any]]:
        return [one.__dict__ for one in self.levels]


Question: TypeAlias = Annotated[
    NewChoice | NewMatching | NewOrdering | NewGaps | NewShort | NewNumber | NewOpen,
    Field(discriminator="kind"),
    rule("question_kind_known"),
]


def _true(value: object) -> object:
    """1 equals true in Python, in JSON it does not."""
    return value if value is True else None


class KeyOption(RequestModel):
    """What decides the score of one option, pair or line."""

    number: Annotated[int, Field(ge=1, le=50)] | None = None
    right: bool | None = None
    pair: Words | None = None
    place: Place | None = None
    indent: Annotated[int, Field(ge=0, le=100)] | None = None


class KeyCorrection(RequestModel):
    """The whole key anew, in the author's order or by `number`; or the question becomes void.

    `options` for choices, pairs and lines, whose texts stay; `accepted` (or `gaps`) may gain and lose entries.
    """

    void: Annotated[Literal[True], BeforeValidator(_true)] = UNSENT
    options: Annotated[list[KeyOption], Field(min_length=1, max_length=50)] = UNSENT
    accepted: Many[Accepted | AcceptedNumber] = UNSENT
    gaps: Many[Many[Words]] = UNSENT

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise PydanticCustomError("one_of_them", "Send void, options, accepted or gaps.")
        numbers = [one.number for one in self.options or () if one.number is not None]
        if numbers and sorted(numbers) != list(range(1, len(self.options) + 1)):
            raise PydanticCustomError("numbers", "Number each option once, from 1 on, or none.")
        return self

    @model_serializer
    def sent(self) -> dict[str, Any]:
        """One list a column of assay.options; a column that is not said stays."""
        if self.options:
            rows = sorted(self.options, key=lambda one: one.number or 0)
            columns = {
                "pairs": [one.pair for one in rows],
                "indents": [one.indent for one in rows],
                "places": [1 if one.right else one.place for one in rows],
            }
            said = set().union(*(one.model_fields_set for one in rows))
            names = {"pairs": {"pair"}, "indents": {"indent"}, "places": {"place", "right"}}
            return {name: values for name, values in columns.items() if names[name] & said}
        if self.accepted is not None:
            numbers = [one for one in self.accepted if isinstance(one, AcceptedNumber)]
            return {
                "texts": [str(one.value) if isinstance(one, AcceptedNumber) else one.text for one in self.accepted],
                "tolerances": [one.tolerance for one in numbers] if len(numbers) == len(self.accepted) else None,
                "scores": [one.score for one in self.accepted],
            }
        if self.gaps is not None:
            words = [(text, place) for place, texts in enumerate(self.gaps, 1) for text in texts]
            return {"texts": [text for text, _ in words], "places": [place for _, place in words]}
        return {"void": True}


class NewQuestion(RootModel[Question]):
    """One of them."""


def _of_answers(questions: list[Question], info: ValidationInfo) -> list[Question]:
    if questions and info.data.get("takes") == "text":
        raise PydanticCustomError("of_answers", "An assignment that takes a text has a rubric, not questions.")
    return questions


class UploadedAssignment(NewAssignment):
    """`questions` where it takes answers: a quiz, which students see once it is published."""

    questions: Annotated[
        list[Question], Field(max_length=100), rule("too_many_questions"), AfterValidator(_of_answers)
    ] = UNSENT
