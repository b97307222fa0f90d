"""A student's work, marked question by question: one request, a mark with reason and quotes for each that was asked.

The criteria of a text's rubric and open questions are asked the same way. The total is computed elsewhere, never read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeVar

from app.ai.api_keys import ApiKey
from app.ai.completion_reader import Rejected, Unacceptable, one_object, text_of, whole_number, without_fence
from app.ai.failover import Accepted, AiCall, ask
from app.ai.models import Model
from app.ai.prompts import Fenced
from app.ai.providers import Attempt, Providers
from app.ai.quotes import Place, QuotedText
from app.ai.text import clean
from app.ai.text_thread import work_on

ANSWER_AT_MOST = 400_000  # characters: 100 marks with reasons and quotes, every character written as \\uXXXX
REASON_AT_MOST = 600
COMMENT_AT_MOST = 1_000
QUOTES_AT_MOST = 3
TOKENS_AT_LEAST, TOKENS_PER_QUESTION, TOKENS_AT_MOST = 300, 300, 8_192
LINK = re.compile(r"\b(?:https?|ftp)://|\bwww\.", re.IGNORECASE)

_TEXT: Mapping[str, Any] = {"type": "string"}
_MARK: Mapping[str, Any] = {
    "type": "object",
    "properties": {  # evidence and reason come before the number
        "number": {"type": "integer"},
        "quotes": {"type": "array", "items": _TEXT},
        "reason": _TEXT,
        "score": {"type": "integer"},
    },
    "required": ["number", "quotes", "reason", "score"],
    "additionalProperties": False,
}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "marks": {"type": "array", "items": _MARK},
        "comment": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    },
    "required": ["marks", "comment"],
    "additionalProperties": False,
}

T = TypeVar("T")
# Why one question has no usable mark; `unreadable`: its reason or its quotes are not what was asked for.
Fault = Literal["missing", "repeated", "not_an_integer", "out_of_range", "not_a_level", "unreadable"]


@dataclass(frozen=True, slots=True)
class Level:
    """What earns so many points of a question that is marked by levels."""

    score: int
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about the work. `answer` is the student's own, of an open question; None: the whole text."""

    number: int
    prompt: str
    max_score: int
    title: str | None = None
    guide: str | None = None
    levels: tuple[Level, ...] = ()
    answer: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Mark:
    """What one question earned and why. `quotes` are the model's words, not looked up yet."""

    score: int
    reason: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Marks:
    """One answer: for each number asked a mark or what is wrong with it; the comment when one was wanted."""

    by_number: Mapping[int, Mark | Fault]
    comment: str | None
    not_asked: tuple[int, ...] = ()

    @property
    def fault(self) -> str | None:
        """Why this answer is rejected as a whole: its first fault, or a number that nobody asked for."""
        first = next((mark for mark in self.by_number.values() if not isinstance(mark, Mark)), None)
        return first or ("not_asked" if self.not_asked else None)


@dataclass(frozen=True, slots=True, repr=False)
class Marked:
    """Accepted marks by question number, and how they were come by."""

    marks: Mapping[int, Mark]
    comment: str | None
    provider: str
    model: str
    prompt_version: str
    attempts: tuple[Attempt, ...]


class Found(NamedTuple):
    """A quote that stands in the student's words: where, and as the model wrote it."""

    place: Place
    words: str


@dataclass(frozen=True, slots=True, repr=False)
class Evidence:
    """The quotes that stand in the student's words, in the order of their places, and how many quotes do not."""

    found: tuple[Found, ...]
    unfound: int


@dataclass(frozen=True, slots=True, repr=False)
class Work:
    """What is marked and by what. `text` is the student's, as stored; None where every question has its answer."""

    instructions: str
    questions: Sequence[Question]
    template: str | None = None
    text: str | None = None
    comment_language: str | None = None  # None: no comment is asked for; empty: the language of the instructions


async def mark(providers: Providers, work: Work, *, keys: Mapping[str, ApiKey], models: Sequence[Model]) -> Marked:
    """Marks every question of `work`, Anthropic first. Raises AiUnavailable; `keys` is by provider."""
    asked = {question.number: question for question in work.questions}
    with_comment = work.comment_language is not None

    def accept(raw: str) -> Marks | Rejected:
        found = read_marks(raw, asked, with_comment=with_comment)
        if isinstance(found, Rejected) or found.fault is None:
            return found
        return Rejected(found.fault, len(raw))

    found = await ask(providers, await _call(work, accept), keys, models)
    marks = {number: one for number, one in found.value.by_number.items() if isinstance(one, Mark)}
    return Marked(marks, found.value.comment, found.provider, found.model, found.prompt_version, found.attempts)


async def mark_as_answered(
    providers: Providers, work: Work, *, keys: Mapping[str, ApiKey], model: Model
) -> Accepted[Mapping[int, Mark | Fault]]:
    """What this model alone says of every question: a mark, or what is wrong with it. Its first answer counts.

    Raises AiUnavailable when there is no answer at all.
    """
    asked = {question.number: question for question in work.questions}

    def accept(raw: str) -> Mapping[int, Mark | Fault]:
        found = read_marks(raw, asked, with_comment=False)
        return dict.fromkeys(asked, "unreadable") if isinstance(found, Rejected) else found.by_number

    return await ask(providers, replace(await _call(work, accept), only=model), keys, [model])


