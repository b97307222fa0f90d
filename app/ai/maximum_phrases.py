"""Instructions as sentences of items: numbers, and phrases with the roles that maximum_words gives them."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from app.ai.maximum_numerals import NUMBER, NUMBER_WORDS, in_ascii_digits, roman, whole
from app.ai.maximum_other_words import OTHER_WORDS
from app.ai.maximum_words import WORDS_OF_POINTS
from app.ai.text import clean

ONE_BY_ONE = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
"""Thai, Japanese, Chinese and Korean: scripts of which each sign is a token, since blanks do not part their words."""

MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0962\u0963"
LETTER = rf"[^\W\d_{ONE_BY_ONE}]"
WORD = rf"{LETTER}(?:[^\W_{ONE_BY_ONE}]|[{MARKS}])*(?:['’\"]{LETTER}+)*"
NO_NUMBER = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}(?P<sep>[./])[0-9]{1,2}(?P=sep)[0-9]{2,4}|[0-9]{1,2}:[0-9]{2}|"
    r"(?<![^\s(])[-−][0-9]+"
)
"""A date, a time, a negative number."""

TOKEN = re.compile(rf"(?P<odd>(?<![0-9])(?:{NO_NUMBER})(?![0-9]))|(?P<number>{NUMBER})|(?P<word>{WORD})|[^\s]")
SENTENCE_END = re.compile(r"[\n;!?。؟]|\.(?=\s|$)")
ABBREVIATED = re.compile(r"(?<!\w)(max|maks|min|tot|nr|no|ca|pts?|pkt|p)\.(?=[ \t:]?[^\n])", re.IGNORECASE)
INITIALS = re.compile(r"(?<![\w.])([A-Za-z])\.([A-Za-z])\.(?=[ :]*[0-9])")
TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,60}>")
PHRASE_AT_MOST = 12
"""Tokens."""
STEM_AT_MOST = 24
"""Characters of a word that are compared with stems."""


class Item(NamedTuple):
    """A phrase with its roles, or a number with its value: None when it is not whole, or not to be believed."""

    text: str
    roles: frozenset[str]
    number: bool = False
    value: int | None = None
    words: bool = False
    """Is the number written in letters?"""


NO_ROLE: frozenset[str] = frozenset()
PART_LABEL = frozenset({"label of a part"})
NUMBERED = re.compile(r"(?:[A-ZÅÄÖ]|[IVX]{1,4}|[0-9]{1,3}[a-z]?)")
LETTERED = re.compile(r"(?P<word>q|ex|part|section|task)[0-9]{1,3}")


def _table() -> tuple[Mapping[tuple[str, ...], frozenset[str]], Mapping[str, frozenset[str]], frozenset[str]]:
    """The roles of each phrase, those of each stem, and the first tokens of phrases of several tokens."""
    phrases: dict[tuple[str, ...], set[str]] = {}
    stems: dict[str, set[str]] = {}
    for role, languages in {**WORDS_OF_POINTS, **OTHER_WORDS}.items():
        for written in ", ".join(languages.values()).split(", "):
            if written.endswith("*") and len(written) > 1:
                stems.setdefault(written[:-1], set()).add(role)
            else:
                phrases.setdefault(tuple(match[0] for match in TOKEN.finditer(written)), set()).add(role)
    for written in NUMBER_WORDS:
        phrases.setdefault(tuple(match[0] for match in TOKEN.finditer(written)), set()).add("numeral")
    longer = frozenset(tokens[0] for tokens in phrases if len(tokens) > 1)
    freeze = {tokens: frozenset(roles) for tokens, roles in phrases.items()}
    return freeze, {stem: frozenset(roles) for stem, roles in stems.items()}, longer


PHRASES, STEMS, BEGINS_LONGER = _table()
VALUES = {tuple(match[0] for match in TOKEN.finditer(written)): value for written, value in NUMBER_WORDS.items()}
NUMERAL_TOKENS = frozenset(tokens[0] for tokens in VALUES)


OF_POINTS = frozenset({"points", "score", "total", "label", "max", "worth", "outof", "graded", "scale_after"})
POINTS_TOKENS = frozenset({"/", "⁄"}).union(tokens[0] for tokens, roles in PHRASES.items() if roles & OF_POINTS)
POINTS_STEM = re.compile(rf"(?<!\w)(?:{'|'.join(stem for stem, roles in STEMS.items() if roles & OF_POINTS)})")
PLAIN_TOKEN = re.compile(rf"{WORD}|[^\s\d]")
DIGIT = re.compile("[0-9]")
ROMAN_WORD = re.compile(r"(?<!\w)[MDCLXVI]{2,15}(?!\w)")


class Sentence(NamedTuple):
    text: str
    asks: bool
    """Does it end with a question mark?"""

    def has_number(self) -> bool:
        return (
            DIGIT.search(self.text) is not None
            or not NUMERAL_TOKENS.isdisjoint(PLAIN_TOKEN.findall(self.text.lower()))
            or ROMAN_WORD.search(self.text) is not None
        )

    def speaks_of_points(self) -> bool:
        """Is there a word, or a slash, without which no number can be one of points?"""
        lower = self.text.lower()
        return not POINTS_TOKENS.isdisjoint(PLAIN_TOKEN.findall(lower)) or POINTS_STEM.search(lower) is not None

    def tokens(self, at_most: int) -> list[re.Match[str]]:
        return list(islice(TOKEN.finditer(self.text), at_most))


def clauses(tokens: list[re.Match[str]]) -> list[list[Item]]:
    """The phrases and numbers of a sentence's tokens, parted by commas."""
    return list(_clauses(_added_up(_items(tokens, [token[0].lower() for token in tokens]))))


