"""From a raw answer of an AI service to one integer, or to a template; every step can only reject."""

import json
import re
from dataclasses import dataclass
from typing import NoReturn

from app.ai.invisible import hidden
from app.ai.maximum import HIGHEST, names_other_maximum
from app.ai.score_words import IS, LABEL, OUT_OF, REFUSAL, UNIT
from app.ai.text import clean

__all__ = ["Rejected", "TemplateAnswer", "names_other_maximum", "read_score", "read_template"]

ANSWER_AT_MOST = 4096
TEMPLATE_AT_MOST = 20_000
RAW_TEMPLATE_AT_MOST = 150_000  # every character may be written as \uXXXX, six for one


@dataclass(frozen=True, slots=True)
class Rejected:
    """All that may be kept of an answer that was not believed: a reason code and its length in characters."""

    reason: str
    length: int


@dataclass(frozen=True, slots=True)
class TemplateAnswer:
    """A correction template, cleaned, and the maximum score the service read in the instructions."""

    template: str
    max_score: int | None


class _No(Exception):
    """A step said no; its only argument is the reason code."""


FENCE = re.compile(r"```[A-Za-z]{0,10}[ \t]*\n(.*\n)?[ \t]*```", re.DOTALL)
INTEGER = re.compile(r"0|[1-9][0-9]*")
ODD_BLANK = re.compile(r"[^\S \t\n\u00a0\u202f]")
WHOLE = re.compile(rf"(?P<score>[0-9]+)(?:[ ]?{OUT_OF}[ ]?(?P<of>[0-9]+))?", re.IGNORECASE)
MARK = r"\*\*|__|\*|_|`|"
LABELLED = re.compile(
    rf"(?:\#{{1,6}}[ ]|[-*][ ])?(?P<m1>{MARK})(?:{LABEL})"
    rf"(?:[ ]\((?:{OUT_OF}|max\.?|maximum|0[ ]?[-–])[ ]?(?P<scale>[0-9]+)\))?"
    rf"(?P<m2>{MARK})[ \u00a0\u202f]?[:=：](?P<m3>{MARK})[ \u00a0]{{0,4}}(?P<m4>{MARK})"
    rf"(?P<score>[0-9]+)(?:[ ]?{OUT_OF}[ ]?(?P<of>[0-9]+))?(?:[ ]?(?:{UNIT}))?(?P<m5>{MARK})",
    re.IGNORECASE,
)
"""`**Score (out of 10):** 8/10 points`: a label, a colon, and digits with nothing trimmed off them."""

IN_WORDS = re.compile(
    rf"(?:[#*_> -]{{0,6}})(?:{LABEL})[*_]{{0,2}}[ ]?[:=][*_ ]{{0,6}}[^\W\d]+[*_.]{{0,3}}", re.IGNORECASE
)
CLAIM = re.compile(
    rf"(?<!\w)(?:(?:{LABEL})[*_`]{{0,2}}[ \u00a0\u202f]?(?:[:=：]|\b{IS}\b)[*_` ]{{0,6}}"
    rf"(?P<after>[-−+]?[0-9][^\s*_`]{{0,20}})"
    rf"|(?P<part>[0-9]+)[ ]?{OUT_OF}[ ]?(?P<of>[0-9]+)|{OUT_OF}[ ]?[0-9]+|(?P<points>[0-9]+)[ ]?(?:{UNIT})(?!\w))",
    re.IGNORECASE,
)
"""What may contradict: a label with a number, a fraction, a number of points that is not a maximum."""

MAXIMUM_KEYS = frozenset({"max_score", "maximum"})
BEGINS_AS_JSON = re.compile(r'\{|\[\s*["{\[]')
TEMPLATE_KEY = re.compile(r'"template"\s*:')
PAGE = re.compile(r"<(?:!doctype|html|\?xml)\b", re.IGNORECASE)


def read_score(raw: str, max_score: int) -> int | Rejected:
    """The one integer from 0 to `max_score` that `raw` states beyond doubt, or why not. Never raises."""
    try:
        return _in_range(_stated(_body(raw, ANSWER_AT_MOST), max_score), max_score)
    except _No as no:
        return Rejected(str(no), len(raw))


