"""The register of errors: every rule has a row, every row is used, and every rule is broken by some test."""

import re
from pathlib import Path

import psycopg
import pytest

from app.db.error_codes import read, register
from app.db.migrate import SQL, migrate
from app.web.schemas.errors import DETAILS, details_of

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = "".join(file.read_text("utf-8") for file in SQL.glob("functions/**/*.sql"))
PYTHON = "".join(file.read_text("utf-8") for file in (ROOT / "app").rglob("*.py"))
TESTS = "".join(file.read_text("utf-8") for file in (ROOT / "tests/rules").glob("*.py"))

# Constraints and indexes that have a name of their own, and whether a row can break them: a key that holds the whole
# primary key is there to be pointed at.
NAMED = """
    select k.conname as name,
           not exists (select from pg_constraint p
                        where k.contype = 'u' and p.contype = 'p' and p.conrelid = k.conrelid and p.conkey <@ k.conkey)
      from pg_constraint k
     where k.connamespace = 'assay'::regnamespace and k.contype in ('c', 'u', 'p', 'f', 'x')
       and k.conname !~ '_(pkey|fkey)$'
    union
    select c.relname, true
      from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = 'assay'::regnamespace and i.indisunique
       and not exists (select from pg_constraint k where k.conindid = c.oid)
"""
REFUSED = set(re.findall(r"assay\.refuse\('(\w+)'", FUNCTIONS))


def named(db: str) -> dict[str, bool]:
    with psycopg.connect(db) as connection:
        return dict(connection.execute(NAMED).fetchall())


def test_every_rule_has_a_row(db: str) -> None:
    missing = (named(db).keys() | REFUSED) - register().keys()
    assert missing == set(), "add a row to sql/error_codes.csv: code, status, shown_as, field, sentence"


def test_every_row_is_used(db: str) -> None:
    said = set(re.findall(r'"(\w+)"', PYTHON)) | set(re.findall(r"'(\w+)'", FUNCTIONS))
    unused = register().keys() - named(db).keys() - said
    assert unused == set(), "nothing refuses by these: take their rows out of sql/error_codes.csv"


def test_a_call_that_refuses_names_its_code() -> None:
    calls = re.findall(r"assay\.refuse\(([^,)]+)", FUNCTIONS)
    unnamed = {call for call in calls if not re.match(r"'\w+'$", call)} - {"f.error_code", "code text", "text"}
    assert unnamed == set(), "assay.refuse('its_code') names its code, so that it can be looked for"


def test_a_rule_is_shown_as_a_code_of_its_status() -> None:
    public = {row.code: row.status for row in register().values() if not row.shown_as}
    wrong = [row.code for row in register().values() if row.shown_as and public.get(row.shown_as) != row.status]
    assert wrong == [], "shown_as is a code that clients see, of the same status"


@pytest.mark.parametrize("code", register())
def test_a_sentence_ends_with_a_full_stop(code: str) -> None:
    assert re.match(r"^[A-Z].*\.$", register()[code].sentence)


def test_the_table_holds_the_file(db: str) -> None:
    with psycopg.connect(db) as connection:
        rows = connection.execute("select code, status, shown_as, field, sentence from assay.error_codes").fetchall()
    text = (SQL / "error_codes.csv").read_text("utf-8")
    assert len(text.splitlines()) == len(rows) + 1
    assert {row[0]: row for row in rows} == {
        row.code: (row.code, row.status, row.shown_as, row.field, row.sentence) for row in read(text)
    }


def test_a_sentence_that_was_changed_in_the_table_comes_back_with_the_next_change_of_a_file(db: str) -> None:
    with psycopg.connect(db) as connection:
        connection.execute("update assay.error_codes set sentence = 'Another.' where code = 'conflict'")
        connection.execute("update migration.files set sha256 = 'x' where path = 'error_codes.csv'")
    assert migrate(db).replaced == ("error_codes.csv",)
    with psycopg.connect(db) as connection:
        found = connection.execute("select sentence from assay.error_codes where code = 'conflict'").fetchone()
    assert found == (register()["conflict"].sentence,)


def test_every_rule_is_broken_by_some_test(db: str) -> None:
    known = {name for name, breakable in named(db).items() if breakable} | REFUSED
    broken = set(re.findall(r'refused\(by="(\w+)"\)', TESTS))
    broken |= {
        name for names in re.findall(r"refused\(by=\(([^)]*)\)\)", TESTS) for name in re.findall(r'"(\w+)"', names)
    }
    broken |= set(re.findall(r'^    \("(\w+)", "\w+", ', TESTS, re.M))  # the table of test_one_row
    unbroken = known - broken
    assert unbroken == set(), 'break it in tests/rules: refused(by="…"), or for a check a line in test_one_row.py'


def test_details_that_a_function_tells_are_documented() -> None:
    """What is shown as another code has that code's details."""
    told = set(re.findall(r"assay\.refuse\('(\w+)',", FUNCTIONS))
    shown = {register()[code].shown_as or code for code in told}
    assert shown - DETAILS.keys() == set(), "say in DETAILS (app/web/schemas/errors.py) what stands in its details"


def test_who_is_to_wait_is_told_for_how_long() -> None:
    late = {code for code, row in register().items() if row.status == 429 and row.shown_as is None}
    silent = {code for code in late if "retry_after" not in details_of(code)}
    assert silent == set(), "a 429 has retry_after in its details: DETAILS in app/web/schemas/errors.py"
