"""The maximum score that instructions state, read without an AI, and checked against what an AI read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.ai.maximum_words import (
    BAND,
    FROM_ZERO,
    NO_MORE,
    OTHER_NOUN,
    PART,
    PART_WORD,
    RE,
    WHOLE_WORK,
)

HIGHEST = 1_000_000
CLAIMS_AT_MOST = 500
SEEN_AT_MOST = 20


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
    """A number of points and what the words around it make of it; no number when it is not a whole one."""

    value: int | None
    kind: str
    """`total`, `max` (a maximum, a scale, a worth), `plain`, `part`, or `vague`."""


def decide(given: int | None, read: Reading, asked: int | None) -> int:
    """The maximum score: the teacher's word, else what two readers make of the instructions; else MaximumUnclear.

    A clear reading stands unless the service read another number. Where the reading is silent or torn the service's
    number is believed if it is the only one seen, or if nothing was seen and it stands in the instructions as a
    number that nothing rules out (no count of words, no year, no minimum).
    """
    if given is not None:
        return given
    if read.value is not None and asked in (None, read.value):
        return read.value
    if (
        read.value is None
        and asked is not None
        and (read.seen == (asked,) or (not read.seen and asked in read.numbers))
    ):
        return asked
    raise MaximumUnclear(tuple(dict.fromkeys((*read.seen, *(() if asked is None else (asked,))))))


def read_maximum(instructions: str) -> Reading:
    """What `instructions` say about the maximum score, from 1 to HIGHEST; parts are never summed."""
    numbers: set[int] = set()
    claims = list(_claims(instructions, numbers))
    seen = tuple(dict.fromkeys(claim.value for claim in claims if claim.value is not None))[:SEEN_AT_MOST]
    return Reading(_clear(claims), seen, frozenset(numbers))


def totals(text: str) -> tuple[int, ...]:
    """The numbers that `text` states as its total or maximum, and every larger number of points in it."""
    claims = list(_claims(text, set()))
    whole = {claim.value for claim in claims if claim.value is not None and claim.kind == "total"}
    return tuple(sorted(whole))


def _clear(claims: list[Claim]) -> int | None:
    """The one maximum among `claims`: the only total, else the only maximum, else the only points."""
    if len(claims) > CLAIMS_AT_MOST or any(claim.value is None for claim in claims):
        return None
    for kind in ("total", "max", "plain"):
        stated = {claim.value for claim in claims if claim.kind == kind and claim.value is not None}
        if not stated:
            continue
        highest = max(claim.value for claim in claims if claim.value is not None)
        value = stated.pop()
        alone = kind != "plain" or all(claim.kind == "plain" for claim in claims)
        return value if not stated and value == highest and 1 <= value <= HIGHEST and alone else None
    return None


TOKEN = re.compile(r"(?<![0-9a-z])(?:[1-9][0-9]{0,2}(?:[ \u00a0\u202f][0-9]{3})+(?![0-9])|[0-9]+(?:[.,:'’][0-9]+)*)")
GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:([.,'’ \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*")
CLAUSE_END = re.compile(r"[\n;!?]|[.,](?=\s|$)")
ABBREVIATED = re.compile(r"(?<!\w)(max|min|maks|tot|nr|no|ca)\.")
AFTER_BARE = re.compile(r"[ \t\u00a0]*(?:$|[)\]|(*_–-])")
JUST_SCORE = re.compile(
    r"(?:[\s:=|*_–(-]|(?:is|are|of|the|be|score|marks?|points?|grade|possible|achievable|for|this|essay|assignment|är|på|poäng|poängen|betyg|ist|sind|punktzahl|punkte|"
    r"beträgt|est|de|la|note|points|es|puntuación|nota|calificación|puntos|punteggio|voto|è|pontuação|é|poeng|er|score|aantal|punten|pistemäärä|on|liczba|"
    r"punktów|wynik|wynosi|to|total|totale|totala?))*$"
)
SCORE_WORD = re.compile(
    r"(?:score|marks?|points?|grade|po[äa]ng|betyg|punkt|note|puntuaci|nota|calificaci|punte|voto|pontua|poeng|karakter|cijfer|piste|arvosana|wynik|ocena)"
)
NEAR = 60


def _claims(text: str, numbers: set[int]) -> Iterator[Claim]:
    """Every number of points in `text`, and into `numbers` every whole number that nothing rules out."""
    lower = ABBREVIATED.sub(lambda m: m[1] + " ", text.replace("\r", "\n").replace("İ", "i").lower())
    ends = [match.start() for match in CLAUSE_END.finditer(lower)]
    clause, found = 0, 0
    for token in TOKEN.finditer(lower):
        while clause < len(ends) and ends[clause] < token.start():
            clause += 1
        start = max(ends[clause - 1] + 1 if clause else 0, token.start() - NEAR)
        stop = min(ends[clause] if clause < len(ends) else len(lower), token.end() + NEAR)
        claim = _claim(token[0], lower[start : token.start()], lower[token.end() : stop], numbers)
        if claim is None:
            continue
        yield claim
        found += 1
        if found > CLAIMS_AT_MOST:
            return


def _whole(token: str, before: str) -> int | None:
    """The integer that `token` writes; None for decimals, times, and groups that may be two numbers."""
    if GROUPED.fullmatch(token):
        if token[1:].find(" ") >= 0 and re.search(rf"(?<!\w){PART_WORD} ?$", before):
            return None
        token = re.sub(r"[^0-9]", "", token)
    return int(token) if token.isdecimal() and len(token) <= 9 else None


def _claim(token: str, before: str, after: str, numbers: set[int]) -> Claim | None:
    """What the clause around `token` claims, if it speaks of points at all."""
    value = _whole(token, before)
    near = NO_MORE.sub("maximum", re.split(r"[0-9]", before)[-1])
    unit = RE["unit"].match(after)
    vague = None if unit else RE["vague_unit"].match(after)
    rest = re.split(r"[0-9]", after[(unit or vague).end() :] if (unit or vague) else after)[0]  # type: ignore[union-attr]
    some_of = RE["some_of"].search(before) is not None and unit is not None
    if not unit and OTHER_NOUN.match(after):
        return None
    if not some_of and (
        RE["least"].search(near) or re.search(r"(?<![0-9] )(?<![0-9])[-−]$", before) or RE["after_not"].search(rest)
    ):
        return None
    if value is not None and not 1900 <= value <= 2100:
        numbers.add(value)
    kind = _kind(before, near, rest, bool(unit), bool(vague), some_of)
    return None if kind is None else Claim(value, kind)


def _kind(before: str, near: str, rest: str, unit: bool, vague: bool, some_of: bool) -> str | None:
    """The kind of claim that the words before and after a number make."""
    bare = AFTER_BARE.match(rest) is not None
    says_total = RE["total"].search(near) or (unit and RE["total"].search(rest))
    says_max = RE["max"].search(near) or (unit and RE["max"].search(rest))
    just_score = bool(bare and SCORE_WORD.search(near) and JUST_SCORE.search(near))
    if RE["course"].search(near) and (unit or says_total or says_max):
        return "vague"
    part = PART.search(near) or (PART.search(before) and not says_total)
    if not part and unit and RE["after_part"].match(rest.lstrip()) and not WHOLE_WORK.match(rest.lstrip()):
        part = RE["after_part"].match(rest.lstrip())
    scale = (
        RE["slash"].search(before)
        or ((bare or unit)
        and RE["graded_out_of"].search(near))
        or (unit
        and (some_of or RE["out_of"].search(near)))
        or ((unit or (bare and RE["scale"].search(before)))
        and FROM_ZERO.search(before))
    )
    if part:
        return "part" if unit or vague or scale or (says_max and just_score) else None
    if BAND.search(before) and not scale:
        return "vague" if unit else None
    if says_total and (unit or vague or _bare_total(near, bare)):
        return "total"
    if scale or (says_max and (unit or vague or just_score)) or (unit and RE["worth"].search(near)):
        return "max"
    if vague or (says_max and bare and RE["max"].search(near)):
        return "vague"
    return "plain" if unit else None


def _bare_total(near: str, bare: bool) -> bool:
    """`Total: 25`, a number without its unit at the end of its clause, with nothing but words for score between."""
    at = RE["total"].search(near)
    return bool(bare and at and JUST_SCORE.fullmatch(near[at.end() :]))
