"""Marking alone: 30,000 answers of seven kinds in one statement, beside a Python loop over the same rows.

    python -m bench.marking            # half a minute; writes its table

First the results are compared: every answer has the same score on both sides. Then they take turns. What the loop
takes to load its rows is not counted. Seconds of the whole, and microseconds of CPU for an answer of each kind.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg

from app.db.migrate import migrate
from app.dev import embedded_postgres
from bench.data import named
from bench.goals import Line, table
from bench.peers.marking import mark
from bench.queues.tables import write

ANSWERS, ROUNDS, GOAL_SECONDS = 30_000, 5, 1.5
KINDS = ("choice", "choices", "matching", "ordering", "gaps", "short", "number")
WORDS = [
    f"{a}{b}" for a in ("ﬁre", "straße", "Água", "bit", "NODE", "ｆｕｌｌ", "naïve") for b in ("", " x", "-2", "  End")
]
SETS = 20  # questions of each kind
SCORES = """
select x.id, assay.mark(q, x.picked, x.indents, x.texts) as score
  from assay.answers x
  join assay.questions q on q.id = x.question_id
"""
QUESTION = (
    "insert into assay.questions (id, assignment_id, number, kind, prompt, max_score, partial)"
    " values (%s, %s, %s, %s, '?', %s, %s)"
)
OPTION = (
    "insert into assay.options (question_id, number, key, text, pair, place, indent, tolerance, score)"
    " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


@dataclass
class Option:
    """A row of assay.options."""

    number: int
    key: int
    text: str | None = None
    pair: str | None = None
    place: int | None = None
    indent: int | None = None
    tolerance: Decimal | None = None
    score: int | None = None


@dataclass
class Question:
    """A row of assay.questions."""

    kind: str
    max_score: int
    partial: bool
    options: list[Option]
    id: UUID = field(default_factory=uuid4)
    voided_at: None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A row of assay.answers."""

    question: Question
    picked: list[int] | None = None
    indents: list[int] | None = None
    texts: list[str] | None = None
    id: UUID = field(default_factory=uuid4)


