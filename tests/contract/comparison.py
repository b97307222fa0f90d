"""What differs between a recorded step and the same step today: nothing may go or change, anything may be added."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.contract.driver import COMMON
from tests.contract.placeholders import Names, mapped

GONE = "(gone)"
SETS = ("headers.vary", "headers.access-control-expose-headers", "headers.access-control-allow-headers", "options")
Step = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One place of one step. `was` and `now` have names for what differs between any two runs."""

    step: str
    where: str
    was: Any
    now: Any

    def __str__(self) -> str:
        return json.dumps(self.__dict__, ensure_ascii=False)


@dataclass
class Declared:
    """A line of differences.jsonl: `step` and `where` may hold *; `was` and `now` count where they are given."""

    step: str
    where: str
    why: str
    values: dict[str, Any] = field(default_factory=dict)
    seen: bool = False

    def covers(self, found: Difference) -> bool:
        return (
            _is(found.step, self.step)
            and _is(found.where, self.where)
            and all(getattr(found, name) == value for name, value in self.values.items())
        )


def _is(name: str, wanted: str) -> bool:
    return name == wanted or fnmatchcase(name, wanted)


def declared(lines: Iterable[str]) -> list[Declared]:
    """Reads differences.jsonl. Raises KeyError for a line without a reason."""
    found = []
    for line in filter(str.strip, lines):
        given = json.loads(line)
        values = {name: given[name] for name in ("was", "now") if name in given}
        found.append(Declared(given["step"], given["where"], given["why"], values))
    return found


def undeclared(found: Iterable[Difference], known: Iterable[Declared]) -> list[Difference]:
    """Those that no line declares; marks the lines that do."""
    known, left = list(known), []
    for difference in found:
        covering = [line for line in known if line.covers(difference)]
        for line in covering:
            line.seen = True
        if not covering:
            left.append(difference)
    return left


def differences(recorded: Step, actual: Step, names: Names) -> Iterator[Difference]:
    """Every place in which `actual` is not what was recorded. A step with another status is not looked into."""
    outcome = "status" if "status" in recorded else "exit"
    if recorded.get(outcome) != actual.get(outcome):
        yield Difference(recorded["step"], outcome, recorded.get(outcome), actual.get(outcome))
        return
    for where, was, now in _unlike(_whole(recorded), _whole(actual), names, ""):
        yield Difference(recorded["step"], where, was, mapped(now, names.show))


def _whole(step: Step) -> Step:
    """With the headers that nearly every answer has, where it has them."""
    if "status" not in step:
        return step
    usual = COMMON if "body" in step else {name: COMMON[name] for name in COMMON if name != "content-type"}
    headers = {**usual, **step.get("headers", {})}
    return {**step, "headers": {name: value for name, value in headers.items() if value is not None}}


def _unlike(was: Any, now: Any, names: Names, where: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key, value in was.items():
            place = f"{where}.{key}".lstrip(".")
            if (known := names.value(key)) in now:
                yield from _unlike(value, now[known], names, place)
            else:
                yield place, value, GONE
    elif isinstance(was, list) and isinstance(now, list) and where in SETS:
        if not set(was) <= set(now):
            yield where, was, now
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for index, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from _unlike(one, other, names, f"{where}.{index}")
    elif isinstance(was, str) and isinstance(now, str):
        if not names.fits(was, now):
            yield where, was, now
    elif type(was) is not type(now) or was != now:
        yield where, was, now
