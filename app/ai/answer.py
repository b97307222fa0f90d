"""From a raw answer of an AI service to one integer, or to a template; every step can only reject."""

import json
import re
from dataclasses import dataclass
from typing import NoReturn

from app.ai.labels import LABEL, OUT_OF, UNIT
from app.ai.maximum import HIGHEST, names_other_maximum
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


FENCE = re.compile(r"```[A-Za-z]{0,10}[ \t]*\n(.*)\n[ \t]*```", re.DOTALL)
INTEGER = re.compile(r"0|[1-9][0-9]*")
ODD = re.compile(
    r"[^\S \t\n\u00a0\u202f]|[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufe00-\ufe0f\U000e0000-\U000e0fff]"
)
WHOLE = re.compile(rf"(?P<score>[0-9]+)(?:[ ]*{OUT_OF}[ ]*(?P<of>[0-9]+))?", re.IGNORECASE)
MARK = r"\*\*|__|\*|_|`|"
LABELLED = re.compile(
    rf"(?:\#{{1,6}}[ ]|[-*][ ])?(?P<m1>{MARK})(?:{LABEL})(?P<m2>{MARK})[ \u00a0\u202f]?[:=：](?P<m3>{MARK})"
    rf"[ \u00a0]{{0,4}}(?P<m4>{MARK})(?P<score>[0-9]+)(?:[ ]?{OUT_OF}[ ]?(?P<of>[0-9]+))?(?:[ ]?(?:{UNIT}))?(?P<m5>{MARK})",
    re.IGNORECASE,
)
OTHER_CLAIM = re.compile(
    rf"(?<!\w)(?:(?:{LABEL})[*_`]{{0,2}}[ \u00a0\u202f]?(?:[:=：]|\b(?:is|was|of|är|ist|war|est|es|fue)\b)[*_` ]{{0,6}}(?P<after>[^\s*_`]{{0,20}})"
    rf"|(?P<part>[0-9]+)[ ]?{OUT_OF}[ ]?(?P<of>[0-9]+)|(?P<points>[0-9]+)[ ]?(?:{UNIT})(?!\w))",
    re.IGNORECASE,
)


def read_score(raw: str, max_score: int) -> int | Rejected:
    """The one integer from 0 to `max_score` that `raw` states beyond doubt, or why not. Never raises."""
    try:
        return _in_range(_stated(_body(raw, ANSWER_AT_MOST), max_score), max_score)
    except _No as no:
        return Rejected(str(no), len(raw))


def read_template(raw: str) -> TemplateAnswer | Rejected:
    """The template of `{"template": "...", "max_score": N | null}`, or why not. Never raises."""
    try:
        sent = _object(_body(raw, RAW_TEMPLATE_AT_MOST))
        if sent.keys() != {"template", "max_score"}:
            raise _No("wrong_keys")
        return TemplateAnswer(_template(sent["template"]), _maximum(sent["max_score"]))
    except _No as no:
        return Rejected(str(no), len(raw))


def _body(raw: str, at_most: int) -> str:
    """`raw` without the blanks around it and without the code fence around all of it."""
    if len(raw) > at_most:
        raise _No("too_long")
    body = raw.replace("\r\n", "\n").strip(" \t\n")
    if fenced := FENCE.fullmatch(body):
        body = fenced[1].strip(" \t\n")
    if not body:
        raise _No("empty")
    return body


def _stated(body: str, max_score: int) -> str:
    """The digits of the score: of the one object, else of the one line, else of the labelled last line."""
    if body.startswith("{"):
        return _score_of(_object(body))
    if body.startswith("["):
        raise _No("not_an_object")
    if "{" in body or "}" in body:
        raise _No("json_in_prose")
    if ODD.search(body):
        raise _No("odd_characters")
    *before, last = (line.strip(" \t") for line in body.split("\n") if line.strip(" \t"))
    if not before and (whole := WHOLE.fullmatch(last)):
        return _of_maximum(whole, max_score)
    labelled = LABELLED.fullmatch(last)
    if labelled is None or not _paired(labelled):
        raise _No(_why_not(last))
    score = _of_maximum(labelled, max_score)
    if any(_contradicts(line, score) for line in before):
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


def _contradicts(line: str, score: str) -> bool:
    """Does an earlier line state a score, a fraction or points other than `score`?"""
    if (whole := WHOLE.fullmatch(line)) and whole["score"] != score:
        return True
    return any(
        (claim["after"] or claim["part"] or claim["points"] or "").rstrip(".,;)!")
        not in (score, *_fractions(claim, score))
        for claim in OTHER_CLAIM.finditer(line)
    )


def _fractions(claim: re.Match[str], score: str) -> tuple[str, ...]:
    """What may follow a label beside the score itself: the score over something."""
    after = (claim["after"] or "").rstrip(".,;)!")
    return (after,) if re.fullmatch(rf"{score}/[0-9]+", after) else ()


WHY_NOT = (
    ("other_digits", re.compile(r"(?![0-9])[\d²³¹½¼¾①-⓿Ⅰ-ↈ]")),
    ("percentage", re.compile(r"[0-9]\s*(?:%|percent|procent|prozent)", re.IGNORECASE)),
    ("grouped_digits", re.compile(r"(?<![0-9])[0-9]{1,3}(?:[.,' \u00a0\u202f’_][0-9]{3})+(?![0-9])")),
    ("decimal", re.compile(r"[0-9][.,]|[.,][0-9]|[0-9]e[+-]?[0-9]", re.IGNORECASE)),
    ("range", re.compile(r"[0-9]\s*(?:[-–—~]|to|till|bis|à|a|or|eller|oder|ou|o)\s*[0-9]", re.IGNORECASE)),
    ("signed", re.compile(r"[-−–+±~≈<>≤≥]\s*[0-9]")),
    ("several_numbers", re.compile(r"[0-9][^0-9]+[0-9]")),
    ("prose", re.compile(r"[0-9]")),
)


def _why_not(line: str) -> str:
    return next((reason for reason, sign in WHY_NOT if sign.search(line)), "no_number")


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


def _score_of(sent: dict[str, object]) -> str:
    if "score" not in sent:
        raise _No("no_score_key")
    if len(sent) != 1:
        raise _No("extra_key")
    return _digits(sent["score"])


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


REFUSAL = re.compile(
    r"(?:i(?:'|’)?m (?:very )?sorry|i am sorry|sorry,|i can(?:'|’|no)t|i can not|i(?:'|’)m (?:not able|unable)|i am (?:not able|unable)|"
    r"unfortunately,? i|as an ai|jag kan (?:tyvärr )?inte|tyvärr kan jag|ich kann (?:leider )?nicht|es tut mir leid|leider kann ich|"
    r"je (?:ne peux|suis désolé)|désolé|lo siento|no puedo|mi dispiace|non posso|desculpe|não posso|jeg kan (?:desværre |dessverre )?ikke|"
    r"het spijt me|ik kan (?:helaas )?niet|valitettavasti|przepraszam|nie mogę)",
    re.IGNORECASE,
)


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