def question_of(kind: str, dice: random.Random) -> Question:
    """One such as teachers write: four choices, five pairs, eight lines, three gaps, three accepted words."""
    rows: list[dict[str, Any]]
    words = dice.sample(WORDS, 16)
    if kind in ("choice", "choices"):
        rows = [{"text": f"option {n}", "place": 1 if n < (1 if kind == "choice" else 3) else None} for n in range(5)]
    elif kind == "matching":
        rows = [{"text": f"left {n}" if n < 5 else None, "pair": words[n]} for n in range(6)]
    elif kind == "ordering":
        rows = [{"text": f"line {n}", "place": n // 2 + 1, "indent": n % 3 or None} for n in range(8)]
        rows += [{"text": "never"}, {"text": "nor this"}]
    elif kind == "gaps":
        rows = [{"text": words[n], "place": n // 2 + 1} for n in range(6)]
    elif kind == "short":
        rows = [{"text": words[n], "score": (None, 2, 1)[n]} for n in range(3)]
    else:
        rows = [{"text": "3.14", "tolerance": Decimal("0.01")}, {"text": "3", "tolerance": Decimal("0.5"), "score": 2}]
    keys = dice.sample(range(1000, 10000), len(rows))
    options = [Option(number=n, key=key, **row) for n, (key, row) in enumerate(zip(keys, rows, strict=True), 1)]
    return Question(kind, dice.choice((4, 5, 10)), dice.random() < 0.8, options)


def answer_to(question: Question, dice: random.Random) -> Answer:
    """A student's, about half of it right; one in twenty is blank."""
    if dice.random() < 0.05:
        return Answer(question)
    options = question.options
    keys = [option.key for option in options]
    if question.kind == "choice":
        return Answer(question, [dice.choice(keys[:2])])
    if question.kind == "choices":
        return Answer(question, [key for n, key in enumerate(keys) if dice.random() < (0.8 if n < 3 else 0.2)])
    if question.kind == "matching":
        rights = [option.pair or "" for option in options]
        picked = dice.sample(range(5), dice.randint(1, 5))
        words = [written(rights[n] if dice.random() < 0.7 else dice.choice(rights), dice) for n in picked]
        return Answer(question, [keys[n] for n in picked], None, words)
    if question.kind == "ordering":
        lines = options[: dice.choice((7, 8, 8, 9))]
        for _ in range(dice.randint(0, 3)):
            one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
            lines[one], lines[other] = lines[other], lines[one]
        indents = [line.indent or 0 if dice.random() < 0.9 else 2 for line in lines]
        return Answer(question, [line.key for line in lines], indents)
    if question.kind == "gaps":
        return Answer(question, None, None, [word(options[2 * n : 2 * n + 2], dice) for n in range(3)])
    if question.kind == "short":
        return Answer(question, None, None, [word(options, dice)])
    return Answer(
        question, None, None, [dice.choice(("3.14", "3,1419", "\u0663.\u0661\u0664", "+314e-2", "2.7", "pi", " 3 "))]
    )


def word(options: list[Option], dice: random.Random) -> str:
    """An accepted one, or any."""
    return written((dice.choice(options).text or "") if dice.random() < 0.6 else dice.choice(WORDS), dice)


def written(words: str, dice: random.Random) -> str:
    """As somebody writes it."""
    return dice.choice((words, words.upper(), f" {words} ", words.replace(" ", "  "), words.replace("fi", "\ufb01")))


def furnish(connection: psycopg.Connection[Any], answers: list[Answer]) -> None:
    """Questions with their options, and the answers; triggers and foreign keys rest meanwhile."""
    student, assignment = uuid4(), uuid4()
    questions = list({answer.question.id: answer.question for answer in answers}.values())
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.executemany(
            QUESTION, [(q.id, assignment, n, q.kind, q.max_score, q.partial) for n, q in enumerate(questions, 1)]
        )
        cursor.executemany(
            OPTION,
            [
                (q.id, o.number, o.key, o.text, o.pair, o.place, o.indent, o.tolerance, o.score)
                for q in questions
                for o in q.options
            ],
        )
        with cursor.copy(
            "copy assay.answers (id, student_id, question_id, attempt, picked, indents, texts) from stdin"
        ) as rows:
            for number, one in enumerate(answers, 1):
                rows.write_row((one.id, student, one.question.id, number, one.picked, one.indents, one.texts))
    connection.execute("vacuum (analyze) assay.questions, assay.options, assay.answers")


def compare(connection: psycopg.Connection[Any], answers: list[Answer]) -> int:
    """How many different scores there are, the same on both sides; raises SystemExit where one is not."""
    ours = dict(connection.execute(SCORES.encode()).fetchall())
    theirs = {one.id: mark(one.question, one.picked, one.indents, one.texts) for one in answers}
    wrong = [(one, ours[one.id], theirs[one.id]) for one in answers if ours[one.id] != theirs[one.id]]
    if wrong:
        raise SystemExit(f"{len(wrong)} answers differ, among them {wrong[0]}")
    return len(set(ours.values()))


def main() -> None:
    """One command."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument(
        "--url", help="a superuser's, of a PostgreSQL that runs already; a database is made and dropped"
    )
    options.add_argument("--seed", type=int, default=4711)
    options.add_argument("--print", action="store_true", help="nothing is written")
    given = options.parse_args()
    dice = random.Random(given.seed)
    questions = [question_of(kind, dice) for kind in KINDS for _ in range(SETS)]
    answers = [answer_to(questions[n % len(questions)], dice) for n in range(ANSWERS)]
    with server(given.url) as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create database bench_marking")
        try:
            migrate(named(url, "bench_marking"))
            with psycopg.connect(named(url, "bench_marking"), autocommit=True) as inside:
                furnish(inside, answers)
                text = f"### Marking alone\n\n`python -m bench.marking`\n\n{table(measure(inside, answers))}"
        finally:
            connection.execute("drop database bench_marking")
    print(text)
    if not given.print:
        write(text, "marking")


@contextmanager
def server(url: str | None) -> Iterator[str]:
    """The one that was given, or one of its own."""
    if url:
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as folder:
        Path(folder).chmod(0o711)
        postgres = embedded_postgres.start(Path(folder) / "data")
        try:
            yield postgres.url
        finally:
            postgres.stop()


def measure(connection: psycopg.Connection[Any], answers: list[Answer]) -> list[Line]:
    """Both sides, in turns."""
    scores = compare(connection, answers)
    print(f"{len(answers):,} answers, {scores} different scores, the same on both sides", flush=True)
    backend = psutil.Process(connection.info.backend_pid)
    seen: dict[str, list[tuple[float, float]]] = {}

    def taken(name: str, process: psutil.Process, work: Callable[[], object]) -> None:
        cpu, began = sum(process.cpu_times()[:2]), time.monotonic()
        work()
        seen.setdefault(name, []).append((time.monotonic() - began, sum(process.cpu_times()[:2]) - cpu))

    def ask(where: str) -> Callable[[], object]:
        return lambda: connection.execute(f"select sum(m.score) from ({SCORES} {where}) m".encode()).fetchone()

    for _ in range(ROUNDS):
        taken("statement", backend, ask(""))
        taken("loop", psutil.Process(), lambda: [mark(a.question, a.picked, a.indents, a.texts) for a in answers])
        for kind in KINDS:
            taken(kind, backend, ask(f"where q.kind = '{kind}'"))
    wall = {name: statistics.median(run[0] for run in runs) for name, runs in seen.items()}
    cpu = {name: statistics.median(run[1] for run in runs) for name, runs in seen.items()}
    many = f"{len(answers):,} answers of {len(KINDS)} kinds"
    return [
        Line(
            f"{many}, equal to the Python loop's scores: in one statement",
            wall["statement"],
            GOAL_SECONDS,
            " s",
            at_most=True,
        ),
        Line("the same, CPU", cpu["statement"], None, " s"),
        Line("the Python loop, its rows in memory", wall["loop"], None, " s"),
        *(
            Line(f"CPU for an answer of `{kind}`", cpu[kind] / len(answers) * len(KINDS) * 1e6, None, " us")
            for kind in KINDS
        ),
    ]


if __name__ == "__main__":
    main()
