"""`assay worker` with METRICS_PORT answers Prometheus itself, on a thread of its own."""

import asyncio
import os
import re
import signal
import socket
import sys
from pathlib import Path

import httpx2

from app.metrics_server import serving_metrics
from tests.setup.console import assay
from tests.worker.conftest import ROOT
from tests.worker.rows import SECRET


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = assay("worker", cwd=tmp_path, METRICS_PORT=str(port), DATABASE_URL="postgresql://127.0.0.1:1/assay")
    assert done.returncode == 1
    assert f"METRICS_PORT: 127.0.0.1:{port} cannot be listened on (Address already in use)." in done.stderr


async def test_a_worker_alone_says_what_it_counted_and_ends_with_0(db: str, tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATABASE_URL": db, "ASSAY_DATA_DIR": str(tmp_path),
        "LOG_DIR": str(tmp_path / "logs"), "ASSAY_SECRET_KEYS": SECRET, "METRICS_PORT": "0",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "worker", cwd=tmp_path, env=environment, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr
    try:
        async with asyncio.timeout(300):
            while not (found := re.search(rb"metrics are at (http://\S+)", await process.stderr.readline())):
                assert not process.stderr.at_eof()
        drain = asyncio.create_task(process.stderr.read())
        async with httpx2.AsyncClient(trust_env=False) as client, asyncio.timeout(300):
            while "assay_pool_connections_max" not in (text := (await client.get(found[1].decode())).text):
                await asyncio.sleep(0.05)
            while 'assay_listener_connected{listener="mail"} 1.0' not in text:
                text = (await client.get(found[1].decode())).text
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 300) == 0
        await drain
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_it_answers_this_machine_at_one_address_and_nobody_else() -> None:
    with serving_metrics("127.0.0.1", 0, None) as port:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            assert (await client.get("/metrics")).headers["content-type"].startswith("text/plain; version=")
            assert (await client.get("/")).status_code == 404
            refused = await client.post("/metrics")
            assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await reader.read()
        assert head.startswith(b"HTTP/1.0 200 OK\r\n") and head.endswith(b"\r\n\r\n")
        writer.close()
    with serving_metrics("::1", 0, None) as port:
        async with httpx2.AsyncClient(base_url=f"http://[::1]:{port}", trust_env=False) as client:
            assert (await client.get("/metrics")).status_code == 200
