"""Where a quoted passage stands in a text: found again although blanks, case, ligatures or quotation marks differ.

Both are compared fully decomposed (NFKD) and case-folded, with typographic quotation marks and dashes as the typewriter
has them, blanks as one, and without what a reader does not see. Decomposition, unlike composition, is done character by
character, so that every character of the compared form knows its place in the text.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from app.ai.invisible import hidden, limit_marks

FEWEST_WORDS, MOST_WORDS = 3, 60
FEWEST_CHARACTERS, MOST_CHARACTERS = 4, 200  # of a passage in a script that writes no blanks between words
WORD = re.compile(r"\S+")
TYPOGRAPHIC = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
)
# Chinese, Japanese, Thai, Lao, Khmer, Burmese and Tibetan: (first, last) code points.
WITHOUT_BLANKS = (
    (0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


class Place(NamedTuple):
    """Code points of a text: the first, counted from 0, and the one after the last."""

    start: int
    end: int


class QuotedText:
    """A text in which passages are looked for. Making one is linear in its length, and so is each look."""

    def __init__(self, text: str) -> None:
        """`text` as it is stored; what the AI was sent is its cleaned copy, in which the same passages are found."""
        self._text = text
        pieces = list(_pieces(text))
        self._form = "".join(piece for piece, _ in pieces)
        self._places = [place for _, place in pieces]
        self._starts = [0, *accumulate(len(piece) for piece, _ in pieces)]  # of each piece in the compared form

    def find(self, quote: str) -> Place | None:
        """Where the passage stands first; None when it does not, or begins or ends inside a character."""
        wanted = compared_form(quote)
        if not wanted:
            return None
        at = self._form.find(wanted)
        while at >= 0:
            place = self._place(at, at + len(wanted))
            if place is not None:
                return place
            at = self._form.find(wanted, at + 1)
        return None

    def is_long_enough(self, quote: str) -> bool:
        """Whether a quote has a length that says something: 3 to 60 words, or all of a shorter text, or 4 to 200
        characters of a script that writes no blanks."""
        words = len(quote.split())
        if FEWEST_WORDS <= words <= MOST_WORDS:
            return True
        if _writes_no_blanks(quote):
            return FEWEST_CHARACTERS <= len(quote.strip()) <= MOST_CHARACTERS
        return 0 < words < FEWEST_WORDS and compared_form(quote) == self._form

    def _place(self, start: int, end: int) -> Place | None:
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1) - 1
        after_start, before_end = start - self._starts[first], self._starts[last + 1] - end
        if (after_start and not self._is_ascii(first)) or (before_end and not self._is_ascii(last)):
            return None
        return Place(self._places[first].start + after_start, self._places[last].end - before_end)

    def _is_ascii(self, piece: int) -> bool:
        """Whether each character of the compared form is one of the text."""
        return self._text[slice(*self._places[piece])].isascii()


def compared_form(text: str) -> str:
    """The form in which passages are compared; two that read the same have the same."""
    return "".join(piece for piece, _ in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[str, Place]]:
    """The compared form of each word in ASCII and of each other character with its marks, and where that stands; blanks
    are one, none at either end."""
    words = _words(text)
    if words is not None:
        for number, (start, end) in enumerate(words):
            if number:
                yield " ", Place(words[number - 1][1], start)
            if text[start:end].isascii():  # nearly all: character by character this would cost ten times as much
                yield _compared(text[start:end]), Place(start, end)
            else:
                for first, after in _segments_between(text, start, end):
                    yield _compared(text[first:after]), Place(first, after)
        return
    blank: Place | None = None
    begun = False
    for start, end in _segments(text):
        piece = _compared(text[start:end])
        if text[start:end].isspace():
            blank = Place(blank.start if blank else start, end)
        elif piece:
            if blank is not None and begun:
                yield " ", blank
            blank, begun = None, True
            yield piece, Place(start, end)


def _words(text: str) -> list[tuple[int, int]] | None:
    """Where the words of a text stand; None when it has hidden characters or a mark that stands on a blank."""
    if next(iter(hidden(text)), None) is not None:
        return None
    words = [word.span() for word in WORD.finditer(text)]
    return None if any(unicodedata.combining(text[start]) for start, _ in words) else words


def _segments(text: str) -> list[tuple[int, int]]:
    """Each visible character with the marks on it, and each hidden run left out."""
    found: list[tuple[int, int]] = []
    position = 0
    for start, end in (*hidden(text), (len(text), len(text))):
        found += _segments_between(text, position, start)
        position = end
    return found


def _segments_between(text: str, position: int, end: int) -> list[tuple[int, int]]:
    """Each character with the marks on it."""
    found = []
    while position < end:
        after = position + 1
        while after < end and unicodedata.combining(text[after]):
            after += 1
        found.append((position, after))
        position = after
    return found


def _compared(segment: str) -> str:
    plain = segment.translate(TYPOGRAPHIC)
    if plain.isascii():
        return plain.lower()
    decomposed = unicodedata.normalize("NFKD", limit_marks(plain))
    return unicodedata.normalize("NFKD", decomposed.casefold()).translate(TYPOGRAPHIC)


def _writes_no_blanks(text: str) -> bool:
    return any(first <= ord(character) <= last for character in text for first, last in WITHOUT_BLANKS)
