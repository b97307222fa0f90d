"""The copy of an untrusted text that a service may read."""

import unicodedata

from app.ai.flags import Flag, flags
from app.ai.invisible import LINE_END, NEEDED_OR_INVISIBLE, TOO_MANY_MARKS

__all__ = ["Flag", "clean", "flags"]


def clean(text: str) -> str:
    """`text` in NFC with LF line ends, without what a reader cannot see; always encodable, and idempotent.

    Gone are controls (but tab and newline), tags, bidi controls, zero-width characters, variation selectors, soft
    hyphens, lone surrogates and noncharacters. One joiner stays after a letter of a script that spells with it, one
    variation selector and joiner inside an emoji. Only the look is lost: the flag of Scotland is a black flag, a
    Japanese name loses the variant of its glyph. NFC and not NFKC, which turns CO₂ into CO2.
    """
    lines = LINE_END.sub("\n", text)
    seen = NEEDED_OR_INVISIBLE.sub(r"\1", lines)
    composed = unicodedata.normalize("NFC", TOO_MANY_MARKS.sub(r"\1", seen))
    return TOO_MANY_MARKS.sub(r"\1", composed)
