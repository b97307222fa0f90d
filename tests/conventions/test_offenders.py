"""The conventions are queries that list who breaks them: nobody is listed, and each finds one that is planted."""

import re
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

HERE = Path(__file__).parent
QUERIES = sorted(file.stem for file in HERE.glob("*.sql"))


def statement(name: str) -> sql.SQL:
    return sql.SQL((HERE / f"{name}.sql").read_text("utf-8"))


@pytest.mark.parametrize("name", QUERIES)
def test_nobody_breaks_the_rule_and_who_does_is_listed(db: str, name: str) -> None:
    text = (HERE / f"{name}.sql").read_text("utf-8")
    assert re.match(r"-- \w.*\.\n-- as in: ", text), "say what it lists, and plant one"
    planted = text.splitlines()[1].removeprefix("-- as in: ")
    with psycopg.connect(db, autocommit=True) as connection:
        assert connection.execute(statement(name)).fetchall() == []
        connection.execute(planted.encode())
        assert connection.execute(statement(name)).fetchall() != []
