"""Characters that mean something in GIFT, and how a text says them without meaning it."""

import re

# While a file is read an escaped character is one that stands in no text: a noncharacter of Unicode.
MASKS = {char: chr(0xFDD0 + n) for n, char in enumerate("\\:#={}~n")}
MEANT = str.maketrans({mask: "\n" if char == "n" else char for char, mask in MASKS.items()})
ESCAPED = re.compile(r"\\([\\:#={}~n])")
UNSAYABLE = re.compile("[\ufdd0-\ufdef\r]")
FORMAT = re.compile(r"\s*\[(?:html|moodle|plain|markdown)\]")


def masked(text: str) -> str:
    """Nothing in it means anything that was escaped."""
    return ESCAPED.sub(lambda found: MASKS[found[1]], text)


def meant(text: str) -> str:
    """What a masked text says: without the name of a format in front, and without blanks around."""
    return (
        FORMAT.sub("", text, count=1).translate(MEANT).strip() if FORMAT.match(text) else text.translate(MEANT).strip()
    )


def escaped(text: str) -> str:
    """A text as it is written into a file, on one line."""
    return re.sub(r"[\\:#={}~]", lambda found: "\\" + found[0], text).replace("\n", "\\n")
