"""What the image does, without an engine: its build, its commands as a user without rights, its health check."""

import asyncio
import json
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import psycopg
import pytest
from cryptography.fernet import Fernet
from psycopg.conninfo import conninfo_to_dict

from app.dev.embedded_postgres import program
from tests.conftest import scratch
from tests.setup.image import ROOT, Image, build, of_stage, stages
from tests.web.serve_process import ready

PASSWORDS = {"MIGRATOR_PASSWORD": "its-own-1", "SERVER_PASSWORD": "its-own-2"}
NOBODY = 65534
PSQL = program("psql") or shutil.which("psql")


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    with scratch() as folder:
        yield build(folder)


def of_login(url: str, login: str, password: str) -> str:
    """The same database for another login, as a URI."""
    known = conninfo_to_dict(url) | {"user": login, "password": password}
    words = "&".join(f"{name}={known[name]}" for name in ("host", "port") if name in known)
    return f"postgresql://{login}:{password}@/{known['dbname']}?{words}"


@pytest.fixture
def logins(empty_db: str) -> Iterator[dict[str, str]]:
    """URLs of the two logins that deploy/logins.sql makes, by what they are for."""
    if PSQL is None:
        pytest.skip("there is no psql")
    command = [PSQL, "--no-psqlrc", "--quiet", "--file", ROOT / "deploy/logins.sql", empty_db]
    try:
        made = subprocess.run(command, env=os.environ | PASSWORDS, capture_output=True, text=True)
        assert (made.returncode, made.stderr) == (0, "")
        assert not re.search("its-own", made.stdout)
        yield {
            "migrate": of_login(empty_db, "assay_migrator", PASSWORDS["MIGRATOR_PASSWORD"]),
            "serve": of_login(empty_db, "assay_server", PASSWORDS["SERVER_PASSWORD"]),
        }
    finally:
        with psycopg.connect(empty_db, autocommit=True) as admin:
            admin.execute("drop role if exists assay_migrator, assay_server")


def user_of(url: str) -> int:
    """Whom the embedded server's socket is open to: its own user, who is nobody in the image."""
    host = str(conninfo_to_dict(url).get("host", ""))
    return Path(host).stat().st_uid if host.startswith("/") else NOBODY


def environment(image: Image, url: str, **more: str) -> dict[str, str]:
    """Of a container: what the image says, and what compose.yaml must be given."""
    secret = {
        "DATABASE_URL": url,
        "ASSAY_SECRET_KEYS": Fernet.generate_key().decode(),
        "SMTP_URL": "smtp://127.0.0.1:9",
    }
    return image.environment | secret | {"HOME": f"{image.root}/var/lib/assay", "HOST": "127.0.0.1"} | more


def assay(image: Image, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = image.confined(image.command(*arguments), user_of(url))
    here = f"{image.root}/var/lib/assay"
    return subprocess.run(command, env=environment(image, url), cwd=here, capture_output=True, text=True)


@asynccontextmanager
async def container(image: Image, url: str, *arguments: str, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command that goes on; ended by SIGTERM, as an engine does it."""
    process = await asyncio.create_subprocess_exec(
        *image.confined(image.command(*arguments), user_of(url)),
        env=environment(image, url, **more), cwd=f"{image.root}/var/lib/assay",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said(process: asyncio.subprocess.Process, words: bytes) -> bytes:
    """The first line with these words."""
    assert process.stdout
    before = []
    while line := await asyncio.wait_for(process.stdout.readline(), 300):
        before.append(line)
        if words in line:
            return line
    raise AssertionError(b"".join(before).decode())


async def ended(process: asyncio.subprocess.Process) -> int:
    process.terminate()
    output, _ = await asyncio.wait_for(process.communicate(), 300)
    assert b"Traceback" not in output
    return process.returncode or 0


async def health(image: Image, port: str) -> int:
    command = image.confined(image.health_check, NOBODY)
    process = await asyncio.create_subprocess_exec(
        *command, env=image.environment | {"PORT": port}, stderr=asyncio.subprocess.DEVNULL
    )
    return await asyncio.wait_for(process.wait(), 300)


async def test_the_image_migrates_serves_and_works_without_writing_anything_but_tmp(
    image: Image, logins: dict[str, str], empty_db: str
) -> None:
    before = files(image)
    migrated = await asyncio.to_thread(assay, image, logins["migrate"], "migrate")
    assert "applied: sql/schema/0001.schemas.sql" in migrated.stdout, migrated.stderr
    refused = await asyncio.to_thread(assay, image, logins["serve"], "migrate")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert 'role "assay_owner"' in refused.stderr
    async with container(image, logins["serve"], PORT="0", LOG_FORMAT="json") as api:
        line = await said(api, b"listening on http://")
        assert json.loads(line)["level"] == "INFO"  # a line of the log, on the output of the container
        found = re.search(rb"http://127\.0\.0\.1:(\d+)", line)
        assert found
        url = f"http://127.0.0.1:{found[1].decode()}"
        async with httpx2.AsyncClient(trust_env=False) as client, asyncio.timeout(300):
            while not await ready(client, url):
                await asyncio.sleep(0.05)
        assert await health(image, found[1].decode()) == 0
        async with container(image, logins["serve"], "worker") as worker:
            with psycopg.connect(empty_db, autocommit=True) as admin:
                async with asyncio.timeout(300):
                    while not admin.execute("select 1 from assay.workers").fetchone():
                        await asyncio.sleep(0.05)
            assert await ended(worker) == 0
        assert await ended(api) == 0
    assert await health(image, found[1].decode()) == 1
    assert files(image) == before


def files(image: Image) -> set[Path]:
    return {path for path in image.root.rglob("*") if image.root / "tmp" not in path.parents}


def test_who_serves_can_change_no_table_and_no_function(logins: dict[str, str]) -> None:
    with psycopg.connect(logins["serve"], autocommit=True) as server:
        for role in ("assay_owner", "assay_operator", "assay_dba_read"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                server.execute(f"set role {role}".encode())
        for role in ("assay_api", "assay_worker"):
            server.execute(f"set role {role}".encode())
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                server.execute("create schema mine")


def test_the_image_runs_as_a_user_without_a_name_that_an_orchestrator_can_check() -> None:
    _, last = stages()
    assert [i.text for i in of_stage(last, "USER")] == ["10001:10001"]
    assert f"--uid {10001}" in of_stage(last, "RUN")[0].text
    assert "chmod" not in (ROOT / "Dockerfile").read_text("utf-8")


def pinned(file: Path) -> dict[str, str]:
    """Each distribution of a lock, with its version, its marker and its hashes."""
    entries = re.split(r"^(?=[A-Za-z0-9])", file.read_text("utf-8"), flags=re.M)[1:]
    return {entry.partition("==")[0]: entry.strip() for entry in entries}


@pytest.mark.parametrize("name", ["runtime", "build"])
def test_what_the_image_is_made_from_is_locked_as_everything_else_is(name: str) -> None:
    """CONTRIBUTING.md, "A dependency", says how these files are renewed."""
    whole, part = pinned(ROOT / "requirements.lock"), pinned(ROOT / f"deploy/{name}.lock")
    assert {one for one, entry in part.items() if whole.get(one) != entry} == set()
    named = re.findall(r'^    "([a-z0-9-]+)[\[>]', (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert "hatchling" in (part if name == "build" else named)
    if name == "runtime":
        assert set(named[: named.index("aiosmtpd")]) <= set(part)
        assert not {"pytest", "mypy", "ruff", "hatchling", "hypothesis"} & set(part)
