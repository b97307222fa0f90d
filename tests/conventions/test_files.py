"""Path = name: each object is in the file of its name, and each query file calls one function."""

import re
from pathlib import Path
from typing import cast

import psycopg
import pytest

from app.db.migrate import SQL
from app.db.queries import load
from app.web.routes import ROUTES

FUNCTIONS = sorted(SQL.glob("functions/**/*.sql"))
QUERIES = sorted(SQL.glob("queries/*/*.sql"))
MIGRATIONS = sorted(SQL.glob("schema/*.sql"))
APP = Path(__file__).parents[2] / "app"

MADE = re.compile(r"^create (?:or replace )?(function|view|constraint trigger|trigger|\w+) ([\w.]+)", re.M)
IN_FORCE = """
    select n.nspname || '/' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = any (%(schemas)s)
       and not exists (select from pg_depend d
                        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
    union all
    select n.nspname || '/' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any (%(schemas)s) and c.relkind = 'v'
"""


def code(file: Path) -> str:
    """A file without its comments."""
    return re.sub(r"--[^\n]*", "", file.read_text("utf-8"))


def schema_of(file: Path) -> str:
    """The folder below sql/functions or sql/queries; those below it are for readers."""
    return file.relative_to(SQL).parts[1]


def named(file: Path) -> str:
    return f"{schema_of(file)}/{file.stem}"


def test_every_function_and_view_of_the_database_is_in_the_file_of_its_name(db: str) -> None:
    with psycopg.connect(db) as connection:
        rows = connection.execute(IN_FORCE, {"schemas": ["assay", "reporting", "worker", "operator", "api"]}).fetchall()
    assert sorted(row[0] for row in rows) == sorted(named(file) for file in FUNCTIONS), "path = name: sql/functions"


@pytest.mark.parametrize("file", FUNCTIONS, ids=named)
def test_a_file_makes_the_function_or_view_of_its_name_and_nothing_else_but_triggers(file: Path) -> None:
    text = file.read_text("utf-8")
    made = [(kind, name) for kind, name in MADE.findall(text) if "trigger" not in kind]
    name = f"{schema_of(file)}.{file.stem}"
    assert made in ([("function", name)], [("view", name)])
    assert ("returns trigger" in text) == (file.parent.name == "triggers"), "functions of triggers stand in triggers"
    assert text.startswith("-- "), "its first line says in a sentence what it is for"
    assert "\t" not in text
    longest = max(len(line) for line in text.splitlines() if "comment on" not in line and "'" not in line)
    assert longest <= 160, "lines are no longer than 160 characters"
    replaced = (
        "create or replace" in text.splitlines()[min(i for i, x in enumerate(text.splitlines()) if MADE.match(x))]
    )
    assert replaced == (schema_of(file) in ("assay", "reporting")), "replaced in place, or made anew"


@pytest.mark.parametrize(
    "file", [f for f in FUNCTIONS if "function" in MADE.findall(f.read_text("utf-8"))[0]], ids=named
)
def test_a_function_says_its_language_volatility_and_search_path(file: Path) -> None:
    head = file.read_text("utf-8").partition("search_path")[0]
    if "returns trigger" not in head:
        facts = r"^    language (sql|plpgsql) (volatile|stable|immutable)( parallel safe)?( security definer)?$"
        assert re.search(facts, head, re.M), "a line says them, as in `    language plpgsql stable security definer`"


PACKS = {  # functions that only pack an answer: they read nothing
    named(f).replace("/", ".") for f in FUNCTIONS if schema_of(f) == "api" and "parallel safe" in f.read_text("utf-8")
}


def called(statement: str) -> list[str]:
    """The functions of api, worker and operator that a statement calls."""
    return [call for call in re.findall(r"\b(?:api|worker|operator)\.\w+(?=\s*\()", statement) if call not in PACKS]


# Around the statement of a route, which is a third: the key is claimed before it, its answer is kept after it.
CALLS = {"auth/answer_once": 2}


@pytest.mark.parametrize("file", QUERIES, ids=named)
def test_a_query_is_one_statement_that_calls_one_function(file: Path) -> None:
    heading, text = file.read_text("utf-8").partition("\n")[0], code(file).strip()
    assert re.match(r"-- .+\.$", heading), "its first line says in a sentence what it is for"
    assert re.sub(r"'[^']*'", "''", text).count(";") == 1, "one statement"
    assert text.endswith(";")
    assert not re.search(r"\b(assay|reporting)\.", text), "a query calls a function of api, worker or operator"
    folder = file.parent.name
    if folder == "server":  # asks PostgreSQL itself
        assert called(text) == []
        return
    assert len(called(text)) == CALLS.get(named(file), 1)
    assert called(text)[0].partition(".")[0] == (folder if folder in ("worker", "operator") else "api")


@pytest.mark.parametrize("file", [f for f in QUERIES if "api.page(" in code(f)], ids=named)
def test_a_list_is_in_order(file: Path) -> None:
    assert "order by" in code(file)


def test_every_query_file_is_asked_by_a_route_or_by_a_process() -> None:
    asked = {name for route in ROUTES for name in (route.query, route.outcome) if name}
    said = set(re.findall(r'"(\w+(?:/\w+)?)"', "".join(f.read_text("utf-8") for f in APP.rglob("*.py"))))
    files = set(load())
    assert asked <= files
    idle = [name for name in files if name not in asked | said and name.partition("/")[2] not in said]
    assert idle == [], "no route of app/web/routes.py names it, and nothing in app"


def test_every_route_that_only_reads_calls_a_stable_function(db: str) -> None:
    queries = load()
    reading = {name for route in ROUTES if route.reads for name in (route.query, route.outcome) if name}
    asked = {one for name in reading for one in called(queries[name].sql)}
    with psycopg.connect(db) as connection:
        rows = connection.execute(
            "select 'api.' || proname from pg_proc where pronamespace = 'api'::regnamespace and provolatile = 'v'"
        ).fetchall()
    writing = asked & {cast(str, row[0]) for row in rows}
    assert writing == set(), "a GET calls a function that is `stable`; a route that writes says `changes`"


def test_every_function_that_a_role_executes_has_a_query_file(db: str) -> None:
    """Those of schema `operator` may do without: a DBA calls some of them by hand."""
    asked = {one.replace(".", "/") for file in QUERIES for one in called(code(file))}
    schemas = {"schemas": ["worker", "operator", "api"]}
    files = {named(f) for f in FUNCTIONS}
    with psycopg.connect(db) as connection:
        functions = {row[0] for row in connection.execute(IN_FORCE, schemas) if row[0] in files}
    views = {named(f) for f in FUNCTIONS if MADE.findall(f.read_text("utf-8"))[0][0] == "view"}
    needed = functions - views - {name.replace(".", "/") for name in PACKS}
    assert asked <= functions
    idle = {name for name in needed - asked if not name.startswith("operator/")}
    assert idle == set(), "no file of sql/queries calls it"


def test_nobody_waits_for_a_lock_that_anybody_may_hold() -> None:
    files = [*SQL.rglob("*.sql"), *APP.rglob("*.py")]
    assert [file.name for file in files if re.search(r"pg_(try_)?advisory", file.read_text("utf-8"))] == []


@pytest.mark.parametrize("file", MIGRATIONS, ids=lambda f: f.stem)
def test_a_migration_holds_tables(file: Path) -> None:
    made = re.search(r"create (or replace )?(function|view|trigger)", file.read_text("utf-8"))
    assert made is None, "functions, views and triggers are files of sql/functions"
