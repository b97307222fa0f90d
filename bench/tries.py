"""How long a text waits for its score while 2,000 tries wait, too: another teacher's text, and the same teacher's.

    python -m bench.tries            # a minute; writes its table
    python -m bench.tries --quick    # a third of the texts; prints only

Four texts come together, two of each teacher; one worker process, the AI answers after a second.
"""

import argparse
import tempfile
import time
from pathlib import Path
from uuid import UUID

import psycopg

from app.db.migrate import migrate
from bench.goals import Line, table
from bench.queues.server import Server, started
from bench.queues.tables import write
from bench.rush import addresses, assay
from tests.worker.rows import ESSAY, School, found, hand_in

CASES, TRIES, GOAL = 20, 100, 1.2
ORDER = """
with made as (
    insert into assay.cases (assignment_id, label, content)
    select %(assignment)s, 'Case ' || n, %(text)s from generate_series(1, %(cases)s) n
    returning id
)
insert into assay.tries (case_id, provider, model, number)
select m.id, 'openai', 'gpt-6-luna', t from made m, generate_series(1, %(tries)s) t
"""
WAITED = """
select a.teacher_id, 1000 * extract(epoch from s.graded_at - s.submitted_at)::float
  from assay.submissions s join assay.assignments a on a.id = s.assignment_id where s.student_id = any (%s)
"""


def main() -> None:
    """One command."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--quick", action="store_true", help="a third of the texts, nothing is written")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name:
        Path(name).chmod(0o711)
        with started(Path(name)) as server:
            lines = beside(server, Path(name), 4 if given.quick else 12)
    text = f"### Texts beside tries\n\n`python -m bench.tries`\n\n{table(lines)}"
    print(text)
    if not given.quick:
        write(text, "tries")


def beside(server: Server, folder: Path, rounds: int) -> list[Line]:
    """The lines of the table."""
    server.ask("create database tries", "postgres")
    url = server.of("tries")
    migrate(url)
    schools = [found(url, students=4 * rounds + 2, key=f"sk-sim-{name}-sim:delay=1") for name in ("busy", "quiet")]
    with (
        assay(url, folder, {}, "simulate-ai", "--port", "0") as simulator,
        assay(url, folder, addresses(simulator), "worker"),
        psycopg.connect(url, autocommit=True) as connection,
    ):
        graded(connection, url, schools, 0)  # the SDKs are imported, the keys have been used
        alone = [time for n in range(rounds) for _, time in graded(connection, url, schools, 2 + 2 * n)]
        order = {
            "assignment": schools[0].assignments[0],
            "text": ESSAY,
            "cases": CASES,
            "tries": TRIES,
        }
        connection.execute(ORDER, order)
        beside = [one for n in range(rounds) for one in graded(connection, url, schools, 2 + 2 * (rounds + n))]
        left = int((connection.execute("select count(*) from assay.jobs").fetchone() or (0,))[0])
    if not left:
        raise RuntimeError("all tries were done before the texts")
    busy = schools[0].teachers[0]
    before = late(alone)
    others, own = (late([time for who, time in beside if (who == busy) is is_own]) for is_own in (False, True))
    tries = CASES * TRIES
    return [
        Line(f"{len(alone)} texts without tries, p99 from accepted to graded", before, unit=" ms"),
        Line(f"{len(beside) // 2} of another teacher beside {tries:,} tries, p99, times that", others / before, GOAL,
             at_most=True),
        Line(f"{len(beside) // 2} of the same teacher, p99, times that", own / before, GOAL, at_most=True),
        Line("tries that still waited when the last text was graded", left),
    ]  # fmt: skip


def graded(
    connection: psycopg.Connection[tuple[object, ...]], url: str, schools: list[School], number: int
) -> list[tuple[object, float]]:
    """Two texts of each school, handed in and graded: whose they were, and milliseconds from accepted to graded."""
    students: list[UUID] = []
    for school in schools:
        two = school.students[number : number + 2]
        hand_in(url, two, school.assignments)
        students += two
    while len(found := connection.execute(WAITED, [students]).fetchall()) < len(students):
        time.sleep(0.05)
    return [(teacher, float(str(waited))) for teacher, waited in found]


def late(milliseconds: list[float]) -> float:
    """The 99th percentile."""
    return sorted(milliseconds)[int(len(milliseconds) * 0.99)]


if __name__ == "__main__":
    main()
