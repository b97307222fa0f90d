"""The maximum score that instructions state, read without an AI, and checked against what an AI read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.ai import maximum_words as words
from app.ai.text import clean

HIGHEST = 1_000_000
NUMBERS_AT_MOST = 2_000
"""Numbers looked at; with more of them (a table of data) the reading is unclear. About 50 µs each."""
SEEN_AT_MOST = 20
NEAR = 80
"""Characters around a number that may say what it is, at most, and no further than its clause."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The maximum if it is clear, the numbers of points that were seen, and every number that could be one."""

    value: int | None
    seen: tuple[int, ...]
    numbers: frozenset[int] = frozenset()


class MaximumUnclear(Exception):
    """Nobody is sure, or two readers disagree; `seen` holds the numbers in question, the message nothing else."""

    def __init__(self, seen: tuple[int, ...]) -> None:
        super().__init__(", ".join(map(str, seen)))
        self.seen = seen


@dataclass(frozen=True, slots=True)
class Claim:
    """A number of points, what its clause makes of it, and None for the value when it is not a whole number.

    Kinds: `total`; `max`, a maximum, a scale or a worth; `plain`, points and no more; `part`; `vague`.
    """

    value: int | None
    kind: str


def decide(given: int | None, read: Reading, asked: int | None) -> int:
    """The maximum score: the teacher's word, else what two readers make of the instructions, else MaximumUnclear.

    A clear reading stands unless the service read another number. Where the reading is silent or torn the service's
    number is believed if it is the only one seen, or if nothing was seen and it stands in the instructions as a
    number that nothing rules out: no count of words, no year, no minimum.
    """
    if given is not None:
        return given
    if read.value is not None and asked in (None, read.value):
        return read.value
    likely = read.seen or read.numbers
    if read.value is None and asked is not None and asked in likely and len(read.seen) <= 1:
        return asked
    raise MaximumUnclear(tuple(dict.fromkeys((*read.seen, *(() if asked is None else (asked,))))))


def read_maximum(instructions: str) -> Reading:
    """What `instructions` say about the maximum score, from 1 to HIGHEST; parts are never summed."""
    numbers: set[int] = set()
    claims = list(_claims(instructions, numbers))
    seen = tuple(dict.fromkeys(claim.value for claim in claims if claim.value is not None))[:SEEN_AT_MOST]
    return Reading(_clear(claims), seen, frozenset(numbers))


def names_other_maximum(template: str, max_score: int) -> bool:
    """Does `template` state a total, or one maximum above all else, that is not `max_score`, or more points than it?

    Criteria have maxima too, which are smaller: several different ones, or one that is not the highest, are theirs.
    """
    claims = [(claim.value, claim.kind) for claim in _claims(template, set()) if claim.value is not None]
    highest = max((value for value, _ in claims), default=0)
    totals = {value for value, kind in claims if kind == "total"}
    maxima = {value for value, kind in claims if kind == "max"}
    return highest > max_score or bool(totals - {max_score}) or (maxima == {highest} and highest != max_score)


def _clear(claims: list[Claim]) -> int | None:
    """The one maximum among `claims`: the total, else the maximum, else the points; stated once, and the highest.

    A maximum that is stated twice may belong to two parts of equal weight; a total may be repeated.
    """
    values = [claim.value for claim in claims if claim.value is not None]
    if len(values) < len(claims):
        return None
    for kind in ("total", "max", "plain"):
        stated = [claim.value for claim in claims if claim.kind == kind]
        if stated:
            once = len(stated) == 1 or (kind == "total" and len(set(stated)) == 1)
            alone = kind != "plain" or len(claims) == 1
            clear = once and alone and stated[0] == max(values) and 1 <= max(values) <= HIGHEST
            return stated[0] if clear else None
    return None


TOKEN = re.compile(r"(?<![0-9A-Za-z])(?:[1-9][0-9]{0,2}(?:[ \u00a0\u202f][0-9]{3})+(?![0-9])|[0-9]+(?:[.,:'’][0-9]+)*)")
GROUPED = re.compile(r"[1-9][0-9]{0,2}([.,'’ \u00a0\u202f])[0-9]{3}(?:\1[0-9]{3})*")
CLAUSE_END = re.compile(r"[\n;!?]|[.,](?=\s|$)")
ABBREVIATED = re.compile(r"(?<!\w)(max|maks|min|tot|nr|no|ca)\.", re.IGNORECASE)
BARE = re.compile(r"[ \t\u00a0]*(?:$|[)\](|*_:–-])")
ALONE = re.compile(r"(?:.*[(\[:=|–—-])?[ *_\t\u00a0]*")
NEGATIVE = re.compile(r"(?:^|[^0-9 ]|[^0-9] )[-−]$")
DIGIT = re.compile(r"[0-9]")


class Around(NamedTuple):
    """A number's surroundings in its clause, all but `cased` in lower case."""

    cased: str
    """Everything before it."""
    before: str
    near: str
    """What is before it, since the last digit."""
    rest: str
    """What is after it and its unit, up to the next digit."""
    unit: bool
    """Is it followed by a word for points?"""
    vague: bool
    """Is it followed by a `p`?"""
    short: bool
    """Has it three digits at most? `Notes sur 1789` is no scale."""

    @property
    def bare(self) -> bool:
        return BARE.match(self.rest) is not None


