"""How the peer marks an answer: the rules of docs/quizzes.md once more, in Python.

`question` and its `options` are anything with the columns of assay.questions and assay.options as attributes; an
answer has the columns of assay.answers.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

Marker = Callable[[Any, Sequence[int], Sequence[int], Sequence[str]], int]
NUMBER = re.compile(r"[+-]?([0-9]{1,15}(\.[0-9]{0,15})?|\.[0-9]{1,15})(e[+-]?([0-2]?[0-9]|30))?")


def mark(
    question: Any, picked: Sequence[int] | None, indents: Sequence[int] | None, texts: Sequence[str] | None
) -> int:
    """The score of an answer, 0 to the question's maximum."""
    if question.voided_at is not None:
        return int(question.max_score)
    return KINDS[question.kind](question, picked or (), indents or (), texts or ())


def share(question: Any, got: int, of: int, *, flawless: bool) -> int:
    """What a part of a question earns."""
    if got == of and flawless:
        return int(question.max_score)
    return max(0, min(question.max_score * got // of, question.max_score - 1)) if question.partial else 0


def plain(words: str) -> str:
    """Words as they are compared."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def alike(one: str, other: str) -> bool:
    return bool(one.strip()) and plain(one) == plain(other)


def read_number(words: str) -> Decimal | None:
    written = (
        unicodedata.normalize("NFKC", words).replace("\u2212", "-").lower().strip(" \t\n\r\u00a0").replace(",", ".")
    )
    written = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in written)
    return Decimal(written) if NUMBER.fullmatch(written) else None


def choice(question: Any, picked: Sequence[int], _indents: Sequence[int], _texts: Sequence[str]) -> int:
    right = [option.key for option in question.options if option.place == 1]
    return int(question.max_score) if list(picked) == right else 0


def choices(question: Any, picked: Sequence[int], _indents: Sequence[int], _texts: Sequence[str]) -> int:
    rights = {option.key for option in question.options if option.place == 1}
    wrong = len(set(picked) - rights)
    return share(question, len(rights.intersection(picked)) - wrong, len(rights), flawless=not wrong)


def matching(question: Any, picked: Sequence[int], _indents: Sequence[int], texts: Sequence[str]) -> int:
    given = dict(zip(picked, texts, strict=False))
    lefts = [option for option in question.options if option.text is not None]
    return share(question, sum(alike(given.get(o.key, ""), o.pair) for o in lefts), len(lefts), flawless=True)


def ordering(question: Any, picked: Sequence[int], indents: Sequence[int], _texts: Sequence[str]) -> int:
    lines = {option.key: option for option in question.options}
    ends: list[int] = []
    distractors = 0
    for number, key in enumerate(picked):
        line = lines[key]
        if line.place is None:
            distractors += 1
        elif line.indent is None or line.indent == (indents[number] if indents else 0):
            at = bisect_right(ends, line.place)
            ends[at : at + 1] = [line.place]
    of = sum(option.place is not None for option in question.options)
    return share(question, len(ends) - distractors, of, flawless=not distractors)


def gaps(question: Any, _picked: Sequence[int], _indents: Sequence[int], texts: Sequence[str]) -> int:
    accepted: dict[int, list[str]] = {}
    for option in question.options:
        accepted.setdefault(option.place, []).append(option.text)
    got = sum(
        gap <= len(texts) and any(alike(texts[gap - 1], text) for text in words) for gap, words in accepted.items()
    )
    return share(question, got, len(accepted), flawless=True)


def short(question: Any, _picked: Sequence[int], _indents: Sequence[int], texts: Sequence[str]) -> int:
    return best(question, [option for option in question.options if texts and alike(texts[0], option.text)])


def number(question: Any, _picked: Sequence[int], _indents: Sequence[int], texts: Sequence[str]) -> int:
    given = read_number(texts[0]) if texts else None
    near = []
    for option in question.options:
        value = read_number(option.text)
        if given is not None and value is not None and abs(given - value) <= (option.tolerance or 0):
            near.append(option)
    return best(question, near)


def best(question: Any, options: list[Any]) -> int:
    return max((question.max_score if option.score is None else option.score for option in options), default=0)


KINDS: dict[str, Marker] = {
    "choice": choice, "choices": choices, "matching": matching, "ordering": ordering, "gaps": gaps, "short": short,
    "number": number,
}  # fmt: skip
