"""What a client would like: media types (RFC 9110, 12.5.1) and how long to wait (RFC 7240)."""

import re
from functools import lru_cache

LONGEST_WAIT = 60  # seconds
REMEMBERED = 500  # characters of a header that is remembered: clients send the same few again and again
WAIT = re.compile(r"wait\s*=\s*\"?(\d{1,9})\"?")


def media_type(header: str) -> tuple[str, str]:
    """`text/plain; charset=UTF-8` -> ("text/plain", "utf-8"); the character set defaults to utf-8."""
    return (_media_type if len(header) <= REMEMBERED else _media_type.__wrapped__)(header)


@lru_cache(256)
def _media_type(header: str) -> tuple[str, str]:
    kind, *parameters = header.split(";")
    charset = "utf-8"
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return kind.strip().lower(), charset


def acceptable(header: str, offered: tuple[str, ...]) -> str | None:
    """Which of the offered media types the client likes best; None when it takes none."""
    return (_acceptable if len(header) <= REMEMBERED else _acceptable.__wrapped__)(header, offered)


@lru_cache(1024)
def _acceptable(header: str, offered: tuple[str, ...]) -> str | None:
    ranges: list[tuple[str, float]] = []
    for part in header.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = float(parameter[2:])
                except ValueError:
                    quality = 0.0
        ranges.append((kind, quality))
    best, highest = None, 0.0
    for kind in offered:
        fitting_ranges = (kind, kind.partition("/")[0] + "/*", "*/*")
        fitting = next((quality for wanted in fitting_ranges for name, quality in ranges if name == wanted), 0.0)
        if fitting > highest:
            best, highest = kind, fitting
    return best


def preference(header: str, default: float) -> tuple[float, str]:
    """How many seconds to wait, and the value of Preference-Applied (empty when no preference was met)."""
    return (_preference if len(header) <= REMEMBERED else _preference.__wrapped__)(header, default)


@lru_cache(256)
def _preference(header: str, default: float) -> tuple[float, str]:
    wait, asynchronous = None, False
    for part in header.lower().split(","):
        preferred = part.split(";")[0].strip()
        if preferred == "respond-async":
            asynchronous = True
        elif wait is None and (found := WAIT.fullmatch(preferred)):
            wait = min(int(found[1]), LONGEST_WAIT)
    applied = ["respond-async"] * asynchronous + ([f"wait={wait}"] if wait is not None else [])
    seconds = float(wait) if wait is not None else 0.0 if asynchronous else default
    return seconds, ", ".join(applied)
