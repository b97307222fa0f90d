"""Passages in a student's text that look like an attempt to talk to the grader; advisory only."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from app.ai.flag_words import OVERRIDES, PHRASES
from app.ai.invisible import hidden

FLAGS_AT_MOST = 20
"""Flags of one kind at most, the first ones of the text."""

PAIR_GAP = 60
"""Characters between a verb and its object, at most."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A kind of attempt and where it stands, in code points of the text as it was sent."""

    kind: str
    start: int
    end: int


Span = tuple[int, int]

ROLES = "system|assistant|developer|user|human|ai|grader|tool"
TAGS = (
    "essay|student|submission|text|answer|content|document|instructions?|template|rubric|prompt|input|data|untrusted|"
    "system|assistant|user|developer|grading|grader|score|result|think|thinking"
)
PATTERNS = {
    "role_marker": (
        rf"\n[ \t>#*_\[<-]{{0,8}}(?:{ROLES})(?:[ ](?:message|prompt|instructions?|override))?[\]>*_]{{0,3}}[ \t]?[:：]",
        rf"<(?:\|[a-z_]{{1,20}}\|>|</?sys>>|/?(?:{ROLES})>)",
        r"\[(?:/?inst|system|assistant)\]",
        r"\"role\"\s{0,3}:",
    ),
    "fake_delimiter": (
        rf"<(?:/?(?:{TAGS})[a-z_ -]{{0,20}}+[0-9a-f_=\"' -]{{0,40}}+)>",
        r"\n[ \t]{0,4}[-=*_#~<>\[]{2,20}[ \t]?(?:begin|end|start|stop|slut|ende|fin|fim|fine)\b[^\n]{0,60}",
        r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])",
    ),
    "template_syntax": (
        r"\{(?:\{[^\n{}]{1,60}\}\}|%[^\n{}]{1,60}%\}|(?:0|instructions?|template|essay|submission|text|max_score|content)?\})",
        r"\$(?:\{[a-z_][^\n{}]{0,60}\}|(?:instructions?|template|essay|submission|text|max_score|fence|content|prompt)\b)",
        r"<%[^\n%]{1,60}%>",
        r"%\([a-z_]{1,30}\)[sdr]",
    ),
    "score_claim": (
        r"\{[ \t\n]{0,4}[\"']?score[\"']?[ \t]{0,4}:[ \t\"']{0,4}[0-9]{1,7}",
        r"\n[ \t>#*_-]{0,6}(?:final |total |slutlig )?"
        r"(?:score|grade|poäng|betyg|punktzahl|punkte|puntuación|nota|pontuação|punteggio)"
        r"[ *_]{0,4}[:=：][ *_]{0,4}[0-9]{1,7}",
    ),
    "encoded_block": (r"(?<![a-z0-9+/=_-])[a-z0-9+/]{120}[a-z0-9+/]{0,8000}={0,2}",),
}
"""What to look for in the folded text, which begins with a line end of its own.

Each pattern begins with one literal character where it can: the search for such a pattern is fast.
"""

COMPILED = {kind: tuple(map(re.compile, patterns)) for kind, patterns in PATTERNS.items()}

MIXED = re.compile(
    "[A-Za-z\u00c0-\u024f][\u0400-\u052f]|[\u0400-\u052f][A-Za-z\u00c0-\u024f]|[A-Za-z][\u0370-\u03ff][A-Za-z]"
    "|[A-Za-z][\u13a0-\u13ff]|[\u13a0-\u13ff][A-Za-z]|[A-Za-z][\u0531-\u0587]|[\u0531-\u0587][A-Za-z]"
)
"""A Latin letter beside a Cyrillic, Cherokee or Armenian one, or a Greek one between two Latin ones."""

LETTERS = re.compile(r"[^\W\d_]{1,40}")
ORDINARY = frozenset("\u00ad\u200e\u200f\ufeff")
"""Soft hyphens, bidi marks and byte order marks come from honest word processors; alone they are no attempt."""

SENTENCE = re.compile(r"[^.!?\n]+")
COPIED_LENGTH = 40
"""Shorter sentences than this may be equal by chance."""

_STYLED = {
    code: plain
    for code in [*range(0x1D400, 0x1D800), *range(0xFF01, 0xFF5F), *range(0x24B6, 0x24EA), *range(0x2102, 0x2139)]
    if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1
}
STYLED = re.compile("[\U0001d400-\U0001d7ff\uff01-\uff5e\u24b6-\u24e9\u2102-\u2138]")
"""Letters in mathematical, full-width or circled dress, which a model reads as the plain ones."""