def read_template(raw: str) -> TemplateAnswer | Rejected:
    """The template of `{"template": "...", "max_score": N | null}` or of plain text, or why not. Never raises.

    Plain text is what a service answers that was sent no schema, or that ignores it; it says no maximum, and neither
    does an object without `max_score`.
    """
    try:
        body = _body(raw, RAW_TEMPLATE_AT_MOST)
        if not _is_json(body):
            return TemplateAnswer(_template(_plain(body)), None)
        sent = _object(body)
        if "template" not in sent or sent.keys() - {"template", "max_score"}:
            raise _No("wrong_keys")
        return TemplateAnswer(_template(sent["template"]), _maximum(sent.get("max_score")))
    except _No as no:
        return Rejected(str(no), len(raw))


def _body(raw: str, at_most: int) -> str:
    """`raw` without the blanks around it and without the code fence around all of it."""
    if len(raw) > at_most:
        raise _No("too_long")
    body = raw.replace("\r\n", "\n").strip(" \t\n")
    if fenced := FENCE.fullmatch(body):
        body = (fenced[1] or "").strip(" \t\n")
    if not body:
        raise _No("empty")
    return body


def _stated(body: str, max_score: int) -> str:
    """The digits of the score: of the one object, else of the one line, else of the labelled last line."""
    if body.startswith("{"):
        return _score_of(_object(body), max_score)
    if body.startswith("["):
        raise _No("not_an_object")
    if "{" in body or "}" in body:
        raise _No("json_in_prose")
    if ODD_BLANK.search(body) or any(hidden(body)):
        raise _No("odd_characters")
    *before, last = (line.strip(" \t") for line in body.split("\n") if line.strip(" \t"))
    if not before and (whole := WHOLE.fullmatch(last)):
        return _of_maximum(whole, max_score)
    labelled = LABELLED.fullmatch(last)
    if labelled is None or not _paired(labelled):
        raise _No(_why_not(last))
    if labelled["scale"] not in (None, str(max_score)):
        raise _No("other_maximum")
    score = _of_maximum(labelled, max_score)
    if any(LABELLED.fullmatch(line) for line in before):
        raise _No("repeated")  # also when it is equal: it may be the score of one criterion after another
    if any(_contradicts(line, score, str(max_score)) for line in before):
        raise _No("contradicted")
    return score


def _in_range(digits: str, max_score: int) -> int:
    if not INTEGER.fullmatch(digits):
        raise _No("leading_zero")
    if len(digits) > 9 or int(digits) > max_score:
        raise _No("out_of_range")
    return int(digits)


def _of_maximum(match: re.Match[str], max_score: int) -> str:
    """The score of `8` or `8/10`, the latter only when 10 is the maximum."""
    if match["of"] is not None and match["of"] != str(max_score):
        raise _No("other_maximum")
    return match["score"]


def _paired(match: re.Match[str]) -> bool:
    """Emphasis is opened and closed by the same sign: `**Score:** 8`, but not the footnote of `Score: 8*`."""
    marks = [mark for mark in (match[f"m{n}"] for n in range(1, 6)) if mark]
    return len(marks) % 2 == 0 and marks[::2] == marks[1::2]


def _contradicts(line: str, score: str, max_score: str) -> bool:
    """Does an earlier line state a score other than `score`, in digits or in words, or other points?

    Fractions of another maximum are the scores of criteria; they are not summed and contradict nothing.
    """
    if IN_WORDS.fullmatch(line) or ((whole := WHOLE.fullmatch(line)) and whole["score"] != score):
        return True
    return any(_other(claim, score, max_score) for claim in CLAIM.finditer(line))


def _other(claim: re.Match[str], score: str, max_score: str) -> bool:
    if claim["after"]:
        return claim["after"].rstrip(".,;:)!") not in (score, f"{score}/{max_score}")
    if claim["part"]:
        return claim["of"] == max_score and claim["part"] != score
    return claim["points"] not in (None, score)


