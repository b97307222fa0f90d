"""What differs between any two runs (ids, times, tokens) has a numbered name in the recording.

A name stands for one value wherever it occurs, so that a replay also shows whether an id is still the id of the same.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

# kind: what such a value looks like. The session's own constants do not look like it: its ids begin with zeros, its
# times lie before 2020 or after 2089.
KINDS: Mapping[str, str] = {
    "id": r"(?!00000000-)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",
    "digest": r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])",
    "token": r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])",
    "time": r"20[2-8]\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?",
}
LIVE = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in KINDS.items()))
NAME = re.compile(r"<(id|digest|token|time) (\d+)>")


class Names:
    """The names of one run and what they stand for."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.numbers: Counter[str] = Counter()

    def bind(self, name: str, value: str) -> bool:
        """Whether `name` may stand for `value`: it does so already, or neither is taken. Two times may be equal."""
        if self.values.setdefault(name, value) != value:
            return False
        return self.names.setdefault(value, name) == name or name.startswith("<time ")

    def name(self, text: str) -> str:
        """For a recording: every such value by its name; a new one gets the next number of its kind."""

        def named(found: re.Match[str]) -> str:
            if found[0] not in self.names:
                kind = str(found.lastgroup)
                self.numbers[kind] += 1
                self.bind(f"<{kind} {self.numbers[kind]}>", found[0])
            return self.names[found[0]]

        return LIVE.sub(named, text)

    def show(self, text: str) -> str:
        """For a report: values that are known by their names, others by their kind alone."""
        return LIVE.sub(lambda found: self.names.get(found[0], f"<{found.lastgroup}>"), text)

    def value(self, text: str) -> str:
        """A recorded text with what its names stand for in this run; names that stand for nothing yet stay."""
        return NAME.sub(lambda found: self.values.get(found[0], found[0]), text)

    def fits(self, recorded: str, actual: str) -> bool:
        """Whether a text is the recorded one. Names in it that stood for nothing stand for what is there from now."""
        found = list(NAME.finditer(recorded))
        fixed = [re.escape(part) for part in re.split(NAME.pattern.replace("(", "(?:"), recorded)]
        pattern = fixed[0] + "".join(f"({KINDS[one[1]]}){rest}" for one, rest in zip(found, fixed[1:], strict=True))
        match = re.fullmatch(pattern, actual)
        return match is not None and all(
            self.bind(one[0], value) for one, value in zip(found, match.groups(), strict=True)
        )


def mapped(value: Any, change: Callable[[str], str]) -> Any:
    """The same JSON with each string changed, those that are keys included."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [mapped(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): mapped(item, change) for key, item in value.items()}
    return value