def _claims(instructions: str, numbers: set[int]) -> Iterator[Claim]:
    """Every number of points in `instructions`, and into `numbers` every whole number that nothing rules out."""
    text = ABBREVIATED.sub(r"\1 ", clean(instructions).replace("İ", "I"))
    lower = text.lower()  # as long as `text`: İ is the one letter that grows
    ends = [match.start() for match in CLAUSE_END.finditer(text)]
    passed = 0
    for count, token in enumerate(TOKEN.finditer(text)):
        if count == NUMBERS_AT_MOST:
            yield Claim(None, "vague")
            return
        while passed < len(ends) and ends[passed] < token.start():
            passed += 1
        start = max(ends[passed - 1] + 1 if passed else 0, token.start() - NEAR)
        stop = min(ends[passed] if passed < len(ends) else len(text), token.end() + NEAR)
        around = _around(token[0], text[start : token.start()], lower[start : token.start()], lower[token.end() : stop])
        if around is None:
            continue
        value = _whole(token[0], around.before)
        if value is not None and not 1900 <= value <= 2100:
            numbers.add(value)
        kind = _kind(around)
        if kind is not None:
            yield Claim(value, kind)


def _around(token: str, cased: str, before: str, after: str) -> Around | None:
    """What stands around `token`; None when it rules a maximum out."""
    unit = words.UNIT.match(after)
    counted = unit or words.VAGUE_UNIT.match(after)
    if not counted and words.OTHER_NOUN.match(after):
        return None
    near = words.NO_MORE.sub("maximum", DIGIT.split(before)[-1])
    rest = DIGIT.split(after[counted.end() :] if counted else after)[0]
    if not (unit and words.SOME_OF.search(before)) and (
        words.LEAST.search(near) or NEGATIVE.search(before) or words.AFTER_NOT.search(rest)
    ):
        return None
    return Around(cased, before, near, rest, unit is not None, counted is not None and unit is None, len(token) <= 3)


def _whole(token: str, before: str) -> int | None:
    """The integer that `token` writes; None for decimals, times, and groups that may be two numbers."""
    if GROUPED.fullmatch(token):
        if " " in token and words.PART_BEFORE.search(before):
            return None
        token = re.sub(r"[^0-9]", "", token)
    return int(token) if token.isdecimal() and len(token) <= 9 else None


def _kind(at: Around) -> str | None:
    """The kind of claim that the words around a number make; None when it speaks of no points."""
    counted = at.unit or at.vague
    total = words.TOTAL.search(at.near) or (at.unit and words.TOTAL.search(at.rest))
    most = words.MAX.search(at.near) or (at.unit and words.MAX.search(at.rest))
    just = at.bare and words.JUST_SCORE.fullmatch(_after_last(words.MAX if most else words.TOTAL, at.near)) is not None
    scale = _is_scale(at)
    if words.COURSE.search(at.near) and (at.unit or total or most):
        return "vague"
    if _is_part(at, bool(total)):
        return "part" if counted or scale or (most and just) else None
    if not scale and words.BAND.search(at.before):
        return "vague" if at.unit else None
    if total and (counted or just):
        return "total"
    if scale or (most and (counted or (just and words.SCORE_WORD.search(at.near)))):
        return "max"
    if at.unit and words.WORTH.search(at.near):
        return "max"
    if (at.unit and _is_alone(at)) or (at.bare and words.POINTS_LABEL.fullmatch(at.near)):
        return "plain"
    return "vague" if counted or (most and just) else None


def _is_scale(at: Around) -> bool:
    """`/20`, `graded out of 20`, `12/20 points`, `12 of 20 points`, `0–20 points`, `a scale from 0 to 20`."""
    if words.SLASH.search(at.before):
        return True
    if (at.unit or (at.bare and at.short)) and words.GRADED_OUT_OF.search(at.near):
        return True
    if at.unit and words.SOME_OF.search(at.before):
        return True
    scored = at.unit or (at.bare and words.SCALE.search(at.before) is not None)
    return scored and words.FROM_ZERO.search(at.before) is not None


def _is_part(at: Around, total: bool) -> bool:
    """`Part A: 10 points`, `5 points each`, `5 × 4 points`, `5 points for grammar`; not `50 points for the essay`."""
    if not total and (words.PART.search(at.cased) or words.PARTS.search(at.near) or words.MULTIPLIED.search(at.before)):
        return True
    after = at.rest.strip()
    return at.unit and words.AFTER_PART.match(after) is not None and not words.WHOLE_WORK.match(after)


def _is_alone(at: Around) -> bool:
    """`(20 points)`, `Essay: 20 points`, `20 points.`, `a 50-point essay`: not the points of a match in a story."""
    return (at.bare and ALONE.fullmatch(at.near) is not None) or words.WORK.match(at.rest) is not None


def _after_last(word: re.Pattern[str], near: str) -> str:
    """What stands between the last `word` of `near` and the number; `near` itself without one."""
    at = 0
    for match in word.finditer(near):
        at = match.end()
    return near[at:]
