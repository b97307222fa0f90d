"""`assay serve --processes N`: API processes on one socket, and a worker; whoever dies is replaced, and all drain."""

import asyncio
import re
import signal
from pathlib import Path

import httpx2
import psutil  # type: ignore[import-untyped,unused-ignore]

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
    async with asyncio.timeout(120):
        while (len(children(assay, "serve")), len(children(assay, "worker"))) != (api, worker):
            await asyncio.sleep(0.05)
    return children(assay, "serve")


async def answers(assay: Process) -> None:
    """Waits until a request on a new connection is answered."""
    async with asyncio.timeout(120), httpx2.AsyncClient(trust_env=False) as client:
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
        async with asyncio.timeout(120):
            while first in children(assay, "serve"):
                await asyncio.sleep(0.02)
        await answers(assay)
        assert second in await kept(assay)
        everybody = psutil.Process(assay.process.pid).children()
        assert await assay.ended() == 0
        assert psutil.wait_procs(everybody, timeout=120)[1] == []
    said = (tmp_path / "logs/assay.log").read_text()
    assert re.search(rf"process {first.pid} \(assay serve\) ended with -9 and is replaced", said)


async def test_nobody_is_left_when_the_first_process_is_killed(db: str, tmp_path: Path) -> None:
    async with serving(db, tmp_path, "--processes", "2", "--no-worker") as assay:
        own = await kept(assay, worker=0)
        assay.process.send_signal(signal.SIGKILL)
        await assay.process.wait()
        _, left = await asyncio.to_thread(psutil.wait_procs, own, 120)
        assert left == []
