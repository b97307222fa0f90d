"""The one PostgreSQL that all queues use in turn, with its disk behind it (fsync on), and what it computes."""

import contextlib
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg

from app.db.migrate import migrate
from app.dev import embedded_postgres
from tests.worker.rows import found

SETTINGS = {"max_connections": "150", "shared_buffers": "512MB", "max_wal_size": "4GB", "fsync": "on"}
TEACHERS, TEXT_WORDS = 100, 300
STAGE = Path(__file__).with_name("stage.sql")
SESSIONS = """
select count(*) from pg_stat_activity
 where backend_type = 'client backend' and pid <> pg_backend_pid() and application_name <> 'old transaction'
"""
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = ["".join(random.Random(n).choices(LETTERS, k=3 + n % 9)) for n in range(2000)]


class Server:
    """Connects as superuser; databases are made from `bench`."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.pid = int((folder / "postgres/postmaster.pid").read_text().split()[0])

    def of(self, database: str) -> str:
        """The URL of a database."""
        return self.url.replace("/assay?", f"/{database}?")

    def ask(self, statement: str, database: str = "bench") -> Any:
        """The first column of the first row, if there is one; autocommit."""
        with psycopg.connect(self.of(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def cpu_seconds(self) -> float:
        """Of the whole server since its start, ended backends included."""
        whole = psutil.Process(self.pid)
        times = whole.cpu_times()
        total: float = times.user + times.system + times.children_user + times.children_system
        for child in whole.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += sum(child.cpu_times()[:2])
        return total

    def settle(self) -> None:
        """Waits until no session of a queue under test is left, and starts with a clean log of writes."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.ask(SESSIONS, "postgres") == 0:
                break
            time.sleep(0.05)
        self.ask("checkpoint", "postgres")


@contextlib.contextmanager
def started(scratch: Path) -> Iterator[Server]:
    """A server on the disk of `scratch`."""
    folder = scratch / "server"
    server = embedded_postgres.start(folder, SETTINGS)
    try:
        yield Server(server.url, folder)
    finally:
        server.stop()


def furnish(server: Server, students: int, sets: int) -> None:
    """Database `bench`: a school, and `sets` hand-ins for each student, in an order that mixes teachers."""
    server.ask("create database bench", "postgres")
    url = server.of("bench")
    migrate(url)
    school = found(url, teachers=TEACHERS, students=students, each=sets)
    with psycopg.connect(url) as connection:
        connection.execute(STAGE.read_bytes())
        with connection.cursor().copy("copy bench.texts (n, content) from stdin") as copy:
            for n in range(students):
                copy.write_row((n, " ".join(random.Random(n).choices(WORDS, k=TEXT_WORDS))))
        connection.execute(
            "insert into bench.hand_ins (n, token, student, assignment, teacher, text)"
            " select (k - 1) * %(students)s + s.n, sha256(uuid_send(s.id)), s.id, a.id, a.teacher_id, s.n - 1"
            "   from unnest(%(ids)s::uuid[]) with ordinality as s (id, n)"
            "   join assay.enrolments e on e.student_id = s.id join assay.classes c on c.id = e.class_id"
            "   join (select id, teacher_id, row_number() over (partition by teacher_id order by id) as k"
            "           from assay.assignments) a on a.teacher_id = c.teacher_id",
            {"students": students, "ids": list(school.students)},
        )
    server.ask("vacuum analyze")
