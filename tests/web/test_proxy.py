"""The reverse proxies of deploy/, with a real nginx and Caddy where they are installed (Debian: nginx, caddy)."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from app.web.handlers.meta import metrics
from app.web.route import PLAIN
from tests.web.conftest import Serve, toy_route

DEPLOY = Path(__file__).parents[2] / "deploy"
ROUTES = (
    toy_route("GET", "/same", "same"),
    toy_route("GET", "/metrics", handler=metrics, limited=False, produces=(PLAIN,)),
)
QUERIES = {"student/same": "select '\"same\"'::json"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@asynccontextmanager
async def proxy(name: str, behind: int, folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """The proxy as it is configured in deploy/, on a free port, before the service on port `behind`."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed (Debian: apt install {name})")
    port = free_port()
    file = {"nginx": "nginx.conf", "caddy": "Caddyfile"}[name]
    text = (DEPLOY / file).read_text("utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{behind}")
    text = text.replace("127.0.0.1:8080", f"127.0.0.1:{port}").replace(":8081", f":{port}")
    text = text.replace("by_address 200", "by_address 5")
    (folder / file).write_text(text)
    command = {
        "nginx": ["-p", str(folder), "-c", str(folder / file), "-g", f"daemon off; pid {folder}/pid;"],
        "caddy": ["run", "--adapter", "caddyfile", "--config", str(folder / file)],
    }[name]
    with (folder / f"{name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(name, *command, stdout=log, stderr=log, cwd=folder)
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
            async with asyncio.timeout(60):
                while process.returncode is None:
                    try:
                        await client.get("/nothing")
                        break
                    except httpx2.TransportError:
                        await asyncio.sleep(0.05)
            assert process.returncode is None, (folder / f"{name}.log").read_text()
            yield client
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@pytest.mark.parametrize("name", ["nginx", "caddy"])
async def test_a_proxy_passes_on_who_asks_and_believes_no_client(serve: Serve, tmp_path: Path, name: str) -> None:
    async with serve(ROUTES, QUERIES) as toy, proxy(name, int(toy.client.base_url.port or 0), tmp_path) as client:
        left = []
        for said in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
            answer = await client.get("/same", headers={"X-Forwarded-For": said})
            assert answer.status_code == 200
            left.append(int(answer.headers["x-ratelimit-remaining"]))
        assert left[0] - left[2] == 2  # one client, whatever it says about itself
        assert (await client.get("/metrics")).status_code == 404
        assert (await client.get("/same", headers={"X-Long": "a" * 100_000})).status_code >= 400


async def test_nginx_refuses_an_address_that_opens_too_many_connections(serve: Serve, tmp_path: Path) -> None:
    slow = {"student/same": "select '\"same\"'::json from pg_sleep(1)"}
    async with serve(ROUTES, slow) as toy, proxy("nginx", int(toy.client.base_url.port or 0), tmp_path) as client:
        answers = await asyncio.gather(*(client.get("/same") for _ in range(12)))
        assert {answer.status_code for answer in answers} == {200, 503}
