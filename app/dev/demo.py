"""`assay demo`: the main job end to end through the real HTTP API, told as it happens, each step checked."""

import asyncio
import contextlib
import email
import email.policy
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from app.dev.simulator import Running, running

START_SECONDS = 60.0
STOP_SECONDS = 30.0
INSTRUCTIONS = """Why do bees matter?

Write an essay of about 150 words. Explain what bees do for plants, what plants do for bees,
and what a farmer loses when the bees are gone. Give at least one example of a crop.

Maximum score: 50 points.
"""
GOOD_ESSAY = """Bees matter because most flowering plants cannot move. A bee that looks for nectar carries pollen from
one flower to the next, and only then can an apple, a pumpkin or an almond grow. The plant pays with sugar: nectar for
the flight home, pollen as protein for the brood. Farmers notice the bargain when it fails. Without bees an orchard
still blooms, yet the branches stay almost empty, and somebody must carry pollen with a brush or rent hives from far
away. Almonds are the clearest example: every spring, hives travel across a continent to wake one valley. Wild bees
help too, for they work in colder weather, so hedges and unmown edges are cheap insurance. Losing bees would not end
all food, since wheat and rice trust the wind, but it would make our meals poorer, dearer and duller."""
SHORT_ESSAY = "Bees are good. Bees make honey. Honey is good."
RUBRIC = [
    {"title": "Facts", "prompt": "Says what bees do.", "max_score": 6},
    {"title": "Language", "prompt": "Is clear.", "max_score": 4,
     "levels": [{"score": 0, "text": "not"}, {"score": 2, "text": "partly"}, {"score": 4, "text": "wholly"}]},
]  # fmt: skip


class Unexpected(Exception):
    """A step of the demo did not do what it says."""


@dataclass(frozen=True)
class Stage:
    """A running assay, its mailbox, and the AI services it asks."""

    http: httpx2.AsyncClient
    mail: Path
    ai: Running
    environment: dict[str, str]


def run() -> int:
    """Plays the demo in a temporary folder. 0: everything happened as told; 1: something did not."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="assay-demo-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL may run as another user, who must be able to walk through it
        try:
            asyncio.run(_play(Path(folder)))
        except (Unexpected, OSError, httpx2.HTTPError) as error:
            print(f"\nThe demo failed: {error}", file=sys.stderr)
            for line in _last_log_lines(Path(folder)):
                print(f"  {line}", file=sys.stderr)
            return 1
    print(f"\nEverything happened as told, in {time.monotonic() - began:.1f} s.")
    return 0


def say(sentence: str) -> None:
    """One line of the story."""
    print(f"  {sentence}", flush=True)


async def _play(folder: Path) -> None:
    print("The main job: a student's text becomes gold coins.\n", flush=True)
    async with _stage(folder) as stage:
        teacher = await _a_teacher(stage)
        ann, ben = await _two_students(stage)
        await _a_class(stage, teacher, ann, ben)
        bees = await _an_assignment(stage, teacher)
        await _essays(stage, bees, ann, ben)
        await _a_late_essay(stage, teacher, ben)
        await _an_outage(stage, teacher, ben)
        await _a_rubric(stage, teacher, ben)
        await _scores(stage, teacher, bees, ann)


@asynccontextmanager
async def _stage(folder: Path) -> AsyncIterator[Stage]:
    """Simulated AI services, an embedded PostgreSQL, the API and a worker, each over real sockets."""
    async with running() as ai:
        port = _free_port()
        environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if name not in ("DATABASE_URL", "SMTP_URL", "PUBLIC_URL")
            },
            "ASSAY_DATA_DIR": str(folder / "data"),
            "LOG_DIR": str(folder / "logs"),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "OPENAI_BASE_URL": ai.openai_base_url,
            "ANTHROPIC_BASE_URL": ai.anthropic_base_url,
        }
        with _served(environment, folder) as process:
            async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as http:
                await _until_ready(http, process)
                say(f"PostgreSQL, the API and a worker run at http://127.0.0.1:{port}, the AI services are simulated.")
                yield Stage(http, folder / "data" / "mail", ai, environment)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def _served(environment: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`assay serve` as a process of its own, ended with SIGTERM."""
    with (folder / "serve.txt").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve"], env=environment, cwd=folder, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                code = process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
    if code != 0:
        raise Unexpected(f"assay serve ended with exit code {code}")


def _last_log_lines(folder: Path) -> list[str]:
    try:
        return (folder / "serve.txt").read_text("utf-8", "replace").splitlines()[-8:]
    except OSError:
        return []


async def _until_ready(http: httpx2.AsyncClient, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx2.TransportError):
            if (await http.get("/ready")).status_code == httpx2.codes.OK:
                return
        await asyncio.sleep(0.1)
    raise Unexpected(f"assay serve ended, or was not ready within {START_SECONDS:g} s")


