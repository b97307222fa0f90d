"""What deserves a look among 10,000 submissions of one assignment, in a table of 100,000: its statement.

python -m bench.review    # a minute
"""

import hashlib
import statistics
import tempfile
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg

from app.db.connection import SESSION
from app.db.migrate import migrate
from app.db.queries import load
from app.dev import embedded_postgres
from bench import data
from bench.compare import say
from bench.goals import Line, table

SEED, ROUNDS = Path(__file__).with_name("review.sql"), 30
ASSIGNMENT = "019a0000-0000-7005-8000-000000000003"


def main() -> None:
    """One command."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        Path(folder).chmod(0o711)
        postgres = embedded_postgres.start(Path(folder) / "data")
        try:
            url = data.named(postgres.url, "bench_review")
            with psycopg.connect(postgres.url, autocommit=True) as connection:
                connection.execute("create database bench_review")
            migrate(url)
            with psycopg.connect(url, autocommit=True) as connection:
                say("seeding 100,000 submissions")
                connection.execute(SEED.read_bytes())
                connection.execute("vacuum (analyze)")
            print(f"### Review\n\n`python -m bench.review`\n\n{table(measure(url))}")
        finally:
            postgres.stop()


def measure(url: str) -> list[Line]:
    """The first page, and one in the middle, as a teacher asks for them."""
    query = load()["teacher/list_review"]
    known = {"token_digest": hashlib.sha256(data.token("teacher-0").encode()).digest(), "assignment_id": ASSIGNMENT,
             "limit": 50}  # fmt: skip
    statement = query.sql.replace("%", "%%")
    for number, name in enumerate(query.parameters, 1):
        statement = statement.replace(f"${number}", f"%({name})s")
    took: dict[str, list[float]] = {"first page": [], "second page": []}
    spent: list[float] = []
    with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
        for name, value in SESSION.items():
            connection.execute("select set_config(%s, %s, false)", (name, value))
        backend = psutil.Process(connection.info.backend_pid)
        for _ in range(ROUNDS):
            cursor, before = None, sum(backend.cpu_times()[:2])
            for page, times in took.items():
                began = time.monotonic()
                row = connection.execute(statement.encode(), known | {"cursor": cursor}).fetchone()
                times.append((time.monotonic() - began) * 1000)
                if not row or len(row[0]["items"]) != 50:
                    raise SystemExit(f"the {page} is not full")
                cursor = row[0]["next_cursor"]
            spent.append((sum(backend.cpu_times()[:2]) - before) / len(took) * 1000)
    about = "10,000 submissions, 200 cases with 6 tries, 100,000 rows in the table"
    return [
        Line(f"`GET /teacher/assignments/{{id}}/review`, {page}: its statement ({about})", statistics.median(times),
             100, " ms", at_most=True)
        for page, times in took.items()
    ] + [Line("the same, CPU of one page", statistics.fmean(spent), unit=" ms")]  # fmt: skip


if __name__ == "__main__":
    main()
