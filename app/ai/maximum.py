"""The maximum score that instructions state, read without an AI, and checked against what an AI read."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.ai.maximum_claims import Claim, claims
from app.ai.maximum_phrases import clauses, sentences

HIGHEST = 1_000_000
TOKENS_AT_MOST = 20_000
"""Words and signs that are weighed of the sentences that speak of points; with more of them the maximum is unclear."""
OTHERS_AT_MOST = 500
"""Numbers in sentences that do not speak of points; no more of them are looked at."""
SEEN_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """The maximum if it is clear, the numbers of points that were seen, and what is believed when an AI says it too."""

    value: int | None
    seen: tuple[int, ...] = ()
    likely: frozenset[int] = frozenset()


class MaximumUnclear(Exception):
    """Nobody is sure, or two readers disagree; `seen` holds the numbers in question, the message nothing else."""

    def __init__(self, seen: tuple[int, ...]) -> None:
        super().__init__(", ".join(map(str, seen)))
        self.seen = seen


def decide(given: int | None, read: Reading, asked: int | None) -> int:
    """The maximum score: the teacher's word, else what two readers make of the instructions, else MaximumUnclear.

    A clear reading stands unless the provider read another number. Where the reading is not clear, the provider's
    number is believed if the reading found it likely: the one number of points that may be the whole, the sum of the
    parts, or, where nothing speaks of points, a number that nothing rules out.
    """
    if given is not None:
        return given
    if read.value is not None and asked in (None, read.value):
        return read.value
    if read.value is None and asked is not None and asked in read.likely:
        return asked
    raise MaximumUnclear(tuple(dict.fromkeys((*read.seen, *(() if asked is None else (asked,))))))


def read_maximum(instructions: str) -> Reading:
    """What `instructions` say about the maximum score, from 1 to HIGHEST."""
    found = _found(instructions)
    if found is None:
        return Reading(None)
    seen = tuple(dict.fromkeys(claim.value for claim in found.points if claim.value is not None))[:SEEN_AT_MOST]
    value = _in_range(_clear(found.points))
    return Reading(value, seen, _likely(found) if value is None else frozenset({value}))


def named_totals(template: str) -> tuple[int, ...]:
    """The totals, or else the clear maximum, that a correction template names; the points of criteria are none."""
    found = _found(template)
    return _named_totals(found.points) if found else ()


def names_other_maximum(template: str, max_score: int) -> bool:
    """Does `template` name another total than `max_score`, or give more points than it for anything?"""
    found = _found(template)
    said = found.points if found else []
    return any((claim.value or 0) > max_score for claim in said) or any(n != max_score for n in _named_totals(said))


def _named_totals(said: Sequence[Claim]) -> tuple[int, ...]:
    totals = [claim.value for claim in said if claim.kind == "total"]
    named = (_in_range(value) for value in totals or [_clear(said)])
    return tuple(dict.fromkeys(value for value in named if value is not None))[:SEEN_AT_MOST]


class Found(NamedTuple):
    """What a text says with numbers."""

    points: list[Claim]
    """Claims about points."""
    items: list[Claim]
    """Numbers at the ends of labelled lines and in sums, which may be points."""
    numbers: list[int]
    """Numbers that nothing rules out."""
    counts: set[int]
    """How many questions or parts there are."""


def _found(text: str) -> Found | None:
    """What `text` says with numbers; None for a text with more of them than instructions have."""
    found = Found([], [], [], set())
    left = TOKENS_AT_MOST
    for sentence in sentences(text):
        if not sentence.speaks_of_points() and len(found.items) + len(found.numbers) > OTHERS_AT_MOST:
            continue
        tokens = sentence.tokens(left + 1)
        left -= len(tokens)
        if left < 0:
            return None
        for claim in claims(clauses(tokens), sentence.asks, found.numbers, found.counts):
            (found.items if claim.kind == "item" else found.points).append(claim)
    return found


def _in_range(value: int | None) -> int | None:
    return value if value is not None and 1 <= value <= HIGHEST else None


def _clear(said: Sequence[Claim]) -> int | None:
    """The one maximum of what is said: the total, else the maximum, else the points; None when it is contradicted.

    A total may be repeated, and a story may speak of more points than it; its parts may not have more. A maximum said
    twice may belong to two parts of equal weight, unless it is said to be the work's.
    """
    totals = _totals(said)
    if totals:
        return _agreed(totals, said)
    if None in {claim.value for claim in said if claim.kind not in ("vague", "band")}:
        return None
    for kind in ("max", "plain"):
        stated = [claim for claim in said if claim.kind == kind]
        if stated:
            once = len(stated) == 1 or (len({c.value for c in stated}) == 1 and all(c.of_work for c in stated))
            alone = kind == "max" or len(said) == 1
            return stated[0].value if once and alone and stated[0].value == _highest(said) else None
    return None


def _totals(said: Sequence[Claim]) -> set[int | None]:
    """The totals that are said to be the work's, or else all that are named."""
    totals = [claim for claim in said if claim.kind == "total"]
    return {claim.value for claim in totals if claim.of_work} or {claim.value for claim in totals}


