"""A database may have defaults of its own: nothing that assay means or says depends on them."""

from collections.abc import Iterator

import psycopg
import pytest

from app.db.migrate import SQL, migrate
from tests.conftest import clone, execute
from tests.web.conftest import PLAIN, Assay, BuiltSchool, School

DEFAULTS = {
    "standard_conforming_strings": "off", "backslash_quote": "on", "escape_string_warning": "off",
    "DateStyle": "'German, DMY'", "IntervalStyle": "sql_standard", "TimeZone": "'Asia/Kathmandu'",
    "bytea_output": "escape", "extra_float_digits": "-15", "transform_null_equals": "on", "array_nulls": "off",
    "default_transaction_isolation": "serializable", "default_transaction_deferrable": "on", "search_path": "public",
    "plpgsql.variable_conflict": "use_variable", "quote_all_identifiers": "on", "row_security": "off",
    "default_text_search_config": "'pg_catalog.german'", "check_function_bodies": "off",
}  # fmt: skip
QUIZ = [
    {"kind": "number", "prompt": "Pi?", "max_score": 2, "accepted": [{"value": "3.14", "tolerance": 0.05}]},
    {"kind": "short", "prompt": "Which way?", "max_score": 2, "accepted": [{"text": "a\\b"}]},
    {"kind": "gaps", "prompt": "{{1}} and {{2}}", "max_score": 2, "gaps": [["a"], ["b"]]},
]
BODIES = """
    select p.oid::regprocedure::text, pg_get_functiondef(p.oid)
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname in ('assay', 'reporting', 'worker', 'operator', 'api') and p.prokind = 'f'
    union all
    select c.conname, pg_get_constraintdef(c.oid) from pg_constraint c where c.connamespace = 'assay'::regnamespace
    union all
    select v.schemaname || '.' || v.viewname, v.definition from pg_views v where v.schemaname in ('reporting', 'api')
    order by 1, 2"""


def set_defaults(url: str) -> None:
    name = url.partition("?")[0].rpartition("/")[2]
    for setting, value in DEFAULTS.items():
        execute(url, f"alter database {name} set {setting} = {value}")


def definitions(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url, options="-c standard_conforming_strings=on -c quote_all_identifiers=off") as admin:
        return admin.execute(BODIES).fetchall()


@pytest.fixture
def db(postgres: str, school_template: BuiltSchool) -> Iterator[str]:
    with clone(postgres, school_template.database) as url:
        set_defaults(url)
        yield url


async def test_requests_mean_the_same(assay: Assay, school: School) -> None:
    for search, found in {"Anna": 1, "an": 1, "\\": 0, "%%%": 0, "a_b": 0, "'": 0}.items():
        page = await assay.ask("GET", "/teacher/students", school.teacher, params={"search": search})
        assert len(page["items"]) == found, search
    text = "Gold \\n is 'heavy'."
    path = school.path + "/submission"
    made = await assay.ask("POST", path, school.student, 201, content=text.encode(), headers=PLAIN)
    assert made["submission"]["content"] == text
    assert made["submission"]["submitted_at"].endswith("+00:00")
    sent = {"takes": "answers", "title": "Quiz \\", "deadline": "2099-01-01T00:00:00+05:45", "questions": QUIZ}
    quiz = (await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent))["assignment"]
    assert (quiz["title"], quiz["deadline"]) == ("Quiz \\", "2098-12-31T18:15:00+00:00")
    await assay.ask("POST", f"/teacher/assignments/{quiz['id']}/publish", school.teacher)
    answers = {"answers": {"1": "3,1", "2": "a\\b", "3": ["a", "b"]}}
    done = await assay.ask("POST", f"/student/assignments/{quiz['id']}/submission", school.student, 201, json=answers)
    assert done["submission"]["score"] == 6
    bank = await assay.ask("GET", "/teacher/questions", school.teacher, params={"search": "way?"})
    assert [one["prompt"] for one in bank["items"]] == ["Which way?"]


def test_a_migration_makes_the_same(db: str, empty_db: str) -> None:
    set_defaults(empty_db)
    migrate(empty_db, SQL)
    made, known = dict(definitions(empty_db)), dict(definitions(db))
    assert {name: made.get(name) for name in known if made.get(name) != known[name]} == {}
