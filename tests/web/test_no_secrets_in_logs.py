"""Nothing that was said in confidence is in any log: a real `assay serve` at LOG_LEVEL=DEBUG, on a busy, bad day."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import psycopg
import pytest

from app.settings import Settings
from tests.conftest import scratch

ROOT = Path(__file__).resolve().parents[2]
LATER = "2099-01-01T00:00:00+00:00"
SECRET = "Walrus"  # stands in every secret below; what is secret and made by assay is collected on the way
PASSWORD, NEW_PASSWORD = f"{SECRET}-password-1", f"{SECRET}-password-2"
FAULTS = (
    "fail=400", "fail=402", "fail=404", "fail=429,retry-after=3600", "fail=quota", "fail=503",
    "html", "empty-json", "null", "list", "broken-json", "empty", "error-200", "bad-gzip", "bad-utf8", "nonsense",
    "refusal", "length", "tool", "no-choices", "cut", "close", "reset", "not-http", "hang", "drip", "stall",
    f"redirect=http://127.0.0.1:9/{SECRET}", f"answer={SECRET}%20says%2017%20or%2018", f"answer=%7B{SECRET}",
    f"header=x-request-id:{SECRET}%20in%20a%20header", f"fail=503,header=retry-after:{SECRET}", "score=21", "score=5",
)  # fmt: skip
PLAIN = {"Content-Type": "text/plain"}
JSON = {"Content-Type": "application/json"}


def environment(**more: str) -> dict[str, str]:
    """This process's, without any setting of assay, and with keys that are nobody's."""
    known = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name not in known}
    foreign = {"OPENAI_API_KEY": f"sk-{SECRET}-1", "ANTHROPIC_API_KEY": f"sk-ant-{SECRET}-2", "OPENAI_LOG": "debug",
               "ANTHROPIC_LOG": "debug"}  # fmt: skip
    return {**inherited, **foreign, "PYTHONPATH": str(ROOT), "PYTHONASYNCIODEBUG": "1", "LOG_LEVEL": "DEBUG",
            "DRAIN_NOTICE_SECONDS": "0", **more}  # fmt: skip


def assay(folder: Path, *arguments: str, given: str = "") -> str:
    """A command that succeeds."""
    done = subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=folder, env=environment(), input=given, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def served() -> Iterator[tuple[str, Path]]:
    """The address and the folder of a service of its own, with everything at its default but the level of the log."""
    with scratch() as tmp_path, (tmp_path / "stderr.log").open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-X", "dev", "-m", "app", "serve", "--port", "0"],
            cwd=tmp_path, env=environment(AI_TIMEOUT_SECONDS="1"), stderr=stderr, stdout=stderr,
        )  # fmt: skip
        try:
            yield _address(tmp_path / "stderr.log", process), tmp_path
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Once it answers."""
    ends = time.monotonic() + 300
    while time.monotonic() < ends and process.poll() is None:
        found = re.search(r"listening on (http://\S+)", log.read_text())
        if found:
            try:
                if httpx2.get(f"{found[1]}/ready", trust_env=False).status_code == 200:
                    return found[1]
            except httpx2.HTTPError:
                pass
        time.sleep(0.05)
    raise AssertionError(log.read_text())


class Client:
    """Requests, and every secret that their answers held."""

    def __init__(self, base: str, folder: Path, client: httpx2.AsyncClient) -> None:
        self.base, self.folder, self.client = base, folder, client
        self.secrets: set[str] = set()
        self.statuses: list[int] = []

    async def ask(self, verb: str, path: str, who: str = "", **more: Any) -> Any:
        headers = {**({"Authorization": f"Bearer {who}"} if who else {}), **more.pop("headers", {})}
        answer = await self.client.request(verb, path, headers=headers, **more)
        self.statuses.append(answer.status_code)
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.text

    async def login(self, email: str, password: str = PASSWORD) -> str:
        body = await self.ask("POST", "/auth/login", json={"email": email, "password": password})
        self.secrets.add(body["token"])
        return str(body["token"])

    async def link(self, email: str) -> str:
        """The token in the last mail to an address."""
        for _ in range(2400):  # two minutes
            files = sorted((self.folder / ".assay/mail").glob("*.eml"))
            mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
            tokens = [
                token
                for mail in mails
                if email in mail["To"]
                for token in re.findall(r"\?token=(\S+)", mail.get_content())
            ]
            if tokens:
                self.secrets.update(tokens)
                return str(tokens[-1])
            await asyncio.sleep(0.05)
        raise AssertionError("no mail came")

    async def raw(self, *parts: bytes) -> None:
        """Bytes that are no proper request."""
        reader, writer = await asyncio.open_connection(*self.base.removeprefix("http://").rsplit(":", 1))
        for part in parts:
            writer.write(part)
            await writer.drain()
        writer.write_eof()
        async with asyncio.timeout(300):
            await reader.read()
        writer.close()


@pytest.fixture
async def client(served: tuple[str, Path]) -> AsyncIterator[Client]:
    base, folder = served
    async with httpx2.AsyncClient(base_url=base, timeout=300, trust_env=False) as one:
        yield Client(base, folder, one)