async def _call(work: Work, accept: Callable[[str], T | Rejected]) -> AiCall[T]:
    length = (
        len(work.instructions) + len(work.text or "") + sum(len(question.answer or "") for question in work.questions)
    )
    values = await work_on(length, lambda: prompt_values(work))
    return AiCall("marking", "anthropic", values, SCHEMA, output_tokens(len(work.questions)), accept)


def output_tokens(questions: int) -> int:
    """The output limit of a marking, before what a reasoning model's row adds."""
    return min(TOKENS_AT_LEAST + TOKENS_PER_QUESTION * questions, TOKENS_AT_MOST)


def read_marks(raw: str, asked: Mapping[int, Question], *, with_comment: bool) -> Marks | Rejected:
    """The marks of `{"marks": [{number, quotes, reason, score}], "comment"}`, or why it is none. Never raises.

    Keys that were not asked for are ignored, and so is a comment that was not wanted.
    """
    try:
        sent = one_object(without_fence(raw, ANSWER_AT_MOST))
        rows = sent.get("marks")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Unacceptable("no_marks")
        comment = _comment(sent.get("comment")) if with_comment else None
    except Unacceptable as reason:
        return Rejected(str(reason), len(raw))
    by_number: dict[int, Mark | Fault] = dict.fromkeys(asked, "missing")
    not_asked: list[int] = []
    seen: set[int] = set()
    for row in rows:
        number = whole_number(row.get("number"))
        if number is None:
            return Rejected("number_unreadable", len(raw))
        if number not in asked:
            not_asked.append(number)
        elif number in seen:
            by_number[number] = "repeated"
        else:
            seen.add(number)
            by_number[number] = _mark(row, asked[number])
    return Marks(by_number, comment, tuple(not_asked))


def _mark(row: Mapping[str, object], question: Question) -> Mark | Fault:
    score, reason, quotes = whole_number(row.get("score")), text_of(row.get("reason")), row.get("quotes")
    if score is None:
        return "not_an_integer"
    if score > question.max_score:
        return "out_of_range"
    if question.levels and score not in {level.score for level in question.levels}:
        return "not_a_level"
    if reason is None or not isinstance(quotes, list) or len(quotes) > QUOTES_AT_MOST:
        return "unreadable"
    reason = clean(reason).strip()
    texts = [text_of(quote) for quote in quotes]
    if not 1 <= len(reason) <= REASON_AT_MOST or LINK.search(reason) or None in texts:
        return "unreadable"
    return Mark(score, reason, tuple(text for text in texts if text is not None))


def _comment(value: object) -> str | None:
    if value is None:
        return None
    text = text_of(value)
    if text is None:
        raise Unacceptable("comment_unreadable")
    comment = clean(text).strip()
    if len(comment) > COMMENT_AT_MOST or LINK.search(comment):
        raise Unacceptable("comment_unreadable")
    return comment or None


def evidence_of(quotes: Sequence[str], words: QuotedText) -> Evidence:
    """Looks each quote up in the student's words. One of a length that says nothing counts as not found."""
    places = {quote: words.find(quote) for quote in quotes if words.is_long_enough(quote)}
    found = sorted(Found(place, clean(quote)) for quote, place in places.items() if place is not None)
    return Evidence(tuple(found), sum(places.get(quote) is None for quote in quotes))


def prompt_values(work: Work) -> dict[str, str | Fenced]:
    """The placeholders of prompts/marking. Strangers' texts are cleaned; each answer stands in a fence of its own."""
    return {
        "instructions": clean(work.instructions),
        "template": clean(work.template or "none"),
        "questions": "\n\n".join(_asked(question) for question in work.questions),
        "work": lambda fence: _work(work, fence),
        "comment": "wanted" if work.comment_language is not None else "not wanted",
        "language": clean(work.comment_language or "that of the instructions"),
    }


def _asked(question: Question) -> str:
    """A question as the model reads it; the teacher's words in it are cleaned."""
    title = f" {clean(question.title)}" if question.title else ""
    lines = [f"QUESTION {question.number}{title} (0 to {question.max_score})", clean(question.prompt)]
    if question.guide:
        lines.append(f"What earns points: {clean(question.guide)}")
    if question.levels:
        lines.append("Only these scores:")
        lines += [f"- {level.score}: {clean(level.text)}" for level in question.levels]
    return "\n".join(lines)


def _work(work: Work, fence: str) -> str:
    """The whole text, or each answer between lines that carry the fence."""
    if work.text is not None:
        return clean(work.text)
    return "\n\n".join(
        f"----- BEGIN ANSWER {question.number} {fence} -----\n{clean(question.answer or '')}\n"
        f"----- END ANSWER {question.number} {fence} -----"
        for question in work.questions
    )
