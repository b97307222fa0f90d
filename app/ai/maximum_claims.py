"""What each number of a sentence claims about points: the whole, a maximum, a part, points and no more, or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from app.ai.maximum_clause import (
    OPENING,
    SEPARATORS,
    SLASHES,
    Around,
    after_last,
    arounds,
    begins_range,
    ends_out_of,
    is_filler,
    is_from_zero,
    is_joined,
    is_result,
    is_some_of,
    is_summand,
    roles_of,
)
from app.ai.maximum_phrases import PART_LABEL, Item


@dataclass(frozen=True, slots=True)
class Claim:
    """A number of points and what its surroundings make of it; `value` is None when it is not a whole number.

    Kinds: `total`, the whole by name; `max`, a maximum, a scale or a worth; `plain`, points and no more; `part`;
    `band`, the upper end of a range that begins above one; `vague`, points of whatever; `rival`, a later word; `item`,
    a bare number at the end of a labelled line.
    """

    value: int | None
    kind: str
    of_work: bool = False
    """Is it said to be the essay's, the assignment's?"""
    bare: bool = False
    """Does its clause end with it?"""
    group: str = ""
    """What parts of one kind have in common, such as the word `section`."""
    times: int | None = 1
    """How many such parts there are; None when that is not said."""


@dataclass(slots=True)
class Context:
    """What the sentence has said so far."""

    part: str = ""
    each: bool = False
    count: int | None = None


def claims(clauses: list[list[Item]], asks: bool, numbers: list[int], counts: set[int]) -> Iterator[Claim]:
    """Every claim of a sentence, of which `asks` tells whether it is a question.

    Into `numbers` goes each whole number that makes none and that nothing rules out, into `counts` how many questions
    or tasks there are.
    """
    context = Context()
    for clause in clauses:
        for around in arounds(clause):
            _read_left(context, around)
            if _is_count(around):
                context.count = around.number.value
                counts.add(around.number.value or 0)
                continue
            if _ruled_out(around, asks):
                continue
            claim = _claim(around, context)
            if claim is not None:
                yield from _alternatives(around)
                yield _with_factor(claim, around)
            elif around.number.value is not None and not 1900 <= around.number.value <= 2100:
                numbers.append(around.number.value)


def _read_left(context: Context, around: Around) -> None:
    for item in around.left:
        if "part" in item.roles or item.roles & PART_LABEL:
            context.part = item.text if "part" in item.roles else context.part or item.text
        context.each = context.each or "each" in item.roles


def _is_count(around: Around) -> bool:
    """`five questions`, `4 written tasks`."""
    value = around.number.value
    return (
        not around.counted
        and value is not None
        and 1 < value < 200
        and any("parts" in item.roles for item in takewhile(lambda item: not item.number, around.next))
    )


def _ruled_out(around: Around, asks: bool) -> bool:
    """Words, pages, a pass mark, a deduction, a count of arguments, a scale of which the task itself asks."""
    if not around.counted and around.right and "other" in around.right[0].roles:
        return True
    if asks and not around.counted:
        return True
    if around.unit and is_some_of(around):
        return False
    if begins_range(around) or _is_name(around):
        return True
    argues = any("argue" in item.roles for item in around.near[-3:])
    return argues or "least" in roles_of(around.near) or "not_after" in roles_of(around.right)


def _is_name(around: Around) -> bool:
    """The Roman number of a king."""
    number = around.number
    named = {"total", "max", "label", "score", "outof", "worth"} & roles_of(around.left)
    return number.words and number.text.isupper() and bool(around.left) and not named


def _claim(around: Around, context: Context) -> Claim | None:
    """The claim of one number; None when it speaks of no points."""
    claim = _kind(around)
    if claim is None:
        return _item(around)
    if claim.kind == "band":
        return claim
    if claim.kind != "total" and is_result(around):
        return replace(claim, kind="vague", group="=")
    if is_summand(around):
        return replace(claim, kind="part", group="+")
    if "course" in roles_of(around.left):
        return replace(claim, kind="vague")
    if around.unit and "amend" in roles_of(around.left):
        return replace(claim, kind="rival")
    return _of_subject(claim, around, context)


def _kind(around: Around) -> Claim | None:
    value = around.number.value
    if (band := _band(around)) is not None:
        kind = "band" if is_joined(around, frozenset({"to"})) else "vague"
        return Claim(value, kind) if band else None
    if _is_total(around):
        return Claim(value, "total")
    if _is_scale(around) or _is_max(around):
        return Claim(value, "max", bare=around.bare)
    if _is_plain(around):
        return Claim(value, "plain")
    return Claim(value, "vague") if around.counted or _is_bare_max(around) else None


def _labelled(around: Around, roles: frozenset[str]) -> bool:
    """Does one of `roles` stand before the number with nothing but filling words between?"""
    between = after_last(roles, around.left)
    return between is not None and all(map(is_filler, between)) and (around.counted or around.bare)


def _is_total(around: Around) -> bool:
    """`Total: 30`, `30 points in total`, `Maximum score 30`, `Full marks: 30`, `The maximum is 30 points`."""
    roles = roles_of(around.left)
    if "total" in roles and (around.counted or _labelled(around, frozenset({"total"}))):
        return True
    if "label" in roles and _labelled(around, frozenset({"label"})):
        return True
    if {"max", "score"} <= roles and _is_max_score(around):
        return True
    if around.unit and {"total", "label"} & roles_of(around.right[:3]):
        return True
    return around.unit and _is_named_max(around)


def _is_max_score(around: Around) -> bool:
    """`Maximum score: 20`, `the highest score you can get is 20`; not `points for language (max 20)`."""
    since = [item for role in ("max", "score") for item in after_last(frozenset({role}), around.left) or ()]
    return all(map(is_filler, since)) and (around.counted or around.bare)


IS = frozenset({":", "=", "is", "är", "er", "ist", "beträgt", "est", "es", "è", "é", "on", "wynosi"})


def _is_named_max(around: Around) -> bool:
    """`Maximum: 20 coins` and `the maximum is 20 points`, with no word before that could be a part's name."""
    between = after_last(frozenset({"max"}), around.left)
    return bool(between) and between is not None and between[0].text in IS and all(map(is_filler, around.left))


