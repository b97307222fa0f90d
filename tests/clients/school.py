"""A running assay with an embedded database and simulated AI, and a teacher and a student who can log in."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any, NamedTuple

import httpx2

from tests.web.serve_process import ROOT, serving

PASSWORD = "no example of the document"  # or requests made of examples would delete the account
TEACHER, STUDENT = "tove@school.example", "anna@school.example"
TEXT = "Bees carry pollen from flower to flower, and without them there are no pumpkins."
QUIZ = {"takes": "answers", "title": "Bees", "deadline": "2099-01-31T23:59:00Z", "questions": [
    {"kind": "choice", "prompt": "Is honey made of nectar?", "max_score": 2,
     "options": [{"text": "Yes", "right": True}, {"text": "No"}]},
    {"kind": "short", "prompt": "What do bees build?", "max_score": 2, "accepted": [{"text": "comb"}]}]}  # fmt: skip
SCOPES = ("auth", "read", "write", "ai", "attempts")


class School(NamedTuple):
    """Where it listens, and its data folder."""

    url: str
    folder: Path

    @property
    def variables(self) -> Mapping[str, str]:
        """What a session reads from its environment."""
        return {"BASE_URL": self.url, "TEACHER": TEACHER, "STUDENT": STUDENT, "PASSWORD": PASSWORD}


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[School]:
    """Until left. Limits are high enough for thousands of requests."""
    async with serving("", folder) as served:
        await create_teacher(folder)
        async with httpx2.AsyncClient(base_url=served.url, trust_env=False, timeout=300) as client:
            account = {"email": STUDENT, "password": PASSWORD}
            await asked(client, "POST", "/auth/register", {"name": "Anna", **account})
            await asked(client, "POST", "/auth/verify", {"token": await mailed(folder / "mail")})
        async with person(served.url, TEACHER) as teacher:
            for scope in SCOPES:
                await asked(teacher, "PUT", f"/teacher/rate-limits/{scope}", {"limit": "100000/minute"})
        yield School(served.url, folder)
        assert await served.ended() == 0


async def filled(school: School) -> Mapping[str, list[str]]:
    """Things to ask for, by the name of their parameter: a class, a graded essay, a quiz, a case, a dispute."""
    async with AsyncExitStack() as stack:
        teacher, student = [await stack.enter_async_context(person(school.url, who)) for who in (TEACHER, STUDENT)]
        for provider in ("openai", "anthropic"):
            await asked(teacher, "PUT", f"/teacher/api-keys/{provider}", {"key": f"sk-sim-{provider}"})
        me = (await student.get("/auth/me")).json()["id"]
        group = await made(teacher, "/teacher/classes", {"name": "9B"})
        await made(teacher, f"/teacher/classes/{group['id']}/students", {"student_ids": [me]})
        sent = {"instructions": "Write about bees.", "deadline": "2099-01-31T23:59:00Z", "rubric": [
            {"title": "Facts", "prompt": "Says what bees do.", "max_score": 20}]}  # fmt: skip
        essay = (await made(teacher, "/teacher/assignments", sent))["assignment"]["id"]
        still_open = (await made(teacher, "/teacher/assignments", sent))["assignment"]["id"]
        path = f"/student/assignments/{essay}"
        job = (await made(student, f"{path}/submission", {"content": TEXT}, Prefer="respond-async"))["job"]["id"]
        await asked(student, "GET", f"/student/jobs/{job}", None, Prefer="wait=60")
        work = (await student.get(f"{path}/submission")).json()["id"]
        dispute = await made(student, f"{path}/regrade-requests", {"text": "It does say what bees do, twice."})
        case = await made(teacher, f"/teacher/assignments/{essay}/cases", {"label": "Of last year", "content": TEXT})
        quiz = (await made(teacher, "/teacher/assignments", QUIZ))["assignment"]["id"]
        await made(teacher, f"/teacher/assignments/{quiz}/publish", None)
        questions = (await teacher.get(f"/teacher/assignments/{quiz}/questions")).json()["items"]
    return {
        "class_id": [group["id"]], "student_id": [me], "assignment_id": [essay, still_open, quiz], "job_id": [job],
        "submission_id": [work], "request_id": [dispute["id"]], "case_id": [case["cases"][0]["id"]],
        "question_id": [one["id"] for one in questions],
    }  # fmt: skip


@asynccontextmanager
async def person(url: str, email: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of somebody who has logged in."""
    async with httpx2.AsyncClient(base_url=url, trust_env=False, timeout=300) as client:
        login = await asked(client, "POST", "/auth/login", {"email": email, "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {login.json()['token']}"
        yield client


async def made(client: httpx2.AsyncClient, path: str, body: object, **headers: str) -> Any:
    return (await asked(client, "POST", path, body, **headers)).json()


async def create_teacher(folder: Path) -> None:
    """As an operator does."""
    command = (sys.executable, "-m", "app", "create-teacher", "--name", "Tove", "--email", TEACHER, "--password-stdin")
    variables = {"PYTHONPATH": str(ROOT), "ASSAY_DATA_DIR": str(folder), "LOG_DIR": str(folder / "logs")}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=variables, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    await process.communicate(PASSWORD.encode())
    assert process.returncode == 0


async def asked(client: httpx2.AsyncClient, verb: str, path: str, body: object, **headers: str) -> httpx2.Response:
    answer = await client.request(verb, path, headers=headers, json=body)
    assert answer.is_success, answer.text
    return answer


async def mailed(folder: Path) -> str:
    """The token of the first mail."""
    async with asyncio.timeout(300):
        while not (files := sorted(folder.glob("*.eml"))):
            await asyncio.sleep(0.1)
    text = message_from_bytes(files[0].read_bytes(), policy=default).get_content()
    return str(re.findall(r"\?token=(\S+)$", text, re.MULTILINE)[-1])
