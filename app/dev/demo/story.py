"""The story that `assay demo` tells, each step checked as it happens."""

import asyncio
import secrets
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2

from app.dev.demo import comparison, dispute, quiz
from app.dev.demo.stage import Stage, Unexpected, ask, last_log_lines, refused, say, set_up, token_in_mail

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


def run() -> int:
    """Plays the demo in a temporary folder. 0: everything happened as told; 1: something did not."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="assay-demo-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL may run as another user, who must be able to walk through it
        try:
            asyncio.run(_play(Path(folder)))
        except (Unexpected, OSError, httpx2.HTTPError) as error:
            print(f"\nThe demo failed: {error}", file=sys.stderr)
            for line in last_log_lines(Path(folder)):
                print(f"  {line}", file=sys.stderr)
            return 1
    print(f"\nEverything happened as told, in {time.monotonic() - began:.1f} s.")
    return 0


async def _play(folder: Path) -> None:
    print("The main job: a student's text becomes gold coins.\n", flush=True)
    async with set_up(folder) as stage:
        teacher = await _a_teacher(stage)
        ann, ben = await _two_students(stage)
        await _a_class(stage, teacher, ann, ben)
        bees = await _an_assignment(stage, teacher)
        await _essays(stage, bees, ann, ben)
        await _a_late_essay(stage, teacher, ben)
        await _an_outage(stage, teacher, ben)
        essay = await _a_rubric(stage, teacher, ben)
        await dispute.play(stage, teacher, ben, essay)
        await comparison.play(stage, teacher, ben, essay)
        await _scores(stage, teacher, bees, ann)
        await quiz.play(stage, teacher, ann, ben)


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
    login = await ask(stage, 200, "POST", "/auth/login", json={"email": "gold@school.example", "password": password})
    token = str(login["token"])
    say("Mrs Gold is created on the command line and logs in.")
    for provider in ("openai", "anthropic"):
        stored = await ask(
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
        await ask(stage, 202, "POST", "/auth/register", json=student)
        login = {"email": address, "password": password}
        await ask(stage, 403, "POST", "/auth/login", json=login)
        await ask(stage, 200, "POST", "/auth/verify", json={"token": await token_in_mail(stage, address)})
        tokens.append(str((await ask(stage, 200, "POST", "/auth/login", json=login))["token"]))
    say("Ann and Ben register, open the link in their mail, and log in.")
    return tokens[0], tokens[1]


async def _a_class(stage: Stage, teacher: str, *students: str) -> None:
    made = await ask(stage, 201, "POST", "/teacher/classes", teacher, json={"name": "7b"})
    ids = [(await ask(stage, 200, "GET", "/auth/me", student))["id"] for student in students]
    listed = {one["id"] for one in (await ask(stage, 200, "GET", "/teacher/students", teacher))["items"]}
    if not listed.issuperset(ids):
        raise Unexpected("registered students are not listed")
    await ask(stage, 200, "POST", f"/teacher/classes/{made['id']}/students", teacher, json={"student_ids": ids})
    say("Mrs Gold opens class 7b, finds both students in the list and enrols them.")


async def _an_assignment(stage: Stage, teacher: str) -> str:
    deadline = datetime.now(UTC) + timedelta(days=7)
    made = await ask(
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
        made = await ask(stage, 201, "POST", path, student, json={"content": essay})
        submission = made["submission"]
        coins = (await ask(stage, 200, "GET", "/auth/me", student))["total_gold_coins"]
        if not 0 <= submission["score"] <= submission["max_score"] or coins != submission["score"]:
            raise Unexpected("the coins are not the score")
        say(f"{name} hands in {len(essay.split())} words and gets {coins} gold coins.")
    error = await refused(stage, 409, "already_submitted", "POST", path, students[0], json={"content": "Again!"})
    if not error["details"]["submission_id"]:
        raise Unexpected("the refusal does not name the submission")
    say("Ann tries a second time: refused (already_submitted).")


async def _quick_assignment(stage: Stage, teacher: str, title: str, lasts: timedelta) -> tuple[str, datetime]:
    deadline = datetime.now(UTC) + lasts
    sent = {"title": title, "instructions": f"{title}\nGraded out of 10 points.", "deadline": deadline.isoformat()}
    made = await ask(stage, 201, "POST", "/teacher/assignments", teacher, json=sent)
    return str(made["assignment"]["id"]), deadline


async def _a_late_essay(stage: Stage, teacher: str, student: str) -> None:
    assignment, deadline = await _quick_assignment(stage, teacher, "A haiku about wasps", timedelta(seconds=1.5))
    await asyncio.sleep(max(0.0, (deadline - datetime.now(UTC)).total_seconds()) + 0.05)
    path = f"/student/assignments/{assignment}/submission"
    await refused(stage, 409, "deadline_passed", "POST", path, student, json={"content": SHORT_ESSAY})
    say("Ben is late for the next assignment: refused (deadline_passed).")


async def _an_outage(stage: Stage, teacher: str, student: str) -> None:
    assignment, _ = await _quick_assignment(stage, teacher, "A limerick about hornets", timedelta(hours=1))
    path = f"/student/assignments/{assignment}/submission"
    stage.ai.outage(openai="close", anthropic="close")
    await refused(stage, 502, "ai_unavailable", "POST", path, student, json={"content": SHORT_ESSAY})
    await refused(stage, 404, "not_found", "GET", path, student)
    say("Both AI services go down while Ben hands in: refused (ai_unavailable), and nothing is stored.")
    stage.ai.outage(openai="close", anthropic=False)
    await ask(stage, 201, "POST", path, student, content=SHORT_ESSAY.encode(), headers={"Content-Type": "text/plain"})
    stage.ai.outage(openai=False, anthropic=False)
    say("One of them comes back; the same text is accepted and paid.")


async def _a_rubric(stage: Stage, teacher: str, student: str) -> str:
    deadline = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    sent = {"title": "Bees again", "instructions": "Write about bees.", "deadline": deadline, "rubric": RUBRIC}
    made = (await ask(stage, 201, "POST", "/teacher/assignments", teacher, json=sent))["assignment"]
    say(f"Mrs Gold uploads a rubric of {len(RUBRIC)} criteria, {made['max_score']} coins in all; no AI is asked.")
    path = f"/student/assignments/{made['id']}/submission"
    submission = (await ask(stage, 201, "POST", path, student, json={"content": GOOD_ESSAY}))["submission"]
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
    return str(made["id"])


async def _scores(stage: Stage, teacher: str, assignment: str, student: str) -> None:
    items = (await ask(stage, 200, "GET", f"/teacher/assignments/{assignment}/submissions", teacher))["items"]
    if len(items) != 2:
        raise Unexpected("the teacher does not see both submissions")
    scores = ", ".join(f"{one['student']['name']} {one['score']} of {one['max_score']}" for one in reversed(items))
    say(f"Mrs Gold sees the scores: {scores}.")
    mine = next(one for one in items if one["student"]["name"] == "Ann")
    edit = {"score": mine["max_score"], "feedback": "The almonds are a fine example."}
    await ask(stage, 200, "PATCH", f"/teacher/submissions/{mine['id']}", teacher, json=edit)
    total = (await ask(stage, 200, "GET", "/student/scores", student))["total_gold_coins"]
    if total != mine["max_score"]:
        raise Unexpected("the coins did not follow the edited score")
    say(f"She gives Ann {mine['max_score']} with a word of praise; Ann now has {total} gold coins.")
