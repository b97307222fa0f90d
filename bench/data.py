"""The databases that are measured: seeded rows, their ids and tokens, and a peer's copy without assay's triggers."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from app.db import migrate as migrations
from app.db.migrate import migrate

SEED = Path(__file__).with_name("seed.sql")
QUIZZES, QUIZZES_AGAIN = Path(__file__).with_name("quizzes.sql"), Path(__file__).with_name("quizzes_again.sql")
BUSY = """
select count(*) from pg_stat_activity
 where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and state <> 'idle'
"""
WRITERS, OPEN = 500, 100  # students with nothing handed in, and the open assignments of their class
SMALL, LARGE = 500, 50_000  # students: 10,000 and 1,000,000 submissions


@dataclass(frozen=True, slots=True)
class Seeded:
    """A database with the rows of `seed.sql`, and how long they took."""

    url: str
    students: int
    seconds: float

    @property
    def assignments(self) -> int:
        return self.students // 10

    @property
    def submissions(self) -> int:
        return self.students * 20


def named(url: str, database: str) -> str:
    """The same server, another database."""
    before, _, query = url.partition("?")
    return f"{before.rsplit('/', 1)[0]}/{database}?{query}"


def create(server: str, name: str, students: int) -> Seeded:
    """A database of its own, migrated, seeded, vacuumed and analyzed."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} template template0 encoding 'UTF8'".encode())
    url = named(server, name)
    migrate(url)
    began = time.monotonic()
    seed(url, students)
    return Seeded(url, students, time.monotonic() - began)


def seed(url: str, students: int, essay: int = 2000) -> None:
    """Fill a migrated database with texts of so many characters; no request in it is refused for being too frequent."""
    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in (("students", students), ("essay", essay)):
            connection.execute("select set_config(%s, %s, false)", (f"bench.{name}", str(value)))
        connection.execute(SEED.read_bytes())
        connection.execute("update assay.rate_limits set rule = '1000000/second'")
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")


def add_quizzes(seeded: Seeded) -> None:
    """Rubrics, their marks and quizzes beside the rows that are there."""
    with psycopg.connect(seeded.url, autocommit=True) as connection:
        connection.execute("select set_config('bench.students', %s, false)", (str(seeded.students),))
        connection.execute(QUIZZES.read_bytes())
        connection.execute("vacuum (analyze)")
        connection.execute("checkpoint")


def quizzes_again(url: str) -> int:
    """Undo the hand-ins of quizzes. Returns how many those were."""
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute(BUSY).fetchone() != (0,):  # the last ones, whose answers nobody waited for
            time.sleep(0.1)
        cursor = connection.execute(QUIZZES_AGAIN.read_bytes())
        while cursor.description is None or cursor.rowcount != 1:
            cursor.nextset()
        row = cursor.fetchone()
        connection.execute("vacuum (analyze) assay.answers, assay.submissions, assay.students, assay.coin_ledger")
    return int(row[0]) if row else 0


def copy_for_peer(server: str, source: str, name: str) -> str:
    """The same tables, constraints, indexes and rows, without assay's triggers. Returns its URL."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} template {source} strategy file_copy".encode())
    url = named(server, name)
    with psycopg.connect(url, autocommit=True) as connection:
        triggers = connection.execute(
            "select format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass)"
            "  from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where c.relnamespace = 'assay'::regnamespace and not t.tgisinternal"
        ).fetchall()
        for (statement,) in triggers:
            connection.execute(statement)
        connection.execute("vacuum (analyze)")
    return url


def empty_queue(url: str) -> int:
    """Forget what was handed in while measuring. Returns how many texts that were."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("select count(*) from assay.jobs").fetchone()
        connection.execute("truncate assay.jobs, assay.pending_submissions")
    return int(row[0]) if row else 0


def token(of: str) -> str:
    """The bearer token of `student-7`, `writer-7` or `teacher-7`."""
    return hashlib.md5(of.encode(), usedforsecurity=False).hexdigest()


def roles() -> str:
    """What a clone of a database needs before assay's roles may use it."""
    return migrations.roles()
