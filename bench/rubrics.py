"""Grading by eight criteria beside the single number: gradings a second, writes, and lists at a million submissions.

    python -m bench.rubrics            # gradings and writes, a minute; writes its table
    python -m bench.rubrics --million  # and a million submissions with eight marks each, some seven minutes more

Everything is real: PostgreSQL with fsync on, `assay worker`, `assay simulate-ai`, the SDKs.
"""

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg

from app.db.queries import load
from app.dev import embedded_postgres
from bench import data, servers
from bench.compare import Results, say, take_turns, tokens_file
from bench.goals import Line, table
from bench.load import ENDPOINTS
from bench.queues.server import Server, started
from bench.queues.tables import write
from bench.quizzes import through_wrk
from bench.rush import ESSAY, addresses, assay, database

KINDS = {"grade_text": "the single number", "grade_questions": "eight criteria"}
CRITERIA, SIDES = 8, 2  # of every teacher's assignments one has no rubric
DELAY_SECONDS, IN_FLIGHT, GRADINGS, ROUNDS = 1.0, 100, 800, 2
BATCH, BATCHES = 100, 6
QUOTES = ("Bees collect nectar from flowers", "store honey for the winter")
MILLION = ("submissions", "outcome")
# The second assignment of each teacher gets a rubric that adds up to its maximum.
RUBRIC = """
with second as (
    select distinct on (a.teacher_id) a.id from assay.assignments a order by a.teacher_id, a.id desc
), made as (
    insert into assay.questions (assignment_id, number, kind, title, prompt, max_score, approved_at)
    select s.id, c, 'criterion', 'Criterion ' || c, 'What this criterion requires.', 5, now()
      from second s, generate_series(1, 8) c
    returning assignment_id
)
update assay.assignments a set max_score = 40, correction_template = 'Eight criteria of 5 points.'
 where a.id in (select assignment_id from made)
"""
# So many texts of one kind, of students who have not handed in that one yet.
HAND_IN = """
insert into assay.pending_submissions (student_id, assignment_id, content)
select e.student_id, a.id, %(text)s || e.student_id
  from assay.enrolments e
  join assay.classes c on c.id = e.class_id
  join assay.assignments a on a.teacher_id = c.teacher_id
 where assay.has_rubric(a.id) = (%(kind)s = 'grade_questions')
   and not exists (select from assay.submissions s where s.student_id = e.student_id and s.assignment_id = a.id)
 order by e.student_id
 limit %(many)s
"""
RATE = """
select count(*) * 0.9 / extract(epoch from percentile_disc(0.95) within group (order by f.finished_at)
                                          - percentile_disc(0.05) within group (order by f.finished_at))
  from assay.finished_jobs f where f.kind = '{kind}' and f.finished_at >= '{since}'
"""
CLAIM = "select job_id, attempt from worker.claim_jobs(%s, %s, array[%s], 8)"
WORDS_OF = "select p.job_id, p.content from assay.pending_submissions p where p.job_id = any (%s)"


