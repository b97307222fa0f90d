"""What clients may send: one model per body and per set of query parameters, each field with its bounds."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.mail.address import typed
from app.security.passwords import LONGEST_PASSWORD, prepared
from app.web.rate_limits import is_fair

TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)?")
OFFSET = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)")
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing
MOST_COMPOSED = 1000  # characters; what is longer is refused anyway, and marks in disorder take quadratic time
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")  # as JSON writes one


def _nfc(value: object) -> object:
    """One form for what looks the same, however it was typed (RFC 8265)."""
    if isinstance(value, str) and len(value) <= MOST_COMPOSED:
        return unicodedata.normalize("NFC", value)
    return value


def _integer(value: object, info: ValidationInfo) -> object:
    """In an address, too, a number is what it is in JSON: 1.000 and 1_000 are none."""
    if info.mode not in ("json", "python") and isinstance(value, str):  # a parameter of an address
        if not INTEGER.fullmatch(value):
            raise PydanticCustomError("int_parsing", "Write a whole number with digits alone.")
        return int(value)
    return value


def without(characters: str, kind: str, sentence: str) -> Callable[[str], str]:
    """A text that has none of these characters: a class of a regular expression."""
    unwanted = re.compile(characters)

    def check(text: str) -> str:
        if unwanted.search(text):
            raise PydanticCustomError(kind, sentence)
        return text

    return check


no_nul = without("\0", "nul", "The text holds a NUL character.")
one_line = without(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "control_character", "The text holds a control character.")
# Bidirectional overrides, embeddings and isolates.
in_order = without(
    "[\u202a-\u202e\u2066-\u2069]", "reordering_character", "The text holds a character that reorders it."
)


def _visible_line(text: str) -> str:
    """A name or title: one line, in the order in which it is read, with something to see."""
    if not any(unicodedata.category(one)[0] not in "CZM" and one not in FILLERS for one in in_order(text)):
        raise PydanticCustomError("not_visible", "The text has no visible character.")
    return one_line(text)


def _email(text: str) -> str:
    try:
        return typed(text)
    except ValueError as error:
        raise PydanticCustomError("email", str(error)) from None


def _known_email(text: str) -> str:
    """The same for an address that somebody logs in with: what is none is simply unknown."""
    try:
        return _email(text)
    except PydanticCustomError:
        return text


def _password(text: str) -> str:
    """As it is hashed; its characters are counted so, too."""
    if len(password := prepared(text)) > LONGEST_PASSWORD:
        raise PydanticCustomError("string_too_long", "String should have at most 200 characters")
    return password


def _written_out(value: object) -> object:
    if isinstance(value, str):  # a "+" that was not encoded in a query arrives as a blank
        value = OFFSET.sub("+", value)
    if not (isinstance(value, str) and TIME.fullmatch(value)):
        raise PydanticCustomError("time", "Write the time as in 2030-01-31T23:59:00Z.")
    return value


def _year_of_four_digits(moment: datetime) -> datetime:
    """RFC 3339 knows no other years: answers are in UTC, and this time could not be one."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("time", "In UTC, the time lies outside the years 1 to 9999.") from None
    return moment


def _rule(text: str) -> str:
    try:
        fair = is_fair(text)
    except ValueError:
        raise PydanticCustomError("rate_limit", "Write the limit as in 30/minute.") from None
    if not fair:
        raise PydanticCustomError(
            "rate_limit", "A limit allows at least one request a minute, in a window of at most a day."
        )
    return text


NO_NUL, ONE_LINE, VISIBLE = AfterValidator(no_nul), AfterValidator(one_line), AfterValidator(_visible_line)
NFC, INT = BeforeValidator(_nfc), BeforeValidator(_integer)
Text = Annotated[str, NO_NUL]
Name = Annotated[str, Field(min_length=1, max_length=200), NFC, VISIBLE]
Title = Annotated[str, Field(min_length=1, max_length=300), NFC, VISIBLE]
Email = Annotated[
    str,
    Field(max_length=254),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": 254}),
]
Password = Annotated[
    str,
    Field(min_length=1, max_length=1000),
    NO_NUL,
    AfterValidator(_password),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST_PASSWORD}),
]
Token = Annotated[str, Field(min_length=1, max_length=200), ONE_LINE]
Time = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_written_out),
    AfterValidator(_year_of_four_digits),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Score = Annotated[int, Field(ge=0, le=1_000_000)]
