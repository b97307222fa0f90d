"""500 students begin a quiz at once, save 30 answers each and hand in within a minute, while a worker grades texts.

    python -m bench.quiz_rush            # two minutes; writes its table
    python -m bench.quiz_rush --quick    # 100 students in 20 seconds; prints only

Over HTTP, each student on a connection of their own: the questions, then a save every two seconds, then the hand-in.
At the end every student has the submission of what they saved last; then every answer is read again, ten students at a
time, for that is a check and no part of the rush.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import psycopg

from bench.goals import Line, table
from bench.queues.server import started
from bench.queues.tables import write
from bench.rush import addresses, assay, database, free_port, wait_until_ready
from tests.worker.rows import ESSAY

QUESTIONS = 30
KINDS: list[dict[str, Any]] = [
    {"kind": "choice", "options": [{"text": f"Option {n}", "right": n == 1} for n in range(4)]},
    {"kind": "choices", "options": [{"text": f"Option {n}", "right": n < 2} for n in range(4)]},
    {"kind": "matching", "pairs": [{"left": f"Left {n}", "right": f"Right {n}"} for n in range(4)]},
    {"kind": "ordering", "lines": [{"text": f"Line {n}", "place": n + 1, "indent": n} for n in range(4)]},
    {"kind": "gaps", "prompt": "A {{1}} and a {{2}}.", "gaps": [["one", "ein"], ["two", "zwei"]]},
    {"kind": "short", "accepted": [{"text": "binary"}, {"text": "base two", "score": 1}]},
    {"kind": "number", "accepted": [{"value": 3.14, "tolerance": 0.01}]},
]
# Everybody joins the first teacher's class, who can log in.
EVERYBODY = """
with one as (select c.id, c.teacher_id from assay.classes c order by c.teacher_id limit 1), joined as (
    insert into assay.enrolments (class_id, student_id) select o.id, s.id from one o, assay.students s
        on conflict do nothing
)
insert into assay.sessions (digest, teacher_id) select sha256('teacher'), o.teacher_id from one o
returning teacher_id
"""
CLASS = "select id::text from assay.classes where teacher_id = %s"
TEXTS = """
insert into assay.pending_submissions (student_id, assignment_id, content)
select s.id, a.id, %(text)s || s.id
  from assay.students s
  join assay.assignments a on a.takes = 'text'
 where a.teacher_id = (select c.teacher_id from assay.classes c order by c.teacher_id limit 1)
"""
STORED = """
select count(*), (select count(*) from assay.answers x where x.submission_id is not null)
  from assay.submissions s where s.assignment_id = %s
"""


@dataclass
class Seen:
    """What came back: seconds by kind of request, and statuses that were not expected."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)
    lost: int = 0

    def late(self, what: str) -> float:
        """The 99th percentile, in milliseconds."""
        times = sorted(self.seconds[what])
        return 1000 * times[int(len(times) * 0.99)]


class Client:
    """One student or teacher over HTTP."""

    def __init__(self, session: aiohttp.ClientSession, base: str, token: str, seen: Seen) -> None:
        self.session, self.base, self.seen = session, base, seen
        self.head = {"Authorization": f"Bearer {token}"}

    async def ask(self, what: str, method: str, path: str, body: object = None, expected: int = 200) -> Any:
        sent = time.monotonic()
        async with self.session.request(method, self.base + path, json=body, headers=self.head) as answer:
            found = await answer.json()
            self.seen.seconds.setdefault(what, []).append(time.monotonic() - sent)
            if answer.status != expected:
                self.seen.wrong[f"{what}: {answer.status} {found.get('error', {}).get('code')}"] += 1
            return found


