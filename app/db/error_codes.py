"""The register of errors, sql/error_codes.csv: what `assay migrate` brings into assay.error_codes.

Python reads the file and not the table, since it must say "the database does not answer" before it ever did.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.settings import shipped


@dataclass(frozen=True)
class ErrorCode:
    """`shown_as`: the code that clients see instead, with this one as details.rule. `field`: of the request."""

    code: str
    status: int
    shown_as: str | None
    field: str | None
    sentence: str


@cache
def register() -> Mapping[str, ErrorCode]:
    """The shipped register, by code."""
    return {row.code: row for row in read((shipped("sql") / "error_codes.csv").read_text("utf-8"))}


def read(text: str) -> list[ErrorCode]:
    """The rows of a register. Raises ValueError or KeyError when it is none."""
    return [
        ErrorCode(row["code"], int(row["status"]), row["shown_as"] or None, row["field"] or None, row["sentence"])
        for row in csv.DictReader(io.StringIO(text))
    ]
