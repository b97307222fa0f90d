"""Which characters a reader cannot see, and which of them a script or an emoji needs."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
"""Characters that may carry an emoji variation selector or a joiner (wider than Unicode's list, never letters)."""

JOINING = (
    "\u0620-\u074f\u0750-\u077f\u07ca-\u07fa\u0840-\u085f\u0860-\u086f\u08a0-\u08ff\u0900-\u0dff\u0f40-\u0fbc"
    "\u1000-\u109f\u1780-\u17b3\u17b6-\u17d3\u1820-\u18aa\u1b05-\u1b4b\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
)
"""Letters and marks of scripts (Arabic to Balinese) whose spelling uses the zero-width joiner and non-joiner."""

INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # C0 and C1, but tab and the line ends
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, fillers, Mongolian selectors
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f"  # zero width, bidi, invisible operators
    "\u3164\uffa0\ufe00-\ufe0f\ufeff\ufff0-\ufffb"  # fillers, variation selectors, BOM, annotations
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # lone surrogates, noncharacters
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # shorthand and musical formatting
    "\U000e0000-\U000e0fff"  # tags, variation selectors supplement
)

RUN = re.compile(f"[{INVISIBLE}]+")
NEEDED = re.compile(
    f"(?<=[{EMOJI}])[\ufe0e\ufe0f]?(?:\u200d(?=[{EMOJI}]))?"
    "|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    f"|(?<=[{JOINING}])[\u200c\u200d]"
    "|(?<=[\u1820-\u18aa])[\u180b-\u180f]"
)
"""What a run may begin with and keep: one selector or joiner that the emoji, keycap or letter before it needs."""

MARKS_AT_MOST = 30
"""Combining marks on one letter, as Unicode's stream-safe text format has it (UAX 15, section 13)."""


def _ranges(codes: Iterable[int]) -> str:
    """The inside of a character class, in ranges: beyond U+FFFF each entry of a class costs time at each character."""
    pieces = []
    for _, run in groupby(enumerate(codes), key=lambda item: item[1] - item[0]):
        of_run = [code for _, code in run]
        pieces.append(f"{chr(of_run[0])}-{chr(of_run[-1])}")
    return "".join(pieces)


_MARKS = [code for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code))]
MARKS = re.compile(f"[{_ranges(_MARKS)}]+")
"""A whole run of marks: one that is matched from its beginning is looked at once, whatever its length."""

MARKS_BELOW = re.compile(f"[{_ranges(code for code in _MARKS if code < 0x10000)}]+")
BEYOND = re.compile("[\U00010000-\U0010ffff]")
"""Most texts have no character beyond U+FFFF, and looking for marks takes them a fiftieth of the time."""


def hidden(text: str) -> Iterator[tuple[int, int]]:
    """The spans of `text` that a reader does not see and that nothing beside them needs, in order."""
    for run in RUN.finditer(text):
        needed = NEEDED.match(text, run.start())
        start = needed.end() if needed else run.start()
        if start < run.end():
            yield start, run.end()


def limit_marks(text: str) -> str:
    """`text` with at most MARKS_AT_MOST marks on a letter; longer runs make canonical ordering quadratic."""
    marks = MARKS if BEYOND.search(text) else MARKS_BELOW
    return marks.sub(lambda run: run[0][:MARKS_AT_MOST], text)
