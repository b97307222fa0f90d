"""Real workers, in this process or in their own, on the test's database, with the real SDKs against the simulator."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.ai.providers import Providers
from app.db.migrate import migrate
from app.dev import embedded_postgres
from app.dev.simulator import Running, running
from app.security.keyring import Ring
from app.settings import Settings
from app.worker.intervals import Intervals
from app.worker.worker import Worker, start
from tests.forked import Forked, fork
from tests.worker.process import work as work_there
from tests.worker.rows import SECRET

ROOT = Path(__file__).resolve().parents[2]
# What is waited for comes soon, without depending on it.
SERVER = {"max_connections": "300"}
QUICK = Intervals(lease=2.0, heartbeat=0.3, rescue=0.2, poll=0.2, grace=5.0, prune=0.2, collect=0.2)

Start = Callable[..., AbstractAsyncContextManager[Worker]]
Process = subprocess.Popen[str] | Forked
Spawn = Callable[..., Process]


@pytest.fixture
async def ai() -> AsyncIterator[Running]:
    async with running() as simulator:
        yield simulator


@pytest.fixture
def work(db: str, ai: Running) -> Start:
    """`async with work() as worker`: a worker in this process."""

    @asynccontextmanager
    async def begin(
        intervals: Intervals = QUICK, url: str = db, kinds: Any = None, queries: Any = None, **changed: Any
    ) -> AsyncIterator[Worker]:
        known = Settings(
            _env_file=None,
            openai_base_url=ai.openai_base_url,
            anthropic_base_url=ai.anthropic_base_url,
            **changed,
        )
        async with (
            Providers(known, pause=0.0) as services,
            start(url, known, services, Ring((SECRET,)), intervals, kinds=kinds, queries=queries) as worker,
        ):
            yield worker

    return begin


def started(folder: Path, environment: dict[str, str], log: Path, intervals: str) -> subprocess.Popen[str]:
    """A worker of whichever tree is first on the PYTHONPATH."""
    command = [sys.executable, "-m", "tests.worker.process", intervals]
    with log.open("w") as output:
        process = subprocess.Popen(command, env=environment, cwd=folder, stderr=output, text=True)
    process.log = log  # type: ignore[attr-defined]
    return process


@pytest.fixture
def spawn(db: str, ai: Running, tmp_path: Path) -> Iterator[Spawn]:
    """`spawn(lease=1)` starts a worker process, of another version when `root` is another tree; its log is
    `process.log` (a path). Ended with the test."""
    begun: list[Process] = []

    def begin(url: str = db, concurrency: int = 20, root: Path = ROOT, **intervals: Any) -> Process:
        log = tmp_path / f"worker-{len(begun)}.log"
        environment = {
            **os.environ,
            "PYTHONPATH": str(root),
            "DATABASE_URL": url,
            "ASSAY_SECRET_KEYS": SECRET,
            "OPENAI_BASE_URL": ai.openai_base_url,
            "ANTHROPIC_BASE_URL": ai.anthropic_base_url,
            "WORKER_CONCURRENCY": str(concurrency),
        }
        given = json.dumps({"lease": 60.0, "heartbeat": 0.3, "rescue": 0.2, "poll": 0.2, "grace": 60.0, **intervals})
        log.touch()
        begun.append(
            fork(work_there, given, folder=tmp_path, environment=environment, log=log)
            if root == ROOT
            else started(tmp_path, environment, log, given)
        )
        return begun[-1]

    yield begin
    for process in begun:
        process.kill()
        process.wait()


async def until(condition: Callable[[], Any], seconds: float = 300) -> None:
    """Waits for something that will be true, however slow the machine; looked at in a thread, since it may ask the
    database. The longer it takes the rarer are the looks, since each takes CPU from what is waited for."""
    pause = 0.02
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(pause)
            pause = min(0.1, pause * 1.1)


@pytest.fixture
def server(tmp_path: Path) -> Iterator["Restarting"]:
    """A PostgreSQL of the test's own that may be restarted, with a migrated database."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="assay-restart-", dir=memory if os.access(memory, os.W_OK) else tmp_path))
    folder.chmod(0o711)
    try:
        one = Restarting(folder)
        migrate(one.url)
        yield one
        one.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Restarting:
    """`restart` kills the server as `pg_ctl stop -m immediate` does and starts it again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._uses = [embedded_postgres.start(folder, SERVER)]
        self.url = self._uses[0].url

    def down(self) -> None:
        """Ends the server at once, without a checkpoint; returns when it is gone."""
        pid = int((self.folder / "postgres/postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)

    def up(self) -> None:
        """Starts it again; recovery is waited for."""
        self._uses.append(embedded_postgres.start(self.folder, SERVER))

    def stop(self) -> None:
        for use in self._uses:
            use.stop()