def _is_max(around: Around) -> bool:
    roles = roles_of(around.left)
    named = around.unit and ("worth" in roles or bool({"max", "scale_after"} & roles_of(around.right)))
    return named or (around.counted and "max" in roles)


def _is_bare_max(around: Around) -> bool:
    return _labelled(around, frozenset({"max"}))


def _is_scale(around: Around) -> bool:
    """`/20`, `graded out of 20`, `12/20 points`, `12 of 20 points`, `0–20 points`, `a scale from 0 to 20`."""
    left, roles = around.left, roles_of(around.left)
    if (
        left
        and left[-1].text in SLASHES
        and (around.counted or around.bare)
        and not (len(left) == 1 and around.previous)
    ):
        return True
    if around.unit and is_some_of(around):
        return True
    short = len(around.number.text) <= 3 or around.number.words
    if ends_out_of(left) and (around.unit or (around.bare and short)):
        return around.unit or "graded" in roles or all(map(is_filler, left))
    scored = around.unit or (around.bare and "graded" in around.earlier)
    return scored and is_from_zero(around)


def _band(around: Around) -> bool | None:
    """Is it the upper end of a range that begins above one (True with a unit, False without)? None: no such range."""
    if is_from_zero(around) or not is_joined(around, frozenset({"to", "or"})):
        return None
    return around.unit


def _is_plain(around: Around) -> bool:
    """`(20 points)`, `Essay: 20 points`, `20 points.`, `a 50-point essay`, `Points: 50`: not a match's in a story."""
    if around.unit:
        of_work = bool(around.right) and "work" in around.right[0].roles
        opened = not around.left or around.left[-1].text in OPENING | SEPARATORS
        return of_work or (around.bare and opened)
    alone = bool(around.left) and all("score" in item.roles or item.text in SEPARATORS for item in around.left)
    return around.bare and alone and "score" in roles_of(around.left)


def _item(around: Around) -> Claim | None:
    """`Thesis: 10`, `Body [50]`, `12 + 8`: of use in a sum alone."""
    if is_summand(around):
        return Claim(around.number.value, "item", group="+")
    if around.previous is None and around.bare and 1 <= len(around.left) <= 6 and not around.number.words:
        return Claim(around.number.value, "item", group="line")
    return None


def _of_subject(claim: Claim, around: Around, context: Context) -> Claim:
    """`claim` as a part when the words around it say of what; a total is a part only by words straight before it."""
    own = roles_of(around.left) | roles_of(around.right[:1])
    each = "each" in own or "each" in roles_of(around.right) or (context.each and claim.kind != "total")
    if each:
        return replace(claim, kind="part", group="each", times=context.count)
    if claim.kind == "total":
        of_part = _names_part(around.left)
        whole = replace(claim, of_work="work" in own)
        return replace(claim, kind="part", group=context.part) if of_part else whole
    if _names_part(around.left) or context.part:
        return replace(claim, kind="part", group=context.part)
    if context.count is not None and around.counted:
        return replace(claim, kind="part", group="each", times=context.count)
    return _of_purpose(claim, around)


def _names_part(items: Sequence[Item]) -> bool:
    return any("part" in item.roles or item.roles & PART_LABEL for item in items)


def _of_purpose(claim: Claim, around: Around) -> Claim:
    """`for grammar` and `Spelling:` make a part, `for the essay` makes the whole, other names leave it open."""
    purpose = after_last(frozenset({"for"}), around.right)
    aims = roles_of(purpose) if purpose is not None else roles_of(around.right[:1])
    aims |= roles_of(after_last(frozenset({"for"}), around.left) or ())
    names = [item for item in around.left if item.text[0].isalpha() and not is_filler(item)]
    if "aspect" in aims or (len(names) <= 3 and "aspect" in roles_of(names)):
        return replace(claim, kind="part", group="aspect")
    if "work" in aims or "work" in roles_of(around.left):
        return replace(claim, of_work=True)
    if purpose or "aside" in roles_of(around.left):
        return replace(claim, kind="vague", group="named")
    if "score" in roles_of(around.left):
        return claim
    labelled = any(item.text in (":", "=", "–", "—", "-") for item in around.left)
    return replace(claim, kind="vague", group="named") if names and labelled else claim


def _with_factor(claim: Claim, around: Around) -> Claim:
    """`claim` as so many parts as a factor before or behind it says."""
    if around.previous is not None and 1 <= len(around.left) <= 2 and "times" in around.left[-1].roles:
        return replace(claim, kind="part", group="each", times=around.previous.value)
    if around.unit and around.right and "times" in around.right[0].roles:
        return replace(claim, kind="part", group="each", times=None)
    return claim


def _alternatives(around: Around) -> Iterator[Claim]:
    """The 40 of `40 or 50 points`."""
    if around.previous is not None and around.unit and is_joined(around, frozenset({"or"})):
        yield Claim(around.previous.value, "vague")