def _agreed(totals: set[int | None], said: Sequence[Claim]) -> int | None:
    """The one total, unless a part has more points, or the work has another maximum or a later one."""
    (value,) = totals if len(totals) == 1 else (None,)
    return None if value is None or any(_contradicts(claim, value) for claim in said) else value


def _contradicts(claim: Claim, total: int) -> bool:
    if claim.kind == "rival":
        return True
    if claim.kind == "max" and claim.of_work:
        return claim.value != total
    firm = (claim.kind == "part" and claim.group != "each") or (claim.kind == "max" and claim.bare)
    return firm and claim.value is not None and claim.value > total


def _highest(said: Sequence[Claim]) -> int:
    return max((claim.value for claim in said if claim.value is not None), default=0)


def _likely(found: Found) -> frozenset[int]:
    """The numbers that are believed when a provider reads the same."""
    totals = _totals(found.points)
    bands = [claim for claim in found.points if claim.kind == "band"]
    likely: set[int | None]
    if totals:
        rivalled = len(totals) > 1 or any(claim.kind == "rival" for claim in found.points)
        likely = set() if rivalled else totals
    elif bands:
        likely = {claim.value for claim in bands if claim.value == _highest(found.points)}
    elif found.points:
        sums = _sums(found.points, found)
        likely = sums | _only_whole(found.points, sums)
    else:
        likely = _sums(found.items, found) | {value for value, times in Counter(found.numbers).items() if times == 1}
        likely |= {claim.value for claim in found.items if len(found.items) == 1}
    return frozenset(value for value in likely if _in_range(value) is not None and value is not None)


def _only_whole(said: Sequence[Claim], sums: set[int | None]) -> set[int | None]:
    """The one number of points that is no part's, if it is the highest, and those that the parts add up to."""
    whole = [claim for claim in said if claim.kind != "part"]
    values = {claim.value for claim in whole}
    firm = len(whole) == len(said) or whole[0].kind == "max" or whole[0].group == "=" if whole else False
    return values if len(whole) == 1 and firm and values == {_highest(said)} else values & sums


def _sums(said: Sequence[Claim], found: Found) -> set[int | None]:
    """What parts add up to: all of them, those of one kind, and as many equal ones as there are questions."""
    parts = [claim for claim in said if claim.kind in ("part", "item")]
    named = [
        claim for claim in said if claim.kind in ("plain", "max") or (claim.kind == "vague" and claim.group == "named")
    ]
    groups: dict[str, list[Claim]] = {}
    for claim in (*parts, *(item for item in found.items if said is found.points and item.group == "+")):
        groups.setdefault(claim.group, []).append(claim)
    sums = {_sum(members) for members in (parts, named, parts + named, *groups.values()) if _several(members)}
    if len(parts) == 1 and not named:
        (part,) = parts
        if part.group == "each" and part.times is None and part.value is not None:
            sums |= {part.value * count for count in sorted(found.counts)[:SEEN_AT_MOST]}
        elif part.kind == "part" and part.group not in ("each", "aspect", "+"):
            sums.add(part.value)
    return sums


def _several(members: Sequence[Claim]) -> bool:
    return len(members) > 1 or any((claim.times or 1) > 1 for claim in members)


def _sum(members: Sequence[Claim]) -> int | None:
    if any(claim.value is None or claim.times is None for claim in members):
        return None
    return sum((claim.value or 0) * (claim.times or 1) for claim in members)
