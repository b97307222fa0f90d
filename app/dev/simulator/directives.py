"""The control language: what follows `sim:` in an API key, or stands in `[[sim:…]]` anywhere in a request's texts."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from app.dev.simulator.failures import NAMED, SERVICES
from app.dev.simulator.http_server import SENDERS

KINDS = ("template", "grading", "rubric", "marking", "other", "models")
ASKED_FOR = frozenset((*SERVICES, *KINDS)) - {"models"}  # `models` only where a directive names it
SCOPES = frozenset((*SERVICES, *KINDS))
WIRE = tuple(name for name in SENDERS if name != "whole")
BODIES = (
    "html", "empty-json", "null", "list", "broken-json", "empty", "plain", "error-200", "bad-gzip", "bad-utf8",
    "deep-json", "gzip", "gzip-cut", "gzip-bomb", "brotli",
)  # fmt: skip
ANSWERS = ("nonsense", "refusal", "filter", "length", "thinking-only", "no-choices", "tool")
# What `chaos=FRACTION` picks from: every quick way to fail.
CHAOS = (
    "fail=500", "fail=502,html", "fail=503", "fail=overloaded", "fail=rate", "fail=408", "html", "empty-json", "null",
    "list", "broken-json", "empty", "error-200", "bad-gzip", "cut", "close", "reset", "nonsense", "refusal", "length",
    "thinking-only", "no-choices",
)  # fmt: skip
FLAGS = frozenset((*WIRE, *BODIES, *ANSWERS))
_NUMBER = re.compile(r"\d+(\.\d+)?")
_WHOLE = re.compile(r"-?\d{1,9}")
_STATUS = re.compile(r"[2-5]\d\d")
_HEADER = re.compile(r"[A-Za-z0-9-]+:[^\r\n]*")
_MARKER = re.compile(r"\[\[sim:([^\]\r\n]*)\]\]")
_ANYTHING = re.compile(r"[^\r\n]*")

# What takes a value, and the form of that value.
VALUES: dict[str, re.Pattern[str]] = {
    "delay": _NUMBER,
    "fail": re.compile("|".join((_STATUS.pattern, *NAMED))),
    "code": re.compile("|".join(NAMED)),
    "message": re.compile(r"(?s).*"),
    "retry-after": _ANYTHING,
    "header": _HEADER,
    "redirect": _ANYTHING,
    "answer": re.compile(r"(?s).*"),
    "score": _WHOLE,
    "max-score": _WHOLE,
    "mark": re.compile(r"\d{1,4}:-?\d{1,9}"),
    "drop": re.compile(r"\d{1,4}"),
    "twice": re.compile(r"\d{1,4}"),
    "quote": _ANYTHING,
    "level": _ANYTHING,
    "bias": _WHOLE,
    "times": _WHOLE,
    "after": _WHOLE,
    "rate": _NUMBER,
    "chaos": _NUMBER,
    "model": _ANYTHING,
    "id": _ANYTHING,
}


SEVERAL = frozenset({"mark", "drop", "twice"})  # each holds beside the others of its name: their values are a list


@dataclass(frozen=True, slots=True)
class Directive:
    """One comma-separated list: where it holds (`scopes`) and what it does (`words`). `source` identifies it."""

    source: str
    scopes: frozenset[str]
    words: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4096)
def parse(text: str, source: str) -> Directive:
    """Reads `openai,fail=503,retry-after=3600`; values are percent-decoded. Raises ValueError for an unknown word."""
    scopes: set[str] = set()
    words: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = part.partition("=")
        value = unquote(value)
        if name in SCOPES and not equals:
            scopes.add(name)
        elif name in FLAGS and not equals:
            words[name] = ""
        elif name in VALUES and VALUES[name].fullmatch(value):
            words[name] = f"{words[name]} {value}" if name in SEVERAL and name in words else value
        else:
            raise ValueError(f"the simulator does not understand the directive {name!r}")
    return Directive(source, frozenset(scopes), tuple(words.items()))


def in_key(key: str) -> list[Directive]:
    """What the key itself asks for. Raises ValueError."""
    _, found, text = key.partition("sim:")
    return [parse(text, f"key {key}")] if found else []


def in_texts(texts: Iterable[str]) -> list[Directive]:
    """What the markers in the texts ask for, in their order, each once. Raises ValueError."""
    markers = dict.fromkeys(match[1] for text in texts for match in _MARKER.finditer(text))
    return [parse(marker, f"text {marker}") for marker in markers]


def without_markers(text: str) -> str:
    """The text as if no one had written a marker into it."""
    return _MARKER.sub("", text)


def _share(source: str, number: int) -> float:
    """A number in [0, 1) that depends on nothing but the directive and how often it was seen."""
    return int.from_bytes(hashlib.sha256(f"{source} {number}".encode()).digest()[:8], "big") / 2**64


def _holds(directive: Directive, words: dict[str, str], where: tuple[str, str, str], seen: Counter[str]) -> bool:
    service, kind, model = where
    for family, here in ((SERVICES, service), (KINDS, kind)):
        wanted = directive.scopes.intersection(family)
        if here not in (wanted or ASKED_FOR):
            return False
    if words.get("model", model) != model:
        return False
    seen[directive.source] += 1
    number = seen[directive.source] - int(words.get("after", 0))
    if number <= 0 or ("times" in words and number > int(words["times"])):
        return False
    return _share(directive.source, number) < float(words.get("rate", 1))


def in_force(found: Iterable[Directive], where: tuple[str, str, str], seen: Counter[str]) -> dict[str, str]:
    """The words that hold for this call of (service, kind, model); later directives win. Counts the call in `seen`."""
    merged: dict[str, str] = {}
    for directive in found:
        words = dict(directive.words)
        if not _holds(directive, words, where, seen):
            continue
        merged.update(words)
        share = _share(f"chaos {directive.source}", seen[directive.source])
        if share < float(words.get("chaos", 0)):
            merged.update(parse(CHAOS[int(share / float(words["chaos"]) * len(CHAOS))], "chaos").words)
    return merged
