"""Where the demo plays: a running assay with simulated AI services, over real sockets, and how it is asked."""

import asyncio
import contextlib
import email
import email.policy
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from app.dev.simulator import Running, running

START_SECONDS = 60.0
STOP_SECONDS = 30.0


class Unexpected(Exception):
    """A step of the demo did not do what it says."""


@dataclass(frozen=True)
class Stage:
    """A running assay, its mailbox, and the AI services it asks."""

    http: httpx2.AsyncClient
    mail: Path
    ai: Running
    environment: dict[str, str]


def say(sentence: str) -> None:
    """One line of the story."""
    print(f"  {sentence}", flush=True)


@asynccontextmanager
async def set_up(folder: Path) -> AsyncIterator[Stage]:
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
            "DRAIN_NOTICE_SECONDS": "0",
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


def last_log_lines(folder: Path) -> list[str]:
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


async def ask(stage: Stage, expected: int, verb: str, path: str, token: str | None = None, **sent: Any) -> Any:
    """The answer's JSON; raises Unexpected unless the status is the expected one."""
    headers = {**sent.pop("headers", {}), **({"Authorization": f"Bearer {token}"} if token else {})}
    answer = await stage.http.request(verb, path, headers=headers, **sent)
    if answer.status_code != expected:
        raise Unexpected(f"{verb} {path} answered {answer.status_code} instead of {expected}: {answer.text[:500]}")
    return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer.text


async def refused(stage: Stage, expected: int, code: str, verb: str, path: str, token: str, **sent: Any) -> Any:
    """The error of an answer that must be one; raises Unexpected unless it is this one."""
    error = (await ask(stage, expected, verb, path, token, **sent))["error"]
    if error["code"] != code:
        raise Unexpected(f"{verb} {path} was refused with {error['code']} instead of {code}")
    return error


async def token_in_mail(stage: Stage, address: str) -> str:
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