WHY_NOT = (
    ("other_digits", re.compile(r"(?![0-9])[\d²³¹½¼¾①-⓿Ⅰ-ↈ]")),
    ("percentage", re.compile(r"[0-9]\s*(?:%|percent|procent|prozent)", re.IGNORECASE)),
    ("grouped_digits", re.compile(r"(?<![0-9])[0-9]{1,3}(?:[.,' \u00a0\u202f’_][0-9]{3})+(?![0-9])")),
    ("decimal", re.compile(r"[0-9][.,]|[.,][0-9]|[0-9]e[+-]?[0-9]", re.IGNORECASE)),
    ("range", re.compile(r"[0-9]\s*(?:[-–—~]|to|till|bis|à|a|or|eller|oder|ou|o)\s*[0-9]", re.IGNORECASE)),
    ("signed", re.compile(r"(?:^|[\s:=])[-−–+±~≈<>≤≥]\s*[0-9]")),
    ("several_numbers", re.compile(r"[0-9][^0-9]+[0-9]")),
    ("prose", re.compile(r"[0-9]")),
)


def _why_not(line: str) -> str:
    return next((reason for reason, sign in WHY_NOT if sign.search(line)), "no_number")


def _is_json(body: str) -> bool:
    """Is `body` JSON, or does it begin as an object or a list would?"""
    if BEGINS_AS_JSON.match(body):
        return True
    try:
        json.loads(body, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


def _plain(body: str) -> str:
    """`body`, unless it is prose around the object that was asked for, or a page."""
    if TEMPLATE_KEY.search(body):
        raise _No("json_in_prose")
    if PAGE.match(body):
        raise _No("not_a_text")
    return body


class _Number(str):
    """A JSON number as it was written."""


def _object(body: str) -> dict[str, object]:
    """The one JSON object that `body` is, its numbers as written, none of its keys twice."""
    if not body.startswith("{"):
        raise _No("not_an_object")
    try:
        value, end = _DECODER.raw_decode(body)
    except (ValueError, RecursionError):
        raise _No("broken_json") from None
    if body[end:].strip():
        raise _No("text_after_json")
    if not isinstance(value, dict):
        raise _No("not_an_object")
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise _No("duplicate_key")
    return dict(pairs)


def _no_constant(_name: str) -> NoReturn:
    raise _No("not_an_integer")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_Number, parse_float=_Number, parse_constant=_no_constant
)


def _score_of(sent: dict[str, object], max_score: int) -> str:
    if "score" not in sent:
        raise _No("no_score_key")
    score = _digits(sent["score"])
    for key, value in sent.items():
        if key != "score":
            _refuse_beside(score, key, value, max_score)
    return score


def _refuse_beside(score: str, key: str, value: object, max_score: int) -> None:
    """Refuses a further number, but the maximum, and a text that states another score on a line of its own."""
    if key in MAXIMUM_KEYS and isinstance(value, str):
        if value != str(max_score):
            raise _No("other_maximum")
    elif isinstance(value, _Number) or not isinstance(value, str | bool | None):
        raise _No("extra_key")
    elif isinstance(value, str) and any(_states_other(line, score, max_score) for line in value.split("\n")):
        raise _No("contradicted")


def _states_other(line: str, score: str, max_score: int) -> bool:
    stated = WHOLE.fullmatch(line.strip()) or LABELLED.fullmatch(line.strip())
    return stated is not None and (stated["score"] != score or stated["of"] not in (None, str(max_score)))


def _digits(value: object) -> str:
    if not isinstance(value, _Number):
        raise _No("not_an_integer")
    if value.startswith("-"):
        raise _No("signed")
    if not INTEGER.fullmatch(value):
        raise _No("not_an_integer")
    return str(value)


def _maximum(value: object) -> int | None:
    if value is None:
        return None
    digits = _digits(value)
    if len(digits) > 9 or not 1 <= int(digits) <= HIGHEST:
        raise _No("out_of_range")
    return int(digits)


def _template(value: object) -> str:
    if not isinstance(value, str) or isinstance(value, _Number):
        raise _No("not_a_text")
    template = clean(value).strip()
    if not template:
        raise _No("blank")
    if len(template) > TEMPLATE_AT_MOST:
        raise _No("too_long")
    if REFUSAL.match(template):
        raise _No("refusal")
    return template