def main() -> None:
    """One command."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--quick", action="store_true", help="100 students in 20 seconds, nothing is written")
    given = options.parse_args()
    students, seconds = (100, 20.0) if given.quick else (500, 60.0)
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name:
        Path(name).chmod(0o711)
        lines = rush(Path(name), students, seconds)
    text = f"### {students} students at once\n\n`python -m bench.quiz_rush`\n\n{table(lines)}"
    print(text)
    if not given.quick:
        write(text, "quiz_rush")


def rush(folder: Path, students: int, seconds: float) -> list[Line]:
    """Servers and worker as one starts them; the lines of the table."""
    with started(folder) as server:
        school = database(server, "rush", students, 3, "sk-sim-{}-sim:delay=1")
        url, port = server.of("rush"), free_port()
        with psycopg.connect(url, autocommit=True) as connection:
            row = connection.execute(EVERYBODY).fetchone()
            (class_id,) = connection.execute(CLASS, row).fetchone() or ("",)
            connection.execute("update assay.rate_limits set rule = '1000000/second'")
        with assay(url, folder, {}, "simulate-ai", "--port", "0") as simulator:
            services = addresses(simulator)
            with (
                assay(url, folder, services, "serve", "--port", str(port), "--no-worker"),
                assay(url, folder, services, "worker"),
            ):
                wait_until_ready(port)
                seen = Seen()
                made = asyncio.run(quiz(f"http://127.0.0.1:{port}", class_id, school.students, seconds, seen, url))
        with psycopg.connect(url) as connection:
            submissions, answers = connection.execute(STORED, [made]).fetchone() or (0, 0)
            graded = connection.execute("select count(*) from assay.finished_jobs where error_code is null").fetchone()
    failed = sum(count for what, count in seen.wrong.items() if what.split(": ")[1] >= "500")
    if seen.wrong:
        print(f"Statuses that were not expected: {dict(seen.wrong)}")
    return [
        Line(f"{students} students, {QUESTIONS} answers each in {seconds:g} s: answers that were not 2xx",
             sum(seen.wrong.values()), 0, at_most=True),
        Line("of them 5xx", failed, 0, at_most=True),
        Line("answers that were saved and are not there", seen.lost, 0, at_most=True),
        Line("submissions", submissions, students),
        Line("answers in them", answers, students * QUESTIONS),
        Line("a save, p99", seen.late("save"), 100, " ms", at_most=True),
        Line("the questions, all asked for at once, p99", seen.late("questions"), unit=" ms"),
        Line("a hand-in, p99", seen.late("hand-in"), unit=" ms"),
        Line("texts that the worker graded meanwhile", graded[0] if graded else 0),
    ]  # fmt: skip


async def quiz(base: str, class_id: str, students: Sequence[UUID], seconds: float, seen: Seen, url: str) -> str:
    """Writes the quiz, lets everybody loose on it and reads again what they saved; the assignment."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        teacher = Client(session, base, "teacher", seen)
        asked = [{"prompt": "Which?", "max_score": 4, **KINDS[n % len(KINDS)]} for n in range(QUESTIONS)]
        draft = {"title": "Quiz", "takes": "answers", "class_id": class_id, "deadline": "2099-01-01T00:00:00Z",
                 "reveal": "when_graded", "questions": asked}  # fmt: skip
        made = (await teacher.ask("upload", "POST", "/teacher/assignments", draft, 201))["assignment"]["id"]
        await teacher.ask("publish", "POST", f"/teacher/assignments/{made}/publish")
        await asyncio.to_thread(texts, url)
        clients = [Client(session, base, f"rush-{student}", seen) for student in students]
        saved = await asyncio.gather(*(answers(one, made, seconds, n) for n, one in enumerate(clients)))
        ten = asyncio.Semaphore(10)  # a check, and no part of the rush
        await asyncio.gather(*(read(one, made, known, ten) for one, known in zip(clients, saved, strict=True)))
    return str(made)


def texts(url: str) -> None:
    """Texts for the worker to grade meanwhile: three of each student."""
    with psycopg.connect(url) as connection:
        connection.execute(TEXTS, {"text": ESSAY})


async def answers(one: Client, quiz_id: str, seconds: float, number: int) -> dict[int, Any]:
    """One student: questions, saves spread evenly, the hand-in. Returns what was saved, by the question's number."""
    dice = random.Random(number)
    path = f"/student/assignments/{quiz_id}"
    asked = (await one.ask("questions", "GET", path + "/questions"))["items"]
    began, every = time.monotonic(), seconds / (QUESTIONS + 2)
    saved = {}
    for place, question in enumerate(asked, 1):
        await asyncio.sleep(max(0.0, began + every * (place - dice.random()) - time.monotonic()))
        saved[question["number"]] = sent = answer(question, dice)
        await one.ask("save", "PUT", f"{path}/answers/{question['number']}", {"answer": sent})
    await asyncio.sleep(max(0.0, began + every * (QUESTIONS + dice.random()) - time.monotonic()))
    await one.ask("hand-in", "POST", path + "/submission", {}, 201)
    return saved


async def read(one: Client, quiz_id: str, saved: dict[int, Any], in_turn: asyncio.Semaphore) -> None:
    """Counts what was saved and is not there."""
    async with in_turn:
        shown = await one.ask("read", "GET", f"/student/assignments/{quiz_id}/questions")
    there = {item["number"]: item["answer"] for item in shown.get("items", [])}
    one.seen.lost += sum(there.get(n) != sent for n, sent in saved.items())


def answer(question: dict[str, Any], dice: random.Random) -> Any:
    """Something that fits."""
    keys = [option["key"] for option in question["options"]]
    match question["kind"]:
        case "choice":
            return dice.choice(keys)
        case "choices":
            return dice.sample(keys, 2)
        case "matching":
            return {str(key): dice.choice(question["rights"]) for key in keys}
        case "ordering":
            return [[key, dice.randint(0, 3)] for key in dice.sample(keys, len(keys))]
        case "gaps":
            return [dice.choice(("one", "two", "zwei")) for _ in range(question["gaps"])]
        case "short":
            return dice.choice(("binary", " Base  two", "octal"))
        case _:
            return dice.choice(("3.14", "3,1", "pi"))


if __name__ == "__main__":
    main()
