"""The copy of an untrusted text that a provider may read."""

import re
import unicodedata

from app.ai.flags import Flag, flags
from app.ai.invisible import hidden, limit_marks

__all__ = ["Flag", "clean", "flags"]

OTHER_LINE_END = re.compile("[\r\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    """`text` in NFC with LF line ends, without what a reader cannot see; always encodable, and idempotent.

    Gone are controls (but tab and newline), tags, bidi controls, zero-width characters, variation selectors, soft
    hyphens, lone surrogates and noncharacters. One joiner stays after a letter of a script that spells with it, one
    variation selector and joiner inside an emoji. Only the look is lost: the flag of Scotland is a black flag, a
    Japanese name loses the variant of its glyph. Form feeds and Unicode's line separators become LF, so that no
    words are glued together. NFC and not NFKC, which turns CO₂ into CO2.
    """
    lines = OTHER_LINE_END.sub("\n", text.replace("\r\n", "\n"))
    composed = unicodedata.normalize("NFC", limit_marks("".join(_visible(lines))))
    return limit_marks(composed)


def _visible(text: str) -> list[str]:
    pieces, position = [], 0
    for start, end in hidden(text):
        pieces.append(text[position:start])
        position = end
    return [*pieces, text[position:]]