MaxScore = Annotated[int, INT, Field(ge=1, le=1_000_000)]
Comment = Annotated[str, Field(max_length=1_000), NO_NUL]
Reveal = Literal["at_once", "when_graded", "after_deadline"]
Language = Annotated[str, Field(min_length=1, max_length=100), NFC, VISIBLE]


def _answer(value: object) -> dict[str, Any]:
    """An answer of any kind as keys picked, indents and texts. The database says which of them a question takes."""
    match value:
        case None:
            return {}
        case str():
            return {"texts": [no_nul(value)]}
        case list() if all(isinstance(one, str) for one in value):
            return {"texts": [no_nul(one) for one in value]} if value else {}
        case list() if all(isinstance(one, list) and len(one) == 2 and all(map(_is_key, one)) for one in value):
            return {"picked": [key for key, _ in value], "indents": [indent for _, indent in value]}
        case list() if all(map(_is_key, value)):
            return {"picked": value}
        case dict() if all(INTEGER.fullmatch(key) and _is_key(int(key)) for key in value) and all(
            isinstance(words, str) for words in value.values()
        ):
            return {"picked": [int(key) for key in value], "texts": [no_nul(words) for words in value.values()]}
        case int() if _is_key(value):
            return {"picked": [value]}
    raise PydanticCustomError(
        "answer",
        "Send a key, a text, a list of keys, of texts or of pairs of key and indent, or an object from keys to texts.",
    )


def _is_key(value: object) -> bool:
    return type(value) is int and 0 <= value <= 32_767


KEY = {"type": "integer", "minimum": 0, "maximum": 32_767}
ANSWER_FORMS: list[dict[str, Any]] = [
    {"type": "null"},
    {"type": "string", "description": "short, number, open"},
    KEY | {"description": "choice"},
    {"type": "array", "items": KEY, "description": "choices, ordering"},
    {"type": "array", "items": {"type": "array", "items": KEY, "minItems": 2, "maxItems": 2},
     "description": "ordering: key and indent of each line"},
    {"type": "array", "items": {"type": "string"}, "description": "gaps"},
    {"type": "object", "additionalProperties": {"type": "string"}, "description": "matching: from keys to rights"},
]  # fmt: skip
Answer = Annotated[Any, AfterValidator(_answer), WithJsonSchema({"anyOf": ANSWER_FORMS})]


# A field that may be left out; what is left out is not passed on (`exclude_unset`), and no document calls it null.
UNSENT: Any = Field(default_factory=lambda: None)


