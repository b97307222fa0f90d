"""No function is left over: each is called by a query file, by another object of the database, or by hand in a test.

PostgreSQL checks the body of a plpgsql function only when it runs, so one that nothing reaches may be broken unseen.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = sorted((ROOT / "sql/functions").rglob("*.sql"))
MADE = re.compile(r"^create (?:or replace )?function (\w+\.\w+)", re.M)
CALL = re.compile(r"\b(\w+\.\w+)\s*\(")
# What each file calls.
CALLED = {
    file: frozenset(CALL.findall(file.read_text("utf-8")))
    for pattern in ("sql/**/*.sql", "tests/**/*.py", "tests/**/*.sql", "docs/**/*.md")
    for file in ROOT.glob(pattern)
    if file.name != "database.md"  # it lists them all
}


@pytest.mark.parametrize("file", FUNCTIONS, ids=lambda file: file.stem)
def test_a_function_is_used_by_something_else(file: Path) -> None:
    text = file.read_text("utf-8")
    for name in MADE.findall(text):
        used = any(name in called for user, called in CALLED.items() if user != file)
        assert used or f"execute function {name}(" in text, f"nothing calls {name}"
