"""Small trees of SQL files, and migrations in processes of their own."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
import pytest

from app.db.migrate import SQL

ROOT = Path(__file__).resolve().parents[2]

SMALL = {
    "schema/0001.schemas.sql": """
        alter default privileges revoke execute on routines from public;
        create schema assay; create schema reporting; create schema worker; create schema operator; create schema api;
    """,
    "schema/0002.coins.sql": """
        create table assay.coins (id uuid primary key default uuidv7(), amount int not null, seen boolean);
    """,
    "functions/assay/mark_seen.sql": """
        create or replace function assay.mark_seen() returns trigger language plpgsql set search_path = ''
        as $$ begin new.seen := true; return new; end $$;
        create or replace trigger mark_seen before insert on assay.coins
            for each row execute function assay.mark_seen();
    """,
    "functions/reporting/coins.sql": "create or replace view reporting.coins as select id, amount from assay.coins",
    "functions/api/total.sql": """
        create function api.total() returns bigint language sql stable security definer set search_path = ''
        begin atomic select sum(amount) from reporting.coins; end;
    """,
}


Tree = Callable[[Mapping[str, str | None]], Path]

Migrating = Callable[[str, Path], subprocess.Popen[str]]


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    """What a superuser sees."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """`tree({path: text})` writes files into a small tree of SQL files (None removes one) and answers its folder."""
    folder = tmp_path / "sql"

    def write(files: Mapping[str, str | None]) -> Path:
        for path, text in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                file.unlink()
            else:
                file.write_text(text, "utf-8")
        return folder

    write({"roles.sql": (SQL / "roles.sql").read_text("utf-8"), **SMALL})
    return write


@pytest.fixture
def migrating() -> Migrating:
    """`migrating(url, sql)` starts a migration in a process of its own."""
    code = (
        "import sys, pathlib; from app.db.migrate import migrate as m; print(m(sys.argv[1], pathlib.Path(sys.argv[2])))"
    )

    def start(url: str, sql: Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, url, sql], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    return start
