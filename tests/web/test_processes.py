"""`assay serve --processes N`: API processes on one socket, and a worker; whoever dies is replaced, and all drain."""

import asyncio
import re
import signal
from collections import defaultdict
from pathlib import Path

import httpx2
import psutil  # type: ignore[import-untyped,unused-ignore]
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.db.database import READERS
from tests.web.serve_process import Process, serving


def children(assay: Process, command: str) -> list[psutil.Process]:
    """The running processes of a command that `assay` keeps."""
    return [child for child in psutil.Process(assay.process.pid).children() if runs(child, command)]


def runs(child: psutil.Process, command: str) -> bool:
    try:
        return command in child.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


async def kept(assay: Process, api: int = 2, worker: int = 1) -> list[psutil.Process]:
    """Waits until so many are there; the API processes."""
    async with asyncio.timeout(300):
        while (len(children(assay, "serve")), len(children(assay, "worker"))) != (api, worker):
            await asyncio.sleep(0.05)
    return children(assay, "serve")


async def answers(assay: Process) -> None:
    """Waits until a request on a new connection is answered."""
    async with asyncio.timeout(300), httpx2.AsyncClient(trust_env=False) as client:
        while True:
            try:
                if (await client.get(assay.url + "/health")).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            await asyncio.sleep(0.05)


async def test_a_process_that_dies_is_replaced_and_at_sigterm_all_end_with_0(db: str, tmp_path: Path) -> None:
    async with serving(db, tmp_path, "--processes", "2") as assay:
        first, second = await kept(assay)
        first.kill()
        async with asyncio.timeout(300):
            while first in children(assay, "serve"):
                await asyncio.sleep(0.02)
        await answers(assay)
        assert second in await kept(assay)
        everybody = psutil.Process(assay.process.pid).children()
        assert await assay.ended() == 0
        assert psutil.wait_procs(everybody, timeout=120)[1] == []
    said = (tmp_path / "logs/assay.log").read_text()
    assert re.search(rf"process {first.pid} \(assay serve\) ended with -9 and is replaced", said)


def totals(text: str) -> dict[str, float]:
    """Of what all processes counted together."""
    names = ("assay_http_request_duration_seconds_count", "assay_mail_attempts_total", "assay_pool_connections_max")
    found: dict[str, float] = defaultdict(float)
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            if one.name in names and one.labels.get("route", "/auth/register") == "/auth/register":
                found[one.labels.get("pool", one.name)] += one.value
    return found


@pytest.mark.slow
async def test_whichever_process_is_asked_shows_what_all_have_counted_also_one_that_died(
    db: str, tmp_path: Path
) -> None:
    async def scrape() -> dict[str, float]:
        async with httpx2.AsyncClient(trust_env=False) as anew:
            return totals((await anew.get(assay.url + "/metrics")).text)

    async with serving(db, tmp_path, "--processes", "2") as assay:
        own = await kept(assay)
        for number in range(20):  # each on a connection of its own, so that both processes have some
            async with httpx2.AsyncClient(trust_env=False) as client:
                person = {"name": "A", "email": f"a{number}@school.example", "password": "correct horse"}
                assert (await client.post(assay.url + "/auth/register", json=person)).status_code == 202
        async with asyncio.timeout(300):  # mail is sent by any of the three
            while (await scrape())["assay_mail_attempts_total"] < 20 or (await scrape())["worker"] == 0:
                await asyncio.sleep(0.05)
        for _ in range(10):
            seen = await scrape()
            assert seen["assay_http_request_duration_seconds_count"] == seen["assay_mail_attempts_total"] == 20
            assert seen["reads"] == 2 * READERS
        own[0].kill()
        await asyncio.to_thread(own[0].wait, 120)
        await kept(assay)
        await answers(assay)
        async with asyncio.timeout(300):
            while (seen := await scrape())["reads"] != 2 * READERS:
                await asyncio.sleep(0.05)
        assert seen["assay_http_request_duration_seconds_count"] == seen["assay_mail_attempts_total"] == 20
        assert await assay.ended() == 0


async def test_nobody_is_left_when_the_first_process_is_killed(db: str, tmp_path: Path) -> None:
    async with serving(db, tmp_path, "--processes", "2", "--no-worker") as assay:
        own = await kept(assay, worker=0)
        assay.process.send_signal(signal.SIGKILL)
        await assay.process.wait()
        _, left = await asyncio.to_thread(psutil.wait_procs, own, 120)
        assert left == []
