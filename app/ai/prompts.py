"""The prompt files: read and checked at start-up, read again when edited, filled in with one substitution pass."""

import hashlib
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from app.settings import shipped

log = logging.getLogger(__name__)

FENCE_BYTES = 16

# Each file and the placeholders it must hold, which are also the only ones it may hold.
FILES: Mapping[str, frozenset[str]] = {
    "grading/system.md": frozenset({"fence", "max_score"}),
    "grading/user.md": frozenset({"fence", "instructions", "max_score", "template", "text"}),
    "template/system.md": frozenset({"fence"}),
    "template/user.md": frozenset({"fence", "instructions", "max_score"}),
    "marking/system.md": frozenset({"comment", "fence", "language"}),
    "marking/user.md": frozenset({"fence", "instructions", "questions", "template", "work"}),
    "rubric/system.md": frozenset({"fence"}),
    "rubric/user.md": frozenset({"fence", "instructions", "max_score"}),
}
# What strangers wrote: it must stand between two fences.
FENCED = frozenset({"instructions", "questions", "template", "text", "work"})
STUDENTS = ("text", "work")  # the student's own words: once, and last
Fenced = Callable[[str], str]
"""A value that holds fences of its own: made from the fence of the request."""
_PLACEHOLDER = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<named>[A-Za-z_][A-Za-z0-9_]*)|\{(?P<braced>[A-Za-z_][A-Za-z0-9_]*)\})"
)


class PromptRefused(Exception):
    """The prompts cannot be used as they are; the text names file and placeholder."""


class PromptUnreadable(PromptRefused):
    """A prompt file could not be read just now; it may be readable a moment later."""


@dataclass(frozen=True, slots=True, repr=False)
class Prompt:
    """One call's two messages, the fence made for it, and which version of the files they come from."""

    system: str
    user: str
    fence: str
    version: str


Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _File:
    text: str
    stamp: Stamp | None  # of the file in the directory; None while the shipped file is used in its place


class Prompts:
    """The prompt files of one directory; a file that it lacks is the shipped one."""

    def __init__(self, directory: Path) -> None:
        """Raises PromptRefused when there is no such directory, or a file is wrong or cannot be read."""
        if not directory.is_dir():
            raise PromptRefused(f"PROMPTS_DIR is {directory}, which is not a folder.")
        for name in FILES:
            if (directory / name.replace("/", ".")).exists() and not (directory / name).exists():
                raise PromptRefused(
                    f"The prompt file {directory / name.replace('/', '.')} is not read under that name: "
                    f"each call has a folder of its own. Rename it to {directory / name}."
                )
        self._directory = directory
        self._files = {name: self._first(name) for name in FILES}
        self._refused: dict[str, Stamp] = {}

    def render(self, call: str, values: Mapping[str, str | Fenced]) -> Prompt:
        """The messages of `call` (the name of a folder of prompts) with `values` and a fence of 128 fresh random bits.

        All values go in at once: a placeholder that somebody wrote into a text stays text.
        """
        system, user = (self._current(f"{call}/{role}.md") for role in ("system", "user"))
        fence = secrets.token_hex(FENCE_BYTES)
        filled = {name: value if isinstance(value, str) else value(fence) for name, value in values.items()}
        filled["fence"] = fence
        return Prompt(
            Template(system).substitute(filled), Template(user).substitute(filled), fence, _version(system, user)
        )

    def version(self, call: str) -> str:
        """The version that `render` would use now: 12 hexadecimal digits of the SHA-256 of both files."""
        return _version(*(self._current(f"{call}/{role}.md") for role in ("system", "user")))

    def versions(self) -> dict[str, str]:
        """The version of each call's prompt."""
        return {call: self.version(call) for call in dict.fromkeys(name.partition("/")[0] for name in FILES)}

    def _first(self, name: str) -> _File:
        path, fallback = self._directory / name, shipped("prompts") / name
        if path.exists() or path == fallback:
            return _read(path, name)
        log.info("The prompt file %s does not exist; the shipped one is used.", path)
        return _File(_read(fallback, name).text, None)

    def _current(self, name: str) -> str:
        """The file's text; an edit takes effect at once, a wrong edit is logged once and the last good one stays.

        A file that cannot be read for the moment (an editor replaces it, descriptors run out) is read at a later call.
        """
        known, path = self._files[name], self._directory / name
        stamp = _stamp(path)
        if stamp is None or stamp in (known.stamp, self._refused.get(name)):
            return known.text
        try:
            self._files[name] = _read(path, name)
        except PromptUnreadable:
            return known.text
        except PromptRefused as refused:
            self._refused[name] = stamp
            log.error("An edited prompt is not used; the one before it stays in use. %s", refused)
        else:
            log.info("The prompt file %s was edited and is used from now on.", path)
        return self._files[name].text


def _read(path: Path, name: str) -> _File:
    """The checked file. The stamp is taken first: an edit during the reading is seen as one at the next call."""
    stamp = _stamp(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PromptRefused(f"The prompt file {path} is not UTF-8 text.") from None
    except OSError as error:
        raise PromptUnreadable(f"The prompt file {path} cannot be read ({type(error).__name__}).") from None
    _check(path, FILES[name], text)
    return _File(text, stamp)


def _stamp(path: Path) -> Stamp | None:
    try:
        stat = path.stat()
    except OSError:  # an editor may replace a file by removing it first
        return None
    return stat.st_mtime_ns, stat.st_size


def _check(path: Path, needed: frozenset[str], text: str) -> None:
    """Every `$name` known, each needed one present, what strangers wrote fenced, the student's text last."""
    if not Template(text).is_valid():
        raise PromptRefused(f"The prompt file {path} holds a $ that begins no placeholder; write $$ for a dollar sign.")
    names = [found["named"] or found["braced"] for found in _PLACEHOLDER.finditer(text) if not found["escaped"]]
    for name in names:
        if name not in needed:
            raise PromptRefused(
                f"The prompt file {path} holds the unknown placeholder ${name}; known are {_listed(needed)}."
            )
    for name in sorted(needed - set(names)):
        raise PromptRefused(f"The prompt file {path} lacks the placeholder ${name}.")
    for at, name in enumerate(names):
        if name in FENCED and not (at and names[at - 1] == "fence" and names[at + 1 : at + 2] == ["fence"]):
            raise PromptRefused(f"The prompt file {path} must hold ${name} between two ${{fence}} lines of its own.")
    for name in STUDENTS:
        if name in names and (names.count(name) > 1 or set(names[names.index(name) + 1 :]) != {"fence"}):
            raise PromptRefused(
                f"The prompt file {path} must hold ${name} once, and no other placeholder but $fence after it."
            )


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(names))


def _version(*texts: str) -> str:
    return hashlib.sha256("\x00".join(texts).encode()).hexdigest()[:12]