async def people(client: Client) -> tuple[str, str]:
    """A teacher and a student in their class; both have mistyped, forgotten and replaced passwords."""
    email = "tove@school.example"
    printed = await asyncio.to_thread(assay, client.folder, "create-teacher", "--name", "Tove", "--email", email)
    client.secrets.update(re.findall(r"token=(\S+)", printed))
    (token,) = re.findall(r"token=(\S+)", printed)
    for path in (f"/auth/password/reset?token={token}", f"/auth/verify?token={token}", "/auth/verify?token=Walrus-9"):
        await client.ask("GET", path)
    await client.ask("POST", "/auth/password/reset", json={"token": token, "password": PASSWORD})
    teacher, anna = await client.login(email), "anna@school.example"
    await client.ask("POST", "/auth/register", json={"name": "Anna", "email": anna, "password": PASSWORD})
    await client.ask("POST", "/auth/verify", json={"token": await client.link(anna)})
    await client.ask("POST", "/auth/register", json={"name": "Anna", "email": anna, "password": NEW_PASSWORD})
    for password in (f"{SECRET} wrong", f"{SECRET}\nX: 1", f"{SECRET}\0", SECRET * 500, [SECRET], {SECRET: SECRET}):
        await client.ask("POST", "/auth/login", json={"email": anna, "password": password})
        await client.ask(
            "POST", "/auth/register", json={"name": SECRET, "email": anna, "password": password, SECRET: 1}
        )
    student = await client.login(anna)
    group = await client.ask("POST", "/teacher/classes", teacher, json={"name": "9B"})
    me = await client.ask("GET", "/auth/me", student)
    await client.ask("POST", f"/teacher/classes/{group['id']}/students", teacher, json={"student_ids": [me["id"]]})
    for path in ("/auth/me", "/student/scores", f"/student/assignments/{SECRET}"):
        await client.ask("GET", path, f"{SECRET}-token")
    return teacher, student


async def keys(client: Client, teacher: str) -> None:
    """Two that work, and many that cannot."""
    hostile = [
        f"sk-{SECRET}\nX-Evil: 1", f"sk-{SECRET} blank", f"sk-{SECRET}-ключ", f"sk-{SECRET}\0", f"wrong-{SECRET}",
        f"sk-ant-{SECRET}", f"sk-sim-{SECRET}-sim:models,fail=500", f"sk-sim-{SECRET}-sim:unknown-word",
        f"sk-sim-{SECRET}-sim:models,hang", SECRET * 200,
    ]  # fmt: skip
    for provider in ("openai", "anthropic"):
        for key in hostile:
            await client.ask("PUT", f"/teacher/api-keys/{provider}", teacher, json={"key": key})
        await client.ask("PUT", f"/teacher/api-keys/{provider}", teacher, json={"key": f"sk-sim-{SECRET}-{provider}"})
        for body in (f'{{"key": "{SECRET}"', f'{{"key": ["{SECRET}"]}}', f'{{"{SECRET}": "{SECRET}"}}', SECRET):
            await client.ask("PUT", f"/teacher/api-keys/{provider}", teacher, content=body, headers=JSON)


async def texts(client: Client, teacher: str, student: str) -> None:
    """Templates and gradings with failures of every kind at one service and at both."""

    async def made(fault: str) -> Any:
        sent = {"instructions": f"The {SECRET} swims. Maximum score: 20 points. [[sim:{fault}]]", "deadline": LATER}
        answer = await client.ask("POST", "/teacher/assignments", teacher, json=sent)
        return answer.get("assignment")

    found = await asyncio.gather(
        *(made(fault) for fault in ("id=0", *(f"openai,{fault}" for fault in FAULTS), *FAULTS))
    )
    assignments = [one for one in found if one]
    assert len(assignments) > len(FAULTS) / 2, len(assignments)
    for one in assignments:
        client.secrets.update(line for line in one["correction_template"].splitlines() if len(line) > 25)

    async def hand_in(number: int, fault: str) -> None:
        path = f"/student/assignments/{assignments[number % len(assignments)]['id']}/submission"
        await client.ask("POST", path, student, json={"content": f"A {SECRET} dived for gold. [[sim:{fault}]]"})

    for scope in ("", "anthropic,", "openai,"):
        await asyncio.gather(*(hand_in(number, scope + fault) for number, fault in enumerate(FAULTS)))
    await hand_in(0, "fail=401")  # from now on both keys count as refused
    where = f"/student/assignments/{assignments[-1]['id']}/submission"
    for body in (f"{SECRET}\0", f"{SECRET} \xff", f"{SECRET}\ud800", SECRET * 40_000):
        raw = body.encode("utf-8", "surrogatepass") if "\xff" not in body else body.encode("latin-1")
        await client.ask("POST", where, student, content=raw, headers=PLAIN)
        await client.ask("POST", where, student, content=b'{"content": "' + raw + b'"}', headers=JSON)
    await client.ask("POST", where, student, json={"content": {SECRET: SECRET}, SECRET: SECRET})
    await client.ask("POST", where, student, content=SECRET, headers={"Content-Type": f"text/{SECRET}"})


