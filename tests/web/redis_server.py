"""A real redis-server."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import pytest


class Redis(NamedTuple):
    """One that runs, and may be stopped."""

    port: int
    process: asyncio.subprocess.Process


@asynccontextmanager
async def redis(folder: Path, *options: str, port: int | None = None) -> AsyncIterator[Redis]:
    """One on a free port, or on this one, where one is installed."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed (Debian: apt install redis-server)")
    if port is None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
    command = ["redis-server", "--port", f"{port}", "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *options]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(300):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    break
                except OSError:
                    await asyncio.sleep(0.05)
        writer.close()
        yield Redis(port, process)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
