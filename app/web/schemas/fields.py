"""The types of what clients may send: each with its form, its bounds and what is said of one that has neither."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType

from app.db.error_codes import register
from app.mail.address import typed
from app.security.passwords import LONGEST_PASSWORD, prepared
from app.web.rate_limits import is_fair
from app.web.schemas import enumerations

TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)?")
OFFSET = re.compile(r"(?<=\d) (?=\d\d:?\d\d$)")
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that show nothing
MOST_COMPOSED = 1000  # characters; what is longer is refused anyway, and marks in disorder take quadratic time
UUID_FORM = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# What follows the id in a cursor, by what the list is sorted by: microseconds since 1970, a score (-: hidden), a name.
KEYS = {
    "": "",
    "deadline": r"\.-?[0-9]{1,18}",
    "submitted_at": r"\.-?[0-9]{1,18}",
    "score": r"\.(-|[0-9]{1,7})",
    "name": r"\.([0-9a-f]{2}){1,800}",
}
INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")  # as JSON writes one
BOUNDS = {
    "greater_than_equal", "less_than_equal", "string_too_short", "string_too_long", "too_long", "literal_error",
    "union_tag_invalid", "not_visible",
}  # fmt: skip


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


def rule(code: str) -> WrapValidator:
    """A value beyond its bounds is refused by the name of the rule that the database has for them.

    What has another form altogether (a text for a number) stays `validation_failed` at its field.
    """
    sentence = register()[code].sentence

    def check(value: object, handler: ValidatorFunctionWrapHandler) -> object:
        try:
            return handler(value)
        except ValidationError as error:
            if any(one["loc"] or one["type"] not in BOUNDS for one in error.errors(include_url=False)):
                raise
            raise PydanticCustomError(code, sentence) from None

    return WrapValidator(check)


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


def known_email(text: str) -> str:
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
    """In UTC. RFC 3339 knows no other years, nor does Postgres know each of its offsets: 21:50 is too far for it."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("time", "In UTC, the time lies outside the years 1 to 9999.") from None


def fair_limit(text: str) -> str:
    """A limit that nobody is shut out by."""
    try:
        fair = is_fair(text)
    except ValueError:
        raise PydanticCustomError("rate_limit", "Write the limit as in 30/minute.") from None
    if not fair:
        raise PydanticCustomError(
            "rate_limit", "A limit allows at least one request a minute, in a window of at most a day."
        )
    return text


def _of_sort(cursor: str, info: ValidationInfo) -> str:
    """A cursor holds what the list is sorted by: it goes on with that list alone."""
    if "sort" in info.data:
        of = KEYS[(info.data["sort"] or "").lstrip("-")]
        if not re.fullmatch(f"{UUID_FORM}{of}", cursor):
            raise PydanticCustomError("cursor", "Send the next_cursor of the page before, and the same sort.")
    return cursor


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
Cursor = Annotated[
    str,
    AfterValidator(_of_sort),
    WithJsonSchema({"type": "string", "pattern": f"^{UUID_FORM}(\\.[0-9a-f-]+)?$"}),
]
Score = Annotated[int, Field(ge=0, le=1_000_000)]
AnyScore = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]  # the database knows the maximum
MaxScore = Annotated[int, Field(ge=1, le=1_000_000), INT]
Comment = Annotated[str, Field(max_length=1_000), NO_NUL, rule("comment_not_huge")]
Reason = Annotated[str, Field(max_length=1_000), NO_NUL, rule("reason_not_huge")]
ClassInstructions = Annotated[str, Field(max_length=20_000), NO_NUL, rule("class_instructions_not_huge")]
RegradeDays = Annotated[int, Field(ge=0, le=365), INT]
GateCases = Annotated[int, Field(ge=1, le=200), INT, rule("gate_min_cases_in_range")]
Share = Annotated[float, Field(ge=0, le=1)]
Takes = Annotated[enumerations.Takes, rule("takes_known")]
Reveal = Annotated[enumerations.Reveal, rule("reveal_known")]
Attempts = Annotated[int, Field(ge=1, le=10), INT, rule("attempts_in_range")]
# Of questions and criteria
QuestionTitle = Annotated[Title, rule("question_title_readable")]
Prompt = Annotated[str, Field(max_length=10_000), NO_NUL, rule("prompt_not_blank")]
Explanation = Annotated[str, Field(max_length=10_000), NO_NUL, rule("question_text_not_huge")]
Worth = Annotated[int, Field(ge=1, le=1_000), INT, rule("question_score_in_range")]
Words = Annotated[str, Field(max_length=2_000), NO_NUL, rule("option_not_huge")]
Coins = Annotated[int, Field(ge=0, le=1_000), rule("option_score_in_range")]
Element = TypeVar("Element")
Many = Annotated[list[Element], Field(max_length=50), rule("options_at_most")]
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
Answer = TypeAliasType("Answer", Annotated[Any, AfterValidator(_answer), WithJsonSchema({"anyOf": ANSWER_FORMS})])


# A list or one word: only that which was sent is complained of.
WORD_OR_LIST = Discriminator(lambda sent: "list" if isinstance(sent, list) else "word")

# A field that may be left out; what is left out is not passed on (`exclude_unset`), and no document calls it null.
UNSENT: Any = Field(default_factory=lambda: None)


class RequestModel(BaseModel):
    """A body or the parameters of a query: no field that is not named, no guessing at types."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
