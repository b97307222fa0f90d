"""`assay serve` as a process: it starts, answers, and ends as it should."""

import asyncio
import resource
import signal
import socket
import sys
from importlib.metadata import version
from pathlib import Path

import httpx2
import psycopg
import pytest

from app.commands.create_teacher import create_teacher
from app.dev.simulator import running
from app.http_server import connection_ceiling
from app.version import commit_of
from tests.web.conftest import INSTRUCTIONS, LATER, PASSWORD, settings_of
from tests.web.serve_process import ROOT, serving, serving_with

DESCRIPTORS = 400
# Answers that no version of assay gives: no row where there always is one, and a list in place of a name.
BROKEN_PROMOTE = """
drop function worker.promote_jobs;
create function worker.promote_jobs(since uuid) returns setof uuid language sql volatile
    as 'select null::uuid where false';
grant execute on function worker.promote_jobs to assay_worker;
"""
BROKEN_LIMITS = """
drop function api.list_rate_limits;
create function api.list_rate_limits() returns table (scope integer[], rule text) language sql stable
    as 'select array[1], ''100/minute''';
grant execute on function api.list_rate_limits to assay_api;
"""


async def test_it_is_ready_and_says_what_the_ai_is(db: str, tmp_path: Path) -> None:
    async with serving(db, tmp_path, OPENAI_BASE_URL="http://127.0.0.1:9/v1") as served:
        async with httpx2.AsyncClient(base_url=served.url, trust_env=False) as client:
            async with asyncio.timeout(300):
                while not (said := (await client.get("/ready")).json())["workers"]["alive"]:
                    await asyncio.sleep(0.05)
            assert said == {
                "ok": True,
                "checks": {"database": True, "migrations": True, "listener": True, "ai": "simulated"},
                "draining": False,
                "notes": [],
                "workers": {"alive": 1, "names": [f"{socket.gethostname()}:1"]},
                "oldest_job_seconds": None,
                "version": version("assay"),
                "commit": commit_of(ROOT),
            }
            elsewhere = await client.get("/ready", headers={"X-Forwarded-For": "203.0.113.9"})
            assert elsewhere.json()["workers"] == {"alive": 1, "names": None}
            assert "server" not in (await client.get("/health")).headers
        assert await served.ended() == 0


async def test_every_error_is_found_in_the_log_by_its_id(db: str, tmp_path: Path) -> None:
    async with serving(db, tmp_path, "--no-worker") as served:
        async with httpx2.AsyncClient(base_url=served.url, trust_env=False) as client:
            again = (("/my-secret-place", f"find-me-again-{number}") for number in range(20))  # within a second
            for path, name in (("/my-secret-place", "find-me-404"), ("/auth/me", "find-me-401"), *again):
                answer = await client.get(path, headers={"X-Request-ID": name})
                assert answer.json()["error"]["correlation_id"] == answer.headers["x-request-id"] == name
        assert await served.ended() == 0
    said = (tmp_path / "logs/assay.log").read_text("utf-8")
    assert "[find-me-404] 404 not_found: an address without a route" in said
    assert "[find-me-401] 401 missing_token: GET /auth/me" in said
    for number in range(20):
        assert f"[find-me-again-{number}] 404 not_found: an address without a route" in said
    assert "my-secret-place" not in said


async def test_at_sigterm_those_who_wait_get_their_job_and_the_exit_code_is_0(db: str, tmp_path: Path) -> None:
    async with (
        running() as ai,
        serving(db, tmp_path, OPENAI_BASE_URL=ai.openai_base_url, ANTHROPIC_BASE_URL=ai.anthropic_base_url) as served,
    ):
        local = settings_of(database_url=db)
        await asyncio.to_thread(create_teacher, local, "Tove", "tove@school.example", PASSWORD)
        async with httpx2.AsyncClient(base_url=served.url, trust_env=False, timeout=300) as client:
            login = await client.post("/auth/login", json={"email": "tove@school.example", "password": PASSWORD})
            client.headers["Authorization"] = f"Bearer {login.json()['token']}"
            assert (await client.put("/teacher/api-keys/openai", json={"key": "sk-sim:delay=3"})).status_code == 200
            sent = {"instructions": INSTRUCTIONS, "deadline": LATER}
            waiting = asyncio.create_task(client.post("/teacher/assignments", json=sent, headers={"Prefer": "wait=60"}))
            while not ai.calls.in_flight["openai"] and not waiting.done():
                await asyncio.sleep(0.05)
            code = asyncio.create_task(served.ended())
            answer = await waiting
            assert answer.status_code == 202
            assert answer.json()["job"]["status"] == "running"
            assert await code == 0


