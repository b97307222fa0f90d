"""What the simulated model says when it is asked for marks or for a rubric: the same for the same request, always."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.dev.simulator.directives import without_markers

HALFWAY = 30  # distinct words that earn half of the points
CRITERIA = 4  # when the instructions list none
QUOTED_WORDS = 6
REASON = "The work addresses this; a more exact example would strengthen it."
COMMENT = "You have made a good beginning. Next, add an example that shows what you mean."

_QUESTION = re.compile(r"^QUESTION (\d{1,4})\b.*?\(0 to (\d{1,7})\)\s*$", re.MULTILINE)
_LEVEL = re.compile(r"^- (\d{1,7}): (.*)$", re.MULTILINE)
_ANSWER = re.compile(
    r"^----- BEGIN ANSWER (\d{1,4}) ([0-9a-f]{32}) -----\n(.*?)\n?----- END ANSWER \1 \2 -----$",
    re.MULTILINE | re.DOTALL,
)
_WORK = re.compile(
    r"^----- BEGIN STUDENT WORK ([0-9a-f]{32}) -----\n(.*)\n----- END STUDENT WORK \1 -----$", re.MULTILINE | re.DOTALL
)
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[^.!?\n]+")
_POINTS = r"(?:gold coins|points?|pts?|poäng|p\b|Punkte?n?|puntos?|marks)"
_ITEM = re.compile(rf"^[ \t]*(?:[-*•]|\d+[.)]|#+)[ \t]+(.*?\b\d{{1,4}}\s*{_POINTS}.*)$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a marking request: its number, its highest score, and its levels (score, text), if it has any."""

    number: int
    max_score: int
    levels: tuple[tuple[int, str], ...]


def questions_in(user: str) -> list[Asked]:
    """The questions of a marking request, read from its QUESTION lines."""
    before = user.partition("BEGIN STUDENT WORK")[0]
    heads = list(_QUESTION.finditer(before))
    ends = [head.start() for head in heads[1:]] + [len(before)]
    return [
        Asked(int(head[1]), int(head[2]), tuple((int(n), text) for n, text in _LEVEL.findall(before, head.end(), end)))
        for head, end in zip(heads, ends, strict=True)
    ]


def marks_for(user: str, words: Mapping[str, str], *, with_comment: bool) -> dict[str, Any]:
    """`marks` and `comment`: maximum x d / (d + 30) for d distinct words of the answer (of the text, for criteria)."""
    work = _WORK.search(user)
    text = without_markers(work[2]) if work else ""
    answers = {int(number): without_markers(answer) for number, _, answer in _ANSWER.findall(user)}
    wanted = dict(pair.split(":", 1) for pair in words.get("mark", "").split())
    dropped, doubled = words.get("drop", "").split(), words.get("twice", "").split()
    marks: list[dict[str, Any]] = []
    for asked in questions_in(user):
        answer = answers.get(asked.number, "" if answers else text)
        number = str(asked.number)
        score = int(wanted[number]) if number in wanted else _score(asked, answer, words)
        quotes = [words["quote"]] if "quote" in words else quotes_from(answer)
        mark = {"number": asked.number, "quotes": quotes, "reason": REASON, "score": score}
        marks += [mark] * ((number not in dropped) + (number in doubled))
    return {"marks": marks, "comment": COMMENT if with_comment else None}


def _score(asked: Asked, answer: str, words: Mapping[str, str]) -> int:
    if "level" in words and (named := [score for score, text in asked.levels if text == words["level"]]):
        return named[0]
    distinct = len({word.casefold() for word in _WORD.findall(answer)})
    exact = asked.max_score * distinct / (distinct + HALFWAY) + int(words.get("bias", 0))
    if asked.levels:
        return min((score for score, _ in asked.levels), key=lambda score: (abs(score - exact), score))
    return max(0, min(asked.max_score, int(exact + 0.5)))


def quotes_from(text: str) -> list[str]:
    """The first six words of the longest sentence; nothing from a text without words."""
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]
    if not sentences:
        return []
    return [" ".join(max(sentences, key=len).split()[:QUOTED_WORDS])]


def criteria_for(instructions: str, maximum: int | None) -> dict[str, Any]:
    """`criteria` and `max_score`: as many criteria as the instructions have list items or headings with points, else
    four; they add up to the maximum (one point each where there is none)."""
    items = [item.strip() for item in _ITEM.findall(instructions)]
    count = min(len(items) or CRITERIA, maximum or CRITERIA)
    share, rest = divmod(maximum or count, count)
    titles = (items or [f"Part {n}" for n in range(1, count + 1)])[:count]
    criteria = [
        {"title": title[:200], "prompt": f"What the instructions ask for: {title[:200]}", "levels": [],
         "max_score": share + (n < rest)}
        for n, title in enumerate(titles)
    ]  # fmt: skip
    return {"criteria": criteria, "max_score": maximum}