def main() -> None:
    """One command."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--million", action="store_true", help="also the lists at a million submissions")
    options.add_argument("--students", type=int, default=data.LARGE, help="of them, twenty submissions each")
    options.add_argument("--quick", action="store_true", help="half of the gradings, nothing is written")
    given = options.parse_args()
    many = GRADINGS // 2 if given.quick else GRADINGS
    with scratch() as folder:
        with started(folder) as server:
            lines = [*writes(server), *gradings(server, folder, many)]
        if given.million:
            lines += at_a_million(folder, given.students)
    command = "python -m bench.rubrics" + (" --million" if given.million else "")
    text = f"### Grading by criteria\n\n`{command}`\n\n{table(lines)}"
    print(text)
    if not given.quick and given.students == data.LARGE:
        write(text, "rubrics")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on disk that PostgreSQL's user reaches."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def furnish(server: Server, name: str, students: int) -> None:
    """A school in which each student can hand in a text with a rubric and one without."""
    database(server, name, students, SIDES, f"sk-sim-{{}}-sim:delay={DELAY_SECONDS:g}")
    with psycopg.connect(server.of(name)) as connection:
        connection.execute(RUBRIC)


def hand_in(server: Server, name: str, kind: str, many: int) -> None:
    with psycopg.connect(server.of(name), autocommit=True) as connection:
        done = connection.execute(HAND_IN, {"text": ESSAY, "kind": kind, "many": many}).rowcount
        if done != many:
            raise RuntimeError(f"{done} texts were handed in, not {many}")
        connection.execute("vacuum (analyze)")


def gradings(server: Server, folder: Path, many: int) -> list[Line]:
    """Gradings a second of one worker, by turns; the middle nine tenths of each."""
    furnish(server, "gradings", many * (ROUNDS + 1))
    rates: dict[str, list[float]] = defaultdict(list)
    with assay(server.of("gradings"), folder, {}, "simulate-ai", "--port", "0") as simulator:
        services = addresses(simulator)
        for number in range(ROUNDS + 1):
            for kind in list(KINDS)[:: 1 if number % 2 else -1]:
                hand_in(server, "gradings", kind, many)
                since = server.ask("select now()::text", "gradings")
                before = server.ask("select count(*) from assay.finished_jobs", "gradings")
                with assay(server.of("gradings"), folder, services, "worker", worker_concurrency=IN_FLIGHT):
                    while server.ask("select count(*) from assay.finished_jobs", "gradings") < before + many:
                        time.sleep(0.2)
                failed = server.ask("select count(*) from assay.finished_jobs where error_code is not null", "gradings")
                if failed:
                    raise RuntimeError(f"{failed} gradings failed")
                rate = float(server.ask(RATE.format(kind=kind, since=since), "gradings"))
                say(f"round {number}, {KINDS[kind]}: {rate:.0f} gradings/s")
                if number:  # in the first one, caches fill
                    rates[kind].append(rate)
    ours, plain = (statistics.median(rates[kind]) for kind in ("grade_questions", "grade_text"))
    what = f"answers of {DELAY_SECONDS:g} s, {IN_FLIGHT} in flight"
    return [
        Line(f"gradings a second by eight criteria ({what}), share of those by the single number", ours / plain, 0.95),
        Line("gradings a second by the single number", plain),
    ]


def writes(server: Server) -> list[Line]:
    """What a transaction takes that stores a hundred gradings: by the clock and as CPU of its backend."""
    furnish(server, "writes", BATCH * (BATCHES + 1))
    seen: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with psycopg.connect(server.of("writes"), autocommit=True, prepare_threshold=1) as connection:
        backend = psutil.Process(connection.info.backend_pid)
        (worker,) = connection.execute("select worker.register_worker('bench', 3600)").fetchone() or (0,)
        for number in range(BATCHES + 1):
            for kind in KINDS:
                hand_in(server, "writes", kind, BATCH)
                claimed = connection.execute(CLAIM, [worker, BATCH, kind]).fetchall()
                text: dict[Any, str] = dict(connection.execute(WORDS_OF, [[job for job, _ in claimed]]).fetchall())
                sent = json.dumps([result(kind, str(job), attempt, text[job]) for job, attempt in claimed])
                query = "finish_gradings" if kind == "grade_text" else "finish_markings"
                statement = load()[f"worker/{query}"].sql.replace("%", "%%").replace("$1", "%s::json")
                cpu, began = sum(backend.cpu_times()[:2]), time.monotonic()
                stored = connection.execute(statement.encode(), [sent]).fetchall()
                took = (time.monotonic() - began, sum(backend.cpu_times()[:2]) - cpu)
                if len(stored) != BATCH:
                    raise RuntimeError(f"{len(stored)} of {BATCH} gradings were stored")
                if number:
                    seen[kind].append(took)
    wall, cpu = (
        {kind: statistics.median(run[part] for run in runs) * 1000 for kind, runs in seen.items()} for part in (0, 1)
    )
    return [
        Line(f"a transaction with the marks of {BATCH} gradings, times that of single numbers",
             wall["grade_questions"] / wall["grade_text"], 2.5, at_most=True),
        Line("the same as CPU of its backend", cpu["grade_questions"] / cpu["grade_text"]),
        *(Line(f"a transaction of {BATCH}, {KINDS[kind]}", wall[kind], unit=" ms") for kind in KINDS),
    ]  # fmt: skip


def result(kind: str, job: str, attempt: int, text: str) -> dict[str, Any]:
    """As a worker sends it: eight marks with a reason and two quotes each, or one number."""
    by = {"provider": "anthropic", "model": "none", "prompt_version": "none"}
    graded = {"job_id": job, "attempt": attempt, **by, "flags": []}
    if kind == "grade_text":
        return graded | {"score": 17}
    quotes = [
        {"starts_at": text.index(words), "ends_at": text.index(words) + len(words), "words": words} for words in QUOTES
    ]
    reason = "The text names bees and says in one place why they matter."
    marks = [
        {"number": n, "score": n % 6, "reason": reason, "quotes": quotes, "quotes_unfound": 0}
        for n in range(1, CRITERIA + 1)
    ]
    return graded | {"marks": marks, "comment": None}


def at_a_million(folder: Path, students: int) -> list[Line]:
    """The teacher's list and the student's submission with its outcome at a hundred times the rows, in turns."""
    results = Results()
    postgres = embedded_postgres.start(folder / "data")
    try:
        seeded = []
        for name, size in (("few", data.SMALL), ("many", students)):
            say(f"seeding {size * 20:,} submissions with eight marks each")
            seeded.append(data.create(postgres.url, f"bench_{name}", size))
            data.add_quizzes(seeded[-1])
            say("seeded")
        few, many = seeded
        with servers.assay(few.url, folder, name="few") as small, servers.assay(many.url, folder, name="many") as large:
            contestants = [
                through_wrk("few", small, few, tokens_file(folder, few.students), MILLION),
                through_wrk("many", large, many, tokens_file(folder, many.students), MILLION),
            ]
            for one in contestants:
                for endpoint in MILLION:
                    one.run(endpoint, 32, 4)
            take_turns(results, contestants, MILLION, (32,), 3, 3)
    finally:
        postgres.stop()
        shutil.rmtree(folder / "data", ignore_errors=True)
    lines = []
    for endpoint in MILLION:
        slow, quick = (results.rate(who, endpoint, 32) or 0 for who in ("many", "few"))
        what = f"`{ENDPOINTS[endpoint][0]}` at {many.submissions:,} submissions with eight marks each"
        lines.append(Line(f"{what}, share of {quick:,.0f}/s at {few.submissions:,}", slow / quick, 0.8))
    return lines


if __name__ == "__main__":
    main()
