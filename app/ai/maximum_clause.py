"""A number within its clause: what stands before and behind it, and how it is joined to the number before it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.ai.maximum_phrases import PART_LABEL, Item

REACH = 24
"""Items before a number, and behind it, that may say what it is, at most."""
NAME_AT_MOST = 3
"""Words before a colon that are the name of what stands behind it."""
OPENING, CLOSING = frozenset("([{（【"), frozenset(")]}）】")
SEPARATORS = frozenset(":=|–—-*_#•·<>\"'")
ENDS = CLOSING | SEPARATORS | OPENING
BLANK = frozenset("_…")
SLASHES = frozenset("/⁄")
NO_NAME = OPENING | CLOSING | SEPARATORS | BLANK | SLASHES


class Around(NamedTuple):
    """A number within its clause."""

    number: Item
    previous: Item | None
    """The number before it in the clause, `left` being what stands between them, the unit of the former excluded."""
    earlier: frozenset[str]
    """The roles of all that stands before `left` in the clause."""
    left: Sequence[Item]
    right: Sequence[Item]
    """What stands behind it and its unit, up to a closing bracket and to what belongs to the next number."""
    next: Sequence[Item]
    """The two items straight behind the number."""
    unit: bool
    """Is it followed by a word for points?"""
    short_unit: bool
    """Is it followed by a `p`?"""

    @property
    def bare(self) -> bool:
        """Does nothing follow that would make it a number of something else?"""
        return not self.right or self.right[0].text in ENDS

    @property
    def counted(self) -> bool:
        return self.unit or self.short_unit

    @property
    def near(self) -> Sequence[Item]:
        """`left`, or what of it stands in the bracket that the number stands in."""
        opened = [at for at, item in enumerate(self.left) if item.text in OPENING]
        return self.left[opened[-1] + 1 :] if opened else self.left


def arounds(clause: list[Item]) -> Iterator[Around]:
    places = [at for at, item in enumerate(clause) if item.number]
    begin = 0
    previous: Item | None = None
    earlier: frozenset[str] = frozenset()
    for at, following in zip(places, [*places[1:], len(clause)], strict=False):
        number, left = clause[at], clause[max(begin, at - REACH) : at]
        hyphen = at + 2 < len(clause) and clause[at + 1].text in "-‑" and "points" in clause[at + 2].roles
        after = at + 1 + hyphen
        roles = clause[after].roles if after < following else frozenset()
        unit, short = "points" in roles, "p" in roles
        begin = after + 1 if unit or short else at + 1
        gap = clause[begin : min(following, begin + REACH)]
        right = _until_closed(_without_label(gap) if following < len(clause) else gap)
        yield Around(number, previous, earlier, left, right, clause[at + 1 : at + 3], unit, short)
        previous = number
        earlier = earlier.union(*(item.roles for item in left))


def _until_closed(gap: Sequence[Item]) -> Sequence[Item]:
    closed = [at for at, item in enumerate(gap) if item.text in CLOSING]
    return gap[: closed[0] + 1] if closed else gap


LABELS = frozenset({"total", "label", "max", "score", "least", "part", "worth", "outof", "link"}) | PART_LABEL


def _without_label(gap: Sequence[Item]) -> Sequence[Item]:
    """What stands between two numbers without the label of the second at its end."""
    stop = len(gap)
    while stop and (gap[stop - 1].roles & LABELS or gap[stop - 1].text in SEPARATORS):
        stop -= 1
    label = gap[stop:]
    if any(item.text == ":" for item in label) and "for" not in roles_of(gap):
        stop = max(0, stop - NAME_AT_MOST)
    return gap[:stop] if any(item.roles - {"link"} or item.text in SEPARATORS for item in label) else gap


def roles_of(items: Sequence[Item]) -> frozenset[str]:
    return frozenset[str]().union(*(item.roles for item in items))


FILLERS = frozenset(
    {"link", "score", "points", "p", "work", "max", "total", "label", "worth", "for", "graded", "of", "outof"}
)


def is_filler(item: Item) -> bool:
    return bool(item.roles & FILLERS) or item.text in NO_NAME


def after_last(roles: frozenset[str], items: Sequence[Item]) -> Sequence[Item] | None:
    """What of `items` stands behind the last of `roles`; None without one."""
    for at in range(len(items) - 1, -1, -1):
        if items[at].roles & roles:
            return items[at + 1 :]
    return None


def begins_range(around: Around) -> bool:
    """The 0 of `0-20`."""
    return len(around.next) == 2 and bool(around.next[0].roles & {"to"}) and around.next[1].number


def ends_out_of(left: Sequence[Item]) -> bool:
    """Ends `left` with `out of`, or with `of` behind the blank of a form or a word for grading?"""
    said = [item for item in left if item.roles != {"link"} and "max" not in item.roles]
    if not said:
        return False
    if "outof" in said[-1].roles:
        return True
    return "of" in said[-1].roles and len(said) > 1 and said[-2].text in BLANK


def is_some_of(around: Around) -> bool:
    """`12 of 20`, `12/20`, `12 out of the 20`."""
    if around.previous is None or not 1 <= len(around.left) <= 3:
        return False
    first = around.left[0]
    return first.text in SLASHES or bool(first.roles & {"of", "outof"})


def is_joined(around: Around, roles: frozenset[str]) -> bool:
    return around.previous is not None and len(around.left) == 1 and bool(around.left[0].roles & roles)


def is_from_zero(around: Around) -> bool:
    joined = around.previous is not None and around.previous.value in (0, 1) and not around.previous.words
    return joined and is_joined(around, frozenset({"to"}))


def is_summand(around: Around) -> bool:
    """Does a plus join it to the number before it or behind it?"""
    behind = around.previous is not None and around.left[:1] and around.left[0].text == "+"
    return bool(behind) or (bool(around.right) and around.right[0].text == "+")


def is_result(around: Around) -> bool:
    """`= 20 points` behind other numbers, but not behind `100 %`."""
    equals = any(item.text == "=" for item in around.left)
    return around.previous is not None and equals and "other" not in roles_of(around.left)
