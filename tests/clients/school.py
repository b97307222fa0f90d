"""A running assay with an embedded database and simulated AI, and a teacher and a student who can log in."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import NamedTuple

import httpx2

from tests.web.serve_process import ROOT, serving

PASSWORD = "correct horse battery"
TEACHER, STUDENT = "tove@school.example", "anna@school.example"
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
        async with httpx2.AsyncClient(base_url=served.url, trust_env=False, timeout=60) as client:
            account = {"email": STUDENT, "password": PASSWORD}
            await asked(client, "POST", "/auth/register", {"name": "Anna", **account})
            await asked(client, "POST", "/auth/verify", {"token": await mailed(folder / "mail")})
            login = await asked(client, "POST", "/auth/login", {"email": TEACHER, "password": PASSWORD})
            client.headers["Authorization"] = f"Bearer {login.json()['token']}"
            for scope in SCOPES:
                await asked(client, "PUT", f"/teacher/rate-limits/{scope}", {"limit": "100000/minute"})
        yield School(served.url, folder)
        assert await served.ended() == 0


async def create_teacher(folder: Path) -> None:
    """As an operator does."""
    command = (sys.executable, "-m", "app", "create-teacher", "--name", "Tove", "--email", TEACHER, "--password-stdin")
    variables = {"PYTHONPATH": str(ROOT), "ASSAY_DATA_DIR": str(folder), "LOG_DIR": str(folder / "logs")}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=variables, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    await process.communicate(PASSWORD.encode())
    assert process.returncode == 0


async def asked(client: httpx2.AsyncClient, verb: str, path: str, body: object) -> httpx2.Response:
    answer = await client.request(verb, path, json=body)
    assert answer.is_success, answer.text
    return answer


async def mailed(folder: Path) -> str:
    """The token of the first mail."""
    async with asyncio.timeout(60):
        while not (files := sorted(folder.glob("*.eml"))):
            await asyncio.sleep(0.1)
    text = message_from_bytes(files[0].read_bytes(), policy=default).get_content()
    return str(re.findall(r"\?token=(\S+)$", text, re.MULTILINE)[-1])
