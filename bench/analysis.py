"""The analysis of a quiz of 30 questions and 1,000 submissions, in a table of 3,000,000 answers.

    python -m bench.analysis                # two minutes; writes its table
    python -m bench.analysis --quizzes 10   # 300,000 answers; prints only

The figures are compared with those that Python finds in the same rows (`statistics.correlation`), which is timed too.
"""

import argparse
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg

from app.db.connection import SESSION
from app.db.migrate import migrate
from app.db.queries import load
from app.dev import embedded_postgres
from bench import data
from bench.compare import say
from bench.goals import Line, table
from bench.queues.tables import write

SEED, QUIZZES, ROUNDS = Path(__file__).with_name("analysis.sql"), 100, 7
ASSIGNMENT = "019a0000-0000-700a-8000-{:012x}"
ROWS = """
select q.number, x.submission_id, x.score, q.max_score, s.score as total
  from assay.answers x
  join assay.questions q on q.id = x.question_id
  join assay.submissions s on s.id = x.submission_id
 where q.assignment_id = %s
"""


def main() -> None:
    """One command."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--quizzes", type=int, default=QUIZZES, help="of 30,000 answers each")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        Path(folder).chmod(0o711)
        postgres = embedded_postgres.start(Path(folder) / "data")
        try:
            url = data.named(postgres.url, "bench_analysis")
            with psycopg.connect(postgres.url, autocommit=True) as connection:
                connection.execute("create database bench_analysis")
            migrate(url)
            with psycopg.connect(url, autocommit=True) as connection:
                say(f"seeding {given.quizzes * 30_000:,} answers")
                connection.execute("select set_config('bench.quizzes', %s, false)", (str(given.quizzes),))
                connection.execute(SEED.read_bytes())
                connection.execute("vacuum (analyze)")
                connection.execute("checkpoint")
                say("seeded")
            text = f"### Analysis\n\n`python -m bench.analysis`\n\n{table(measure(url, given.quizzes))}"
        finally:
            postgres.stop()
    print(text)
    if given.quizzes == QUIZZES:
        write(text, "analysis")


def measure(url: str, quizzes: int) -> list[Line]:
    """The statement and the loop, in turns, each time of another quiz."""
    query = load()["teacher/read_analysis"]
    places = {"token_digest": "%(token_digest)s", "assignment_id": "%(assignment_id)s"}
    statement = query.sql.replace("%", "%%")
    for number, name in enumerate(query.parameters, 1):
        statement = statement.replace(f"${number}", places[name])
    digest = hashlib.sha256(data.token("teacher-0").encode()).digest()
    seen: dict[str, list[tuple[float, float]]] = {"statement": [], "Python": []}
    with psycopg.connect(url, autocommit=True, prepare_threshold=1) as connection:
        for name, value in SESSION.items():
            connection.execute("select set_config(%s, %s, false)", (name, value))
        backend = psutil.Process(connection.info.backend_pid)

        def taken(name: str, work: Callable[[str], Any], assignment: str) -> Any:
            cpu, began = sum(backend.cpu_times()[:2]), time.monotonic()
            found = work(assignment)
            seen[name].append((time.monotonic() - began, sum(backend.cpu_times()[:2]) - cpu))
            return found

        def ask(assignment: str) -> Any:
            row = connection.execute(
                statement.encode(), {"token_digest": digest, "assignment_id": assignment}
            ).fetchone()
            return row[0] if row else None

        for number in range(ROUNDS):
            assignment = ASSIGNMENT.format(1 + number * 7 % quizzes)
            ours = taken("statement", ask, assignment)
            theirs = taken("Python", partial(by_hand, connection), assignment)
            for one in ours["questions"]:
                figures = one["facility"], one["discrimination"]
                if any(abs(of - to) > 1e-4 for of, to in zip(figures, theirs[one["number"]], strict=True)):
                    raise SystemExit(f"question {one['number']}: assay finds {figures}, Python {theirs[one['number']]}")
    answers = f"30 questions, 1,000 submissions, {quizzes * 30_000:,} answers in the table"
    wall, cpu = (
        {name: statistics.median(run[n] for run in runs) * 1000 for name, runs in seen.items()} for n in (0, 1)
    )
    return [
        Line(f"`GET /teacher/assignments/{{id}}/analysis`: its statement ({answers})", wall["statement"], 150, " ms",
             at_most=True),
        Line("the same, CPU", cpu["statement"], unit=" ms"),
        Line("the rows read into Python, and facility and discrimination alone", wall["Python"], unit=" ms"),
    ]  # fmt: skip


def by_hand(connection: psycopg.Connection[Any], assignment: str) -> dict[int, list[float]]:
    """Facility, and the correlation of a question's scores with the rest of each submission, by number."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    for number, _, score, most, total in connection.execute(ROWS.encode(), [assignment]).fetchall():
        found.setdefault(number, []).append((score, most, total - score))
    return {
        number: [
            statistics.fmean(score / most for score, most, _ in rows),
            statistics.correlation([row[0] for row in rows], [row[2] for row in rows]),
        ]
        for number, rows in found.items()
    }


if __name__ == "__main__":
    main()
