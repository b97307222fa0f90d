"""No function is left over: each is called by a query file, by another object of the database, or by hand in a test.

PostgreSQL checks the body of a plpgsql function only when it runs, so one that nothing reaches may be broken unseen.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = sorted((ROOT / "sql/functions").rglob("*.sql"))
MADE = re.compile(r"^create (?:or replace )?function (\w+\.\w+)", re.M)
USERS = {
    file: file.read_text("utf-8")
    for pattern in ("sql/**/*.sql", "tests/**/*.py", "tests/**/*.sql", "docs/**/*.md")
    for file in ROOT.glob(pattern)
    if file.name != "database.md"  # it lists them all
}


@pytest.mark.parametrize("file", FUNCTIONS, ids=lambda file: file.stem)
def test_a_function_is_used_by_something_else(file: Path) -> None:
    for name in MADE.findall(file.read_text("utf-8")):
        call = re.compile(rf"\b{re.escape(name)}\s*\(")
        trigger = re.compile(rf"execute function {re.escape(name)}\(")
        used = any(call.search(text) for user, text in USERS.items() if user != file)
        assert used or trigger.search(USERS[file]), f"nothing calls {name}"
