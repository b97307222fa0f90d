"""docs/generated/database.md says what the database says, and its recipes work."""

import os
import re
import textwrap
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.cli import main, names
from app.db.data_dictionary import page, write
from app.db.migrate import SQL
from tests.rules.quizzes import CHOICE, quiz
from tests.rules.rows import Sql, hand_in, school, student, submission

DOCS = Path(__file__).resolve().parents[2] / "docs"
RECIPES = (DOCS / "database/recipes.md").read_text("utf-8")


def test_the_page_is_current(db: str) -> None:
    if os.environ.get("ASSAY_WRITE") == "1":
        write(db, DOCS / "generated/database.md", check=False)
    current = (DOCS / "generated/database.md").read_text("utf-8") == page(db, RECIPES)
    assert current, "write it anew: .venv/bin/assay data-dictionary"


def test_the_command_writes_the_page_and_notices_when_it_is_old(
    db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", db)
    output = tmp_path / "docs" / "generated" / "database.md"
    command = ["data-dictionary", "--output", str(output)]
    assert main([*command, "--check"]) == 1
    assert main(command) == 0
    assert main([*command, "--check"]) == 0
    with psycopg.connect(db) as connection:
        connection.execute("comment on table assay.students is 'Something else.'")
    assert main([*command, "--check"]) == 1
    assert "is not current" in capsys.readouterr().err


def test_a_cell_with_a_bar_does_not_break_its_table(db: str) -> None:
    with psycopg.connect(db) as connection:
        connection.execute("comment on column assay.students.name is 'this | that'")
    assert r"| `name` | assay.name | this \| that |" in page(db)


def test_a_column_of_a_view_means_what_its_table_says_unless_it_says_more(db: str) -> None:
    with psycopg.connect(db) as connection:
        connection.execute(
            "create view reporting.submissions_of_all as"
            " select s.id, s.score, s.student_id, a.id as task, a.title, a.created_at"
            "   from assay.submissions s join assay.assignments a on a.id = s.assignment_id"
        )
        connection.execute("create view api.of_all as select o.score, o.title from reporting.submissions_of_all o")
        connection.execute("comment on column api.of_all.title is 'More.'")
        connection.execute((SQL / "comments.sql").read_text("utf-8"))
        told = connection.execute("""
            select c.relname, a.attname, col_description(c.oid, a.attnum) from pg_class c
              join pg_attribute a on a.attrelid = c.oid
             where c.relname in ('submissions_of_all', 'of_all')""").fetchall()
    meaning = {(view, column): comment for view, column, comment in told}
    score = "The current score in gold coins, 0 to the assignment's maximum."
    assert meaning == {
        ("submissions_of_all", "id"): None,  # of one of two tables, and neither has the view's name
        ("submissions_of_all", "score"): score,
        ("submissions_of_all", "student_id"): "Who handed it in.",
        ("submissions_of_all", "task"): None,
        ("submissions_of_all", "title"): "What it is called in lists.",
        ("submissions_of_all", "created_at"): "When it was created.",
        ("of_all", "score"): score,
        ("of_all", "title"): "More.",
    }


def recipe(title: str, language: str = "sql") -> list[str]:
    """The statements below a heading."""
    chapter = RECIPES.partition(f"## {title}")[2].partition("\n## ")[0]
    blocks = re.findall(rf"^ *```{language}\n(.*?)^ *```$", chapter, re.M | re.S)
    assert blocks, title
    return [textwrap.dedent(block) for block in blocks]


async def run(sql: Sql, statements: list[str], **values: Any) -> None:
    """As psql would, with its variables."""
    for statement in statements:
        await sql.execute(re.sub(r":'(\w+)'", lambda m: f"'{values[m[1]]}'", statement))


TITLES = re.findall(r"^## (.+)$", RECIPES, re.M)
OWN = {"Rotate the key that encrypts API keys", "Do the rules hold here?"}


@pytest.mark.parametrize("title", [title for title in TITLES if title not in OWN])
async def test_a_recipe_works_as_it_is_written(sql: Sql, title: str) -> None:
    await sql.execute("create role anna")
    here = await school(sql)
    other = await student(sql)
    await sql.execute("insert into assay.enrolments values ($1, $2)", here.classroom, other.id)
    text = await submission(sql, here.student, here.task, 40)
    job = await hand_in(sql, other, here.task)
    asked = await quiz(sql, CHOICE)
    try:
        await run(sql, recipe(title), assignment=here.task, submission=text, student=here.student.id, job=job,
                  address="new@example.org", quiz=asked.task, question=asked.questions[0],
                  **{"class": here.classroom})  # fmt: skip
    finally:
        await sql.execute("drop role anna")
    assert await sql.fetch("select * from reporting.coin_drift") == []


def test_the_commands_of_the_recipes_exist() -> None:
    named = re.findall(r"^ *\$ assay ([\w-]+)", RECIPES, re.M)
    assert named
    assert set(named) <= set(names())


def test_each_file_that_lists_offenders_runs_in_psql_as_it_is() -> None:
    assert [
        f.name
        for f in [*(DOCS.parent / "tests/conventions").glob("*.sql"), *(DOCS.parent / "sql/checks").glob("*.sql")]
        if not f.read_text("utf-8").rstrip().endswith(";")
    ] == []