class RequestModel(BaseModel):
    """A body or the parameters of a query: no field that is not named, no guessing at types."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class Registration(RequestModel):
    name: Name
    email: Email
    password: Password


class Link(RequestModel):
    token: Token


class EmailAddress(RequestModel):
    email: Email


class Login(RequestModel):
    email: Annotated[str, Field(min_length=1, max_length=254), NO_NUL, AfterValidator(_known_email)]
    password: Annotated[str, Field(min_length=1, max_length=1000), NFC, NO_NUL]


class NewPassword(RequestModel):
    token: Token
    password: Password


class TextBody(RequestModel):
    content: Text


class Level(RequestModel):
    score: Annotated[int, Field(ge=0, le=1_000)]
    text: Annotated[str, Field(max_length=2_000), NO_NUL]


class Criterion(RequestModel):
    """What earns points in a text, by whole numbers or by levels."""

    title: Title
    prompt: Annotated[str, Field(max_length=10_000), NO_NUL]
    max_score: Annotated[int, Field(ge=1, le=1_000)]
    levels: Annotated[list[Level], Field(max_length=20)] = []


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


class NewAssignment(RequestModel):
    """`rubric`: criteria that the score is the sum of; `generate` has them built. Without it a text gets one score."""

    takes: Literal["text", "answers"] = "text"  # first: what may be sent with it is judged by it
    title: Annotated[Title | None, AfterValidator(_for_answers), Field(validate_default=True)] = None
    instructions: Annotated[Text | None, AfterValidator(_for_texts), Field(validate_default=True)] = None
    deadline: Time
    class_id: UUID | None = None
    max_score: Annotated[MaxScore | None, AfterValidator(_of_texts)] = None
    rubric: Annotated[
        Literal["generate"] | Annotated[list[Criterion], Field(min_length=1, max_length=30)] | None,
        AfterValidator(_of_texts),
    ] = None
    attempts: Annotated[int, INT, Field(ge=1, le=10)] = 1
    collect: bool = True
    reveal: Reveal | None = None
    encourage: bool = False
    language: Language | None = None


class AssignmentChange(RequestModel):
    """Only the fields that are sent are changed."""

    title: Title = UNSENT
    instructions: Text = UNSENT
    deadline: Time = UNSENT
    class_id: UUID | None = None
    max_score: MaxScore = UNSENT
    correction_template: Text = UNSENT
    reveal: Reveal = UNSENT
    encourage: bool = UNSENT
    language: Language | None = None


class AnswerChange(RequestModel):
    """The score of one criterion or question, and why."""

    score: Annotated[int, Field(ge=0, le=1_000)]
    reason: Annotated[str, Field(max_length=1_000), NO_NUL] | None = None


class SubmissionChange(RequestModel):
    """Only the fields that are sent are changed. `answers`: by the number of the criterion or question."""

    score: Score = UNSENT
    feedback: Annotated[str, Field(max_length=20_000), NO_NUL] | None = None
    comment: Comment | None = None
    answers: dict[Annotated[str, Field(pattern="^[1-9][0-9]{0,2}$")], AnswerChange] = UNSENT


class Regrading(RequestModel):
    replace_teacher_score: bool = False


class Rubric(RequestModel):
    """Without criteria: a text gets one score as a whole."""

    criteria: Annotated[list[Criterion], Field(max_length=30)]


class NewClass(RequestModel):
    """`instructions` go in front of those of each new assignment of the class, in what an AI is told."""

    name: Name
    instructions: Annotated[str, Field(max_length=20_000), NO_NUL] | None = None


class ClassChange(RequestModel):
    """Only the fields that are sent are changed."""

    name: Name = UNSENT
    instructions: Annotated[str, Field(max_length=20_000), NO_NUL] | None = None


class Enrolment(RequestModel):
    student_ids: Annotated[list[UUID], Field(min_length=1, max_length=2000)]


class Invitation(RequestModel):
    name: Name
    email: Email


class ApiKey(RequestModel):
    key: Annotated[str, Field(min_length=1, max_length=1000), NO_NUL]
    calls_per_day: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class RateLimit(RequestModel):
    limit: Annotated[str, Field(min_length=3, max_length=200), AfterValidator(_rule)]


class Paging(RequestModel):
    limit: Annotated[int, INT, Field(ge=1, le=200)] = 50
    cursor: UUID | None = None


class AssignmentSearch(Paging):
    teacher_id: UUID | None = None
    class_id: UUID | None = None


class StateSearch(Paging):
    state: Literal["open", "started", "pending", "graded", "closed"] | None = None


class StudentSearch(Paging):
    search: Annotated[str, Field(max_length=200), NFC, ONE_LINE] | None = None
    class_id: UUID | None = None


class GradebookFormat(RequestModel):
    """Of the CSV: a semicolon is what spreadsheets of many languages expect; `criteria` adds a column for each."""

    separator: Literal["comma", "semicolon"] = "comma"
    criteria: bool = False


class NoParameters(RequestModel):
    """None are known."""