async def test_at_sigterm_ready_is_503_while_the_socket_still_answers(db: str, tmp_path: Path) -> None:
    async with serving(db, tmp_path, "--no-worker", DRAIN_NOTICE_SECONDS="600") as served:
        async with httpx2.AsyncClient(base_url=served.url, trust_env=False) as client:
            kept = await client.get("/ready")
            assert (kept.status_code, "connection" in kept.headers) == (200, False)
            served.process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(300):
                while (ready := await client.get("/ready")).status_code == 200:
                    await asyncio.sleep(0.05)
            assert (ready.json()["ok"], ready.json()["draining"]) == (False, True)
            assert all(ready.json()["checks"].values())
            assert ready.headers["connection"] == "close"
            assert (await client.get("/health")).status_code == 200
        assert await served.ended() == 0  # told again, it waits no longer


async def test_when_its_worker_breaks_down_serve_ends_with_1(db: str, tmp_path: Path) -> None:
    async with serving(db, tmp_path) as served:
        with psycopg.connect(db, autocommit=True) as admin:
            admin.execute(BROKEN_PROMOTE)
        assert await asyncio.wait_for(served.process.wait(), 300) == 1
        async with asyncio.timeout(300):
            while b"assay: The worker broke down; the log says why.\n" not in served.said:
                await asyncio.sleep(0.02)
    said = (tmp_path / "logs/assay.log").read_text()
    assert "CRITICAL app.worker.worker [-] the worker broke down (IndexError)" in said


async def test_when_a_part_of_the_api_breaks_down_serve_ends_with_1(db: str, tmp_path: Path) -> None:
    async with serving(db, tmp_path, "--no-worker") as served:
        with psycopg.connect(db, autocommit=True) as admin:
            admin.execute(BROKEN_LIMITS)
            admin.execute("notify assay_rate_limits")
        assert await asyncio.wait_for(served.process.wait(), 300) == 1
    assert "the reading of rate limits broke down" in (tmp_path / "logs/assay.log").read_text()


async def test_who_takes_every_connection_leaves_descriptors_for_all_else(db: str, tmp_path: Path) -> None:
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] < DESCRIPTORS:
        pytest.skip(f"this machine allows fewer than {DESCRIPTORS} descriptors")
    local = settings_of(database_url=db)
    await asyncio.to_thread(create_teacher, local, "Tove", "tove@school.example", PASSWORD)
    nowhere = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    async with (
        serving_with((DESCRIPTORS, DESCRIPTORS), db, tmp_path, "--no-worker", **nowhere) as served,
        httpx2.AsyncClient(base_url=served.url, trust_env=False, timeout=300) as kept,
    ):
        login = await kept.post("/auth/login", json={"email": "tove@school.example", "password": PASSWORD})
        kept.headers["Authorization"] = f"Bearer {login.json()['token']}"
        ceiling = connection_ceiling(DESCRIPTORS)
        silent = [socket.create_connection((served.host, served.port), 60) for _ in range(2 * ceiling)]
        for _ in range(3):
            async with httpx2.AsyncClient(base_url=served.url, trust_env=False, timeout=300) as client:
                refused = await client.get("/health")
                assert (refused.status_code, refused.json()["error"]["code"]) == (503, "overloaded")
                assert refused.json()["error"]["correlation_id"] == refused.headers["x-request-id"]
                assert (int(refused.headers["retry-after"]) > 0, refused.headers["connection"]) == (True, "close")
        # Who is there already is served: by the database, and with modules that are imported only now.
        assert (await kept.get("/ready")).json()["checks"]["database"]
        assert (await kept.put("/teacher/api-keys/openai", json={"key": "sk-sim-openai"})).status_code == 200
        for one in silent:
            one.close()
        async with asyncio.timeout(300):
            while await status(served.url + "/health") != 200:
                await asyncio.sleep(0.05)
        assert await served.ended() == 0
    said = (tmp_path / "logs/assay.log").read_text("utf-8")
    assert said.count(f"{ceiling} connections are open, and no more may be: others are answered with 503") == 1
    assert "Traceback" not in said


async def status(url: str) -> int:
    """What a connection of its own is answered with."""
    async with httpx2.AsyncClient(trust_env=False, timeout=300) as client:
        return (await client.get(url)).status_code


async def test_an_address_that_is_taken_is_said_in_a_sentence(db: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", "serve", "--port", str(taken.getsockname()[1]),
            cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "DATABASE_URL": db, "LOG_DIR": str(tmp_path / "logs")},
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, said = await asyncio.wait_for(process.communicate(), 300)
        assert process.returncode == 1
        assert b"assay: " in said
        assert b"Address already in use" in said
        assert b"Traceback" not in said
