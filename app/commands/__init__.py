"""The console commands: `assay create-teacher` is create_teacher.py, found by its name.

Each module has a docstring whose first sentence is the command's help, `run(settings, arguments) -> exit code` and,
where it takes any, `declare(parser)`. `OVERRIDES` names the options that stand in for the setting of the same name.
`DRAINS` is true of one that sees to SIGTERM itself.
"""

import argparse
from collections.abc import Sequence
from typing import Any

MOST_LISTED = 1_000_000


class CommandError(Exception):
    """What the user of a command can put right, in one plain sentence."""


def most_listed(text: str) -> int:
    """The value of --limit."""
    number = int(text)
    if not 1 <= number <= MOST_LISTED:
        raise argparse.ArgumentTypeError(f"must be 1 to {MOST_LISTED:,}")
    return number


def table(rows: Sequence[Any]) -> str:
    """Columns as wide as what is in them, under their names."""
    lines = [list(rows[0].keys()), *([shown(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def shown(value: object) -> str:
    """A value in a list; `-` for null."""
    return "-" if value is None else str(value)
