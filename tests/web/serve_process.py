"""`assay serve` as a process of its own, ready for requests."""

import asyncio
import base64
import os
import re
import resource
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2

ROOT = Path(__file__).resolve().parents[2]


class Process(NamedTuple):
    """A running `assay serve` and where it listens."""

    process: asyncio.subprocess.Process
    host: str
    port: int
    said: list[bytes]  # lines of standard error

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    async def ended(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 300)


async def ready(client: httpx2.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url + "/ready")).status_code == 200
    except httpx2.TransportError:
        return False


async def _read(stream: asyncio.StreamReader, lines: list[bytes]) -> None:
    async for line in stream:
        lines.append(line)


@asynccontextmanager
async def serving(db: str, folder: Path, *options: str, **variables: str) -> AsyncIterator[Process]:
    async with serving_with(resource.getrlimit(resource.RLIMIT_NOFILE), db, folder, *options, **variables) as served:
        yield served


@asynccontextmanager
async def serving_with(
    descriptors: tuple[int, int], db: str, folder: Path, *options: str, **variables: str
) -> AsyncIterator[Process]:
    """`descriptors`: how many the process may have, softly and hard."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, descriptors)

    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": db,
        "ASSAY_DATA_DIR": str(folder),
        "LOG_DIR": str(folder / "logs"),
        "DRAIN_NOTICE_SECONDS": "0",
        "ASSAY_SECRET_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        **variables,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "serve", "--port", "0", *options,
        cwd=folder, env=environment, stderr=asyncio.subprocess.PIPE, preexec_fn=limit,
    )  # fmt: skip
    assert process.stderr
    drain = None
    try:
        found = None
        while not found:
            line = await asyncio.wait_for(process.stderr.readline(), 300)
            assert line, "the process ended"
            found = re.search(rb"listening on http://([\d.]+):(\d+)", line)
        said: list[bytes] = []
        drain = asyncio.create_task(_read(process.stderr, said))
        async with httpx2.AsyncClient(trust_env=False) as client:
            url = f"http://{found[1].decode()}:{int(found[2])}"
            async with asyncio.timeout(300):
                while not await ready(client, url):
                    await asyncio.sleep(0.1)
        yield Process(process, found[1].decode(), int(found[2]), said)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        if drain:
            await drain
