"""The conventions are queries that list who breaks them: nobody is listed, and each finds one that is planted."""

import re
from pathlib import Path

import psycopg
import pytest

from app.doctor.database import CHECKS

HERE = Path(__file__).parent
QUERIES = sorted([*HERE.glob("*.sql"), *CHECKS.glob("*.sql")])  # the second are those that `assay doctor` asks, too


@pytest.mark.parametrize("file", QUERIES, ids=lambda file: file.stem)
def test_nobody_breaks_the_rule_and_who_does_is_listed(db: str, file: Path) -> None:
    text = file.read_text("utf-8")
    assert re.match(r"-- \w.*\.\n-- as in: ", text), "say what it lists, and plant one"
    listed, planted = text.splitlines()[0].removeprefix("-- "), text.splitlines()[1].removeprefix("-- as in: ")
    with psycopg.connect(db, autocommit=True) as connection:
        assert connection.execute(text.encode()).fetchall() == [], f"{file.name} lists these: {listed}"
        connection.execute(planted.encode())
        assert connection.execute(text.encode()).fetchall() != []
