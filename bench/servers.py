"""The servers that are measured, one process each, as somebody would start them."""

import base64
import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = Path(__file__).with_name("peers")
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; its memory is read from /proc."""

    name: str
    address: str
    pid: int

    def memory(self) -> dict[str, int]:
        """Resident now and at most, in bytes."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        values = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.startswith("Vm")}
        return {"now": values["VmRSS"], "most": values["VmHWM"]}

    def cpu_seconds(self) -> float:
        """What it has computed since its start."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(name: str, command: list[str], environment: dict[str, str], port: int, folder: Path) -> Iterator[Server]:
    """Start, wait until it accepts connections, and end it with SIGTERM. Raises RuntimeError when it does not start."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "TMPDIR")}
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=kept | environment, stdout=log, stderr=log)
    try:
        _wait(name, process, port, folder)
        yield Server(name, f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(name: str, process: "subprocess.Popen[bytes]", port: int, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{name} does not start: {(folder / f'{name}.log').read_text(errors='replace')[-2000:]}")


def assay(
    url: str, folder: Path, *options: str, name: str = "assay", worker: bool = False, root: Path = ROOT
) -> "contextlib._GeneratorContextManager[Server]":
    """`assay serve` with everything on, as an installed one would run; no worker unless asked for.

    `root`: of another checkout.
    """
    port = free_port()
    environment = {
        "PYTHONPATH": str(root),
        "DATABASE_URL": url,
        "ASSAY_SECRET_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "ASSAY_DATA_DIR": str(folder / f"{name}-data"),
        "LOG_DIR": str(folder / f"{name}-logs"),
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",  # nobody is there
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
        "DRAIN_NOTICE_SECONDS": "0",
    }
    command = [sys.executable, "-m", "app", "serve", "--port", str(port), *options]
    return running(name, command if worker else [*command, "--no-worker"], environment, port, folder)


def peer(
    python: Path, url: str, folder: Path, app: str = "service:app"
) -> "contextlib._GeneratorContextManager[Server]":
    """The FastAPI service under uvicorn with uvloop and httptools."""
    environment = {"PEER_DATABASE_URL": url.replace("postgresql://", "postgresql+asyncpg://", 1)}
    return _uvicorn("fastapi", app, python, environment, folder)


def hello(python: Path, folder: Path) -> "contextlib._GeneratorContextManager[Server]":
    """The Starlette hello-world under the same uvicorn."""
    return _uvicorn("hello", "hello:app", python, {}, folder)


def _uvicorn(
    name: str, app: str, python: Path, environment: dict[str, str], folder: Path
) -> "contextlib._GeneratorContextManager[Server]":
    port = free_port()
    options = ["--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"]
    command = [str(python), "-m", "uvicorn", app, "--app-dir", str(PEERS), "--port", str(port), *options]
    return running(name, command, environment, port, folder)


def peers_python(folder: Path) -> Path:
    """An interpreter with what the peers need, every hash checked; made in `folder` when it is not there yet."""
    python = folder / "peers-venv" / "bin" / "python"
    mark = folder / "peers-venv" / "complete"
    if not mark.exists():
        venv.create(folder / "peers-venv", with_pip=True, clear=True)
        lock = PEERS / "requirements.lock"
        install = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
        subprocess.run([*install, "--requirement", str(lock)], check=True)
        mark.touch()
    return python


def fetch(address: str, token: str) -> bytes:
    """One GET; raises urllib.error.HTTPError for anything but 2xx."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=30) as response:
        body: bytes = response.read()
    return body