async def _ask(stage: Stage, expected: int, verb: str, path: str, token: str | None = None, **sent: Any) -> Any:
    """The answer's JSON; raises Unexpected unless the status is the expected one."""
    headers = {**sent.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
    answer = await stage.http.request(verb, path, headers=headers, **sent)
    if answer.status_code != expected:
        raise Unexpected(f"{verb} {path} answered {answer.status_code} instead of {expected}: {answer.text[:500]}")
    return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer.text


async def _refused(stage: Stage, expected: int, code: str, verb: str, path: str, token: str, **sent: Any) -> Any:
    """The error of an answer that must be one; raises Unexpected unless it is this one."""
    error = (await _ask(stage, expected, verb, path, token, **sent))["error"]
    if error["code"] != code:
        raise Unexpected(f"{verb} {path} was refused with {error['code']} instead of {code}")
    return error


async def _token_in_mail(stage: Stage, address: str) -> str:
    """The token in the newest mail to this address."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        for file in sorted(stage.mail.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns, reverse=True):
            mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            body = mail.get_body(("plain",))
            found = re.search(r"\?token=(\S+)", body.get_content() if body else "")
            if found and address in str(mail["to"]):
                return found[1]
        await asyncio.sleep(0.05)
    raise Unexpected(f"no mail to {address} came")


async def _a_teacher(stage: Stage) -> str:
    password = secrets.token_urlsafe(12)
    command = [sys.executable, "-m", "app", "create-teacher", "--name", "Mrs Gold", "--email", "gold@school.example"]
    created = await asyncio.create_subprocess_exec(
        *command,
        "--password-stdin",
        env=stage.environment,
        cwd=stage.mail.parent.parent,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    await created.communicate(f"{password}\n".encode())
    if created.returncode != 0:
        raise Unexpected("assay create-teacher failed")
    login = await _ask(stage, 200, "POST", "/auth/login", json={"email": "gold@school.example", "password": password})
    token = str(login["token"])
    say("Mrs Gold is created on the command line and logs in.")
    for provider in ("openai", "anthropic"):
        stored = await _ask(
            stage, 200, "PUT", f"/teacher/api-keys/{provider}", token, json={"key": f"sk-sim-{secrets.token_hex(12)}"}
        )
        if len(stored["last4"]) != len("1234"):
            raise Unexpected("a stored key does not show its last four characters")
    say("She stores her OpenAI and Anthropic keys; only their last four characters are ever shown again.")
    return token


async def _two_students(stage: Stage) -> tuple[str, str]:
    tokens = []
    for name in ("Ann", "Ben"):
        address, password = f"{name.lower()}@school.example", secrets.token_urlsafe(12)
        student = {"name": name, "email": address, "password": password}
        await _ask(stage, 202, "POST", "/auth/register", json=student)
        login = {"email": address, "password": password}
        await _ask(stage, 403, "POST", "/auth/login", json=login)
        await _ask(stage, 200, "POST", "/auth/verify", json={"token": await _token_in_mail(stage, address)})
        tokens.append(str((await _ask(stage, 200, "POST", "/auth/login", json=login))["token"]))
    say("Ann and Ben register, open the link in their mail, and log in.")
    return tokens[0], tokens[1]


async def _a_class(stage: Stage, teacher: str, *students: str) -> None:
    made = await _ask(stage, 201, "POST", "/teacher/classes", teacher, json={"name": "7b"})
    ids = [(await _ask(stage, 200, "GET", "/auth/me", student))["id"] for student in students]
    listed = {one["id"] for one in (await _ask(stage, 200, "GET", "/teacher/students", teacher))["items"]}
    if not listed.issuperset(ids):
        raise Unexpected("registered students are not listed")
    await _ask(stage, 200, "POST", f"/teacher/classes/{made['id']}/students", teacher, json={"student_ids": ids})
    say("Mrs Gold opens class 7b, finds both students in the list and enrols them.")


async def _an_assignment(stage: Stage, teacher: str) -> str:
    deadline = datetime.now(UTC) + timedelta(days=7)
    made = await _ask(
        stage,
        201,
        "POST",
        "/teacher/assignments",
        teacher,
        params={"title": "Why bees matter", "deadline": deadline.isoformat()},
        content=INSTRUCTIONS.encode(),
        headers={"Content-Type": "text/plain; charset=utf-8"},
    )
    assignment = made["assignment"]
    if assignment["max_score"] != 50 or not assignment["correction_template"].strip():
        raise Unexpected("the assignment came without its template or its maximum")
    characters = len(assignment["correction_template"])
    say(f"She uploads instructions as plain text; an AI writes a correction template ({characters} characters),")
    say(f"and the maximum of {assignment['max_score']} coins is read from the text.")
    return str(assignment["id"])


async def _essays(stage: Stage, assignment: str, *students: str) -> None:
    path = f"/student/assignments/{assignment}/submission"
    for name, student, essay in zip(("Ann", "Ben"), students, (GOOD_ESSAY, SHORT_ESSAY), strict=True):
        made = await _ask(stage, 201, "POST", path, student, json={"content": essay})
        submission = made["submission"]
        coins = (await _ask(stage, 200, "GET", "/auth/me", student))["total_gold_coins"]
        if not 0 <= submission["score"] <= submission["max_score"] or coins != submission["score"]:
            raise Unexpected("the coins are not the score")
        say(f"{name} hands in {len(essay.split())} words and gets {coins} gold coins.")
    error = await _refused(stage, 409, "already_submitted", "POST", path, students[0], json={"content": "Again!"})
    if not error["details"]["submission_id"]:
        raise Unexpected("the refusal does not name the submission")
    say("Ann tries a second time: refused (already_submitted).")


async def _quick_assignment(stage: Stage, teacher: str, title: str, lasts: timedelta) -> tuple[str, datetime]:
    deadline = datetime.now(UTC) + lasts
    sent = {"title": title, "instructions": f"{title}\nGraded out of 10 points.", "deadline": deadline.isoformat()}
    made = await _ask(stage, 201, "POST", "/teacher/assignments", teacher, json=sent)
    return str(made["assignment"]["id"]), deadline


async def _a_late_essay(stage: Stage, teacher: str, student: str) -> None:
    assignment, deadline = await _quick_assignment(stage, teacher, "A haiku about wasps", timedelta(seconds=1.5))
    await asyncio.sleep(max(0.0, (deadline - datetime.now(UTC)).total_seconds()) + 0.05)
    path = f"/student/assignments/{assignment}/submission"
    await _refused(stage, 409, "deadline_passed", "POST", path, student, json={"content": SHORT_ESSAY})
    say("Ben is late for the next assignment: refused (deadline_passed).")


async def _an_outage(stage: Stage, teacher: str, student: str) -> None:
    assignment, _ = await _quick_assignment(stage, teacher, "A limerick about hornets", timedelta(hours=1))
    path = f"/student/assignments/{assignment}/submission"
    stage.ai.outage(openai="close", anthropic="close")
    await _refused(stage, 502, "ai_unavailable", "POST", path, student, json={"content": SHORT_ESSAY})
    await _refused(stage, 404, "not_found", "GET", path, student)
    say("Both AI services go down while Ben hands in: refused (ai_unavailable), and nothing is stored.")
    stage.ai.outage(openai="close", anthropic=False)
    await _ask(stage, 201, "POST", path, student, content=SHORT_ESSAY.encode(), headers={"Content-Type": "text/plain"})
    stage.ai.outage(openai=False, anthropic=False)
    say("One of them comes back; the same text is accepted and paid.")


async def _a_rubric(stage: Stage, teacher: str, student: str) -> None:
    deadline = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    sent = {"title": "Bees again", "instructions": "Write about bees.", "deadline": deadline, "rubric": RUBRIC}
    made = (await _ask(stage, 201, "POST", "/teacher/assignments", teacher, json=sent))["assignment"]
    say(f"Mrs Gold uploads a rubric of {len(RUBRIC)} criteria, {made['max_score']} coins in all; no AI is asked.")
    path = f"/student/assignments/{made['id']}/submission"
    submission = (await _ask(stage, 201, "POST", path, student, json={"content": GOOD_ESSAY}))["submission"]
    items = submission["outcome"]["items"]
    if [item["title"] for item in items] != ["Facts", "Language"] or sum(one["score"] for one in items) != submission[
        "score"
    ]:
        raise Unexpected("the criteria do not add up to the score")
    for item in items:
        quotes = [" ".join(GOOD_ESSAY[place["start"] : place["end"]].split()) for place in item["evidence"]]
        if not quotes or not item["supported"] or not item["reason"]:
            raise Unexpected("a criterion came without a reason or a quote")
        say(f"Ben gets {item['score']} of {item['max_score']} for {item['title']}, with a quote: “{quotes[0]}”.")


async def _scores(stage: Stage, teacher: str, assignment: str, student: str) -> None:
    items = (await _ask(stage, 200, "GET", f"/teacher/assignments/{assignment}/submissions", teacher))["items"]
    if len(items) != 2:
        raise Unexpected("the teacher does not see both submissions")
    scores = ", ".join(f"{one['student']['name']} {one['score']} of {one['max_score']}" for one in reversed(items))
    say(f"Mrs Gold sees the scores: {scores}.")
    mine = next(one for one in items if one["student"]["name"] == "Ann")
    edit = {"score": mine["max_score"], "feedback": "The almonds are a fine example."}
    await _ask(stage, 200, "PATCH", f"/teacher/submissions/{mine['id']}", teacher, json=edit)
    total = (await _ask(stage, 200, "GET", "/student/scores", student))["total_gold_coins"]
    if total != mine["max_score"]:
        raise Unexpected("the coins did not follow the edited score")
    say(f"She gives Ann {mine['max_score']} with a word of praise; Ann now has {total} gold coins.")