def flags(text: str, instructions: str) -> list[Flag]:
    """Where `text` looks like an attempt to steer its grading, in order; at most FLAGS_AT_MOST of each kind.

    Advisory: an honest essay about such attempts is flagged, a clever attempt is not. Linear in the length of both.
    """
    unseen = list(hidden(text))
    folded, origin = _folded(text, unseen)
    found: dict[str, Iterator[Span]] = {
        **{kind: map(origin, _matches(folded, patterns)) for kind, patterns in COMPILED.items()},
        "override_phrase": map(origin, _overrides(folded)),
        "invisible_chars": (span for span in unseen if not ORDINARY.issuperset(text[slice(*span)])),
        "mixed_script": _mixed(text),
        "copy_of_instructions": _copies(text, instructions),
    }
    found_flags = [Flag(kind, *span) for kind, spans in found.items() for span in islice(spans, FLAGS_AT_MOST)]
    return sorted(found_flags, key=lambda flag: (flag.start, flag.end, flag.kind))


def _matches(text: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[Span]:
    """Where any of `patterns` matches, in order, without the line end that some begin with."""
    for match in merge(*(pattern.finditer(text) for pattern in patterns), key=lambda match: match.start()):
        start, end = match.span()
        yield start + (text[start] == "\n"), end


class _Origin:
    """From a span of the folded text (a line end, then the kept pieces) to the span it has in the original."""

    def __init__(self, pieces: list[tuple[int, int]], length: int) -> None:
        self.folded = [folded for folded, _ in pieces]
        self.shift = [original - folded for folded, original in pieces]
        self.length = length

    def __call__(self, span: Span) -> Span:
        first, last = self._place(max(span[0] - 1, 0)), self._place(span[1] - 2)
        return first, min(last + 1, self.length)

    def _place(self, position: int) -> int:
        return position + self.shift[bisect_right(self.folded, position) - 1]


def _folded(text: str, unseen: list[Span]) -> tuple[str, _Origin]:
    """`text` as a model reads it, in lower case and plain letters, after a line end; and the way back."""
    kept: list[str] = []
    pieces: list[tuple[int, int]] = []
    position = length = 0
    for start, end in unseen:
        if start > position:
            pieces.append((length, position))
            kept.append(text[position:start])
            length += start - position
        position = end
    pieces.append((length, position))
    kept.append(text[position:])
    folded = "".join(kept).replace("İ", "I").replace("’", "'").replace("\r", "\n").replace("\u00a0", " ")
    if STYLED.search(folded):
        folded = folded.translate(_STYLED)
    return "\n" + folded.replace("İ", "I").lower(), _Origin(pieces, len(text))


def _finds(text: str, needle: str) -> Iterator[Span]:
    at = text.find(needle)
    while at >= 0:
        yield at, at + len(needle)
        at = text.find(needle, at + len(needle))


def _all(text: str, needles: Iterable[str]) -> list[Span]:
    return sorted(span for needle in needles for span in _finds(text, needle))


def _overrides(text: str) -> Iterator[Span]:
    """Phrases, and verbs with their objects in one sentence; in the order of the text, overlapping ones as one."""
    found = [_all(text, PHRASES), *(list(islice(_pairs(text, *pair), FLAGS_AT_MOST)) for pair in OVERRIDES)]
    last: Span | None = None
    for start, end in merge(*found):
        if last and start <= last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last:
            yield last
        last = (start, end)
    if last:
        yield last


def _pairs(text: str, verbs: tuple[str, ...], objects: tuple[str, ...]) -> Iterator[Span]:
    """A verb and the nearest object, before or after it, with no end of a sentence between them."""
    acts = _all(text, verbs)
    things = _all(text, objects) if acts else []
    starts = [start for start, _ in things]
    for act in acts if things else ():
        after = bisect_right(starts, act[0])
        for thing in things[max(after - 1, 0) : after + 1]:
            first, second = sorted((act, thing))
            if second[0] - first[1] <= PAIR_GAP and not SENTENCE_END.search(text, first[1], second[0]):
                yield first[0], max(first[1], second[1])
                break


SENTENCE_END = re.compile(r"[.!?。！？]\s|\n\s*\n")


def _mixed(text: str) -> Iterator[Span]:
    """Words in two scripts that look alike."""
    if text.isascii():
        return
    end = 0
    for match in MIXED.finditer(text):
        if match.start() < end:
            continue
        start = match.start()
        while start > max(end, match.start() - 40) and text[start - 1].isalpha():
            start -= 1
        word = LETTERS.match(text, start)
        end = max(word.end() if word else 0, match.end())
        yield start, end


def _copies(text: str, instructions: str) -> Iterator[Span]:
    """Whole sentences of the instructions, neighbours joined."""
    instructed = {
        sentence for match in SENTENCE.finditer(instructions) if len(sentence := _squeezed(match[0])) >= COPIED_LENGTH
    }
    last: Span | None = None
    for match in SENTENCE.finditer(text) if instructed else ():
        if _squeezed(match[0]) not in instructed:
            continue
        span = (match.start() + len(match[0]) - len(match[0].lstrip()), match.end())
        if last and not text[last[1] : span[0]].strip(" .!?\t\r\n"):
            last = (last[0], span[1])
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _squeezed(sentence: str) -> str:
    return " ".join(sentence.lower().split())