async def bad_requests(client: Client, teacher: str) -> None:
    """What a scanner sends."""
    word = SECRET.encode()
    await client.raw(b"GET /" + word + b" HTTP/9.9\r\n\r\n")
    await client.raw(word * 2000)
    await client.raw(b"POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + word)
    await client.raw(b"POST /auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz" + word + b"\r\n")
    await client.raw(b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + word + b"\x01\r\n\r\n")
    for path in (f"/{SECRET}", f"/auth/verify?{SECRET}={SECRET}", f"/teacher/students?search={SECRET}%27%22%5C",
                 f"/teacher/students?cursor={SECRET}", f"/teacher/students?search=%ff{SECRET}",
                 f"/teacher/assignments/{quote(SECRET + chr(10))}"):  # fmt: skip
        await client.ask("GET", path, teacher)
    await client.ask("PUT", "/teacher/rate-limits/read", teacher, json={"limit": f"{SECRET}/minute"})


async def a_broken_database(client: Client, teacher: str, student: str, url: str) -> None:
    """Functions that are gone, rules that refuse what came, connections that are cut, a server that logs all it can."""
    for provider in ("openai", "anthropic"):  # the services have refused those before
        key = {"key": f"sk-sim-{SECRET}-{provider}-again"}
        await client.ask("PUT", f"/teacher/api-keys/{provider}", teacher, json=key)
    made = await client.ask(
        "POST", "/teacher/assignments", teacher, content=f"{SECRET}? Maximum score: 20 points.", headers=PLAIN,
        params={"deadline": LATER, "title": SECRET},
    )  # fmt: skip
    where = f"/student/assignments/{made['assignment']['id']}/submission"
    breaks = [
        "alter table assay.submissions add constraint never check (content not like 'One more%') not valid",
        "alter table assay.pending_submissions add constraint never check (length(content) < 3) not valid",
        "drop function api.submit_assignment(bytea, uuid, text, api.sent_answer[])",
        "alter function worker.finish_templates rename to gone",
        "create or replace function assay.set_actor(actor text, id uuid default null) returns void language plpgsql"
        " as $$ begin perform 1 / 0; end $$",
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'assay%'",
    ]
    with psycopg.connect(url, autocommit=True) as admin:
        whole = admin.execute("select pg_get_functiondef('assay.set_actor'::regproc)").fetchone()
        assert whole
        for statement in breaks:
            admin.execute(statement.encode())
            await client.ask("POST", where, student, json={"content": f"One more {SECRET}."})
            sent = {"instructions": f"{SECRET}! Maximum score: 20 points.", "deadline": LATER}
            await client.ask("POST", "/teacher/assignments", teacher, json=sent, headers={"Prefer": "wait=5"})
        admin.execute(whole[0])
    await client.ask("POST", "/auth/password/forgot", json={"email": "anna@school.example"})
    token = await client.link("anna@school.example")
    await client.ask("POST", "/auth/password/reset", json={"token": token, "password": NEW_PASSWORD})


def logging_everything(folder: Path) -> str:
    """Makes the embedded server log each statement; returns its URL."""
    status = (folder / ".assay/postgres/postmaster.pid").read_text().splitlines()
    url = f"postgresql://postgres@/assay?host={quote(status[4], safe='/')}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("alter system set log_statement = 'all'")
        admin.execute("alter system set log_min_duration_statement = 0")
        admin.execute("select pg_reload_conf()")
    return url


def lines_with(folder: Path, secrets: set[str]) -> list[str]:
    """Lines of any log that hold what they must not."""
    files = [folder / "stderr.log", *(folder / "logs").rglob("*"), *(folder / ".assay").glob("postgres.log*")]
    read = {file.name: file.read_text("utf-8", "replace") for file in files if file.is_file()}
    assert len(read["assay.log"]) > 20_000
    assert "AI attempt failed" in read["stderr.log"]
    assert "OPENAI_API_KEY is not used" in read["stderr.log"]
    assert "api.submit_assignment" in read["postgres.log"]
    return [
        f"{name}: {line}"
        for name, text in read.items()
        for line in text.splitlines()
        if any(secret in line for secret in secrets)
    ]


@pytest.mark.slow
async def test_nothing_said_in_confidence_is_in_any_log(client: Client) -> None:
    url = await asyncio.to_thread(logging_everything, client.folder)
    teacher, student = await people(client)
    await keys(client, teacher)
    await texts(client, teacher, student)
    await bad_requests(client, teacher)
    await a_broken_database(client, teacher, student, url)
    assert {200, 201, 202, 400, 401, 404, 409, 413, 415, 422, 500, 502} <= set(client.statuses)
    assert len(client.secrets) > 8
    leaks = await asyncio.to_thread(lines_with, client.folder, client.secrets | {SECRET, SECRET.lower()})
    assert leaks == []