@lru_cache(maxsize=4096)
def _roles(word: str) -> frozenset[str]:
    """The roles of one word, by itself or by its stem."""
    found = PHRASES.get((word,), NO_ROLE)
    start = word[:STEM_AT_MOST]
    return found.union(*(STEMS[start[:size]] for size in range(3, len(start) + 1) if start[:size] in STEMS))


def sentences(instructions: str) -> Iterator[Sentence]:
    """The sentences of `instructions` that hold a number, in order."""
    text = in_ascii_digits(clean(instructions)).replace("İ", "I").replace("’", "'")
    text = TAG.sub(" ", INITIALS.sub(r"\1\2 ", ABBREVIATED.sub(r"\1 ", text)))
    start = 0
    for end in SENTENCE_END.finditer(text):
        sentence = Sentence(text[start : end.start()], end[0] in "?؟")
        if end.start() > start and sentence.has_number():
            yield sentence
        start = end.end()
    if (rest := Sentence(text[start:], False)).has_number():
        yield rest


def _items(tokens: list[re.Match[str]], words: list[str]) -> Iterator[Item]:
    """The longest phrases of `tokens`; a number that names a part is one item with it."""
    at = 0
    part = False
    while at < len(tokens):
        size = _longest(words, at)
        item = _item(tokens[at], tuple(words[at : at + size]))
        if part and (label := _numbers_part(tokens, words, at)):
            item = label
        elif part and item.number and re.search(r"\s", item.text):
            item = item._replace(value=None)
        yield item
        part = not item.number and ("part" in item.roles or "task" in item.roles)
        at += size


def _longest(words: list[str], at: int) -> int:
    if words[at] in BEGINS_LONGER:
        for size in range(min(PHRASE_AT_MOST, len(words) - at), 1, -1):
            if tuple(words[at : at + size]) in PHRASES:
                return size
    return 1


def _item(token: re.Match[str], phrase: tuple[str, ...]) -> Item:
    if token["number"]:
        return Item(token[0], NO_ROLE, True, whole(token[0]))
    if phrase in VALUES:
        return Item(" ".join(phrase), NO_ROLE, True, VALUES[phrase], words=True)
    if token["odd"] or not token["word"]:
        return Item(" ".join(phrase), PHRASES.get(phrase, NO_ROLE))
    roles = PHRASES[phrase] if len(phrase) > 1 else _roles(phrase[0])
    if not roles and (value := roman(token[0])) is not None:
        return Item(token[0], NO_ROLE, True, value, words=True)
    return Item(" ".join(phrase), roles | PART_LABEL | {"part"} if LETTERED.fullmatch(phrase[0]) else roles)


def _numbers_part(tokens: list[re.Match[str]], words: list[str], at: int) -> Item | None:
    """`A` of `Part A`, `3` of `question 3`; not `i` of `Uppgift i historia`, and not the 20 of `part 20 points`."""
    token = tokens[at][0]
    after = words[at + 1] if at + 1 < len(words) else ""
    lettered = len(token) == 1 and token.isalpha() and after in (")", ".", ":")
    if not (NUMBERED.fullmatch(token) or lettered) or (token.isdecimal() and "points" in _roles(after)):
        return None
    return Item(token, PART_LABEL)


AND = frozenset({"and", "och", "og", "und", "y", "e", "-"})


def _added_up(items: Iterator[Item]) -> Iterator[Item]:
    """`two hundred and fifty` as one number: what multiplies a hundred, the hundred, and what is added to it."""
    pending: list[Item] = []
    for item in items:
        if item.words and pending and pending[0].words and (joined := _joined(pending[0], item)):
            pending = [joined]
        elif pending and len(pending) == 1 and pending[0].words and pending[0].value in HUNDREDS and item.text in AND:
            pending.append(item)
        else:
            yield from pending
            pending = [item]
    yield from pending


HUNDREDS = frozenset(range(100, 1000, 100))


def _joined(first: Item, second: Item) -> Item | None:
    """`two` and `hundred`, or `hundred` and `fifty`; None for numbers that stand side by side."""
    if first.value is None or second.value is None:
        return None
    text = f"{first.text} {second.text}"
    if second.value == 100 and 1 < first.value < 10:
        return first._replace(text=text, value=first.value * 100)
    if first.value in HUNDREDS and second.value < 100:
        return first._replace(text=text, value=first.value + second.value)
    return None


COMMA = frozenset(",、،")


def _clauses(items: Iterator[Item]) -> Iterator[list[Item]]:
    """`items` between commas (a comma within a number is no item)."""
    clause: list[Item] = []
    for item in items:
        if item.text in COMMA:
            yield clause
            clause = []
        else:
            clause.append(item)
    yield clause
