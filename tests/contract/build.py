"""A checkout of assay, run as processes in a folder of its own: nothing of it is imported here."""

import base64
import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 300.0  # seconds for what takes one or two on a quiet machine
FREE_BYTES = 1 << 30


@dataclass(frozen=True)
class Build:
    """Where a checkout is, and the Python that has its dependencies."""

    root: Path
    python: Path

    def start(
        self,
        folder: Path,
        arguments: Sequence[str],
        variables: Mapping[str, str],
        out: int = subprocess.PIPE,
        err: int = subprocess.PIPE,
    ) -> subprocess.Popen[str]:
        """`assay` with these arguments, in this folder, with nothing from this process's environment."""
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(self.root),
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
            "NO_COLOR": "1",
            **variables,
        }
        return subprocess.Popen(
            [self.python, "-m", "app", *arguments],
            cwd=folder, env=environment, encoding="utf-8", errors="replace",
            stdin=subprocess.PIPE, stdout=out, stderr=err,
        )  # fmt: skip


def this_build() -> Build:
    """The checkout that this file is in."""
    return Build(ROOT, Path(sys.executable))


def build_in(root: Path) -> Build:
    """Another one, set up by `python3 dev.py`."""
    return Build(root.resolve(), root.resolve() / ".venv/bin/python")


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where enough is free. Others may walk through it: root starts PostgreSQL as another user."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > FREE_BYTES
    folder = Path(tempfile.mkdtemp(prefix="assay-session-", dir=memory if roomy else None))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        ends = time.monotonic() + TIMEOUT
        while folder.exists() and time.monotonic() < ends:  # a database that is being stopped writes its last files
            shutil.rmtree(folder, ignore_errors=True)
            time.sleep(0.02)


def free_port() -> int:
    """A port of loopback that nobody uses just now."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def master_key() -> str:
    """A new Fernet key."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


class Processes:
    """Those that run beside the session; all are ended with it."""

    def __init__(self, build: Build, folder: Path, variables: Mapping[str, str]) -> None:
        self.build, self.folder, self.variables = build, folder, dict(variables)
        self.running: list[subprocess.Popen[str]] = []

    def start(self, name: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        """What it says goes to the files NAME.out and NAME.err, so that it never waits for a reader."""
        out, err = (self.folder / f"{name}.{kind}" for kind in ("out", "err"))
        with out.open("ab") as output, err.open("ab") as errors:
            process = self.build.start(
                self.folder, arguments, {**self.variables, **variables}, output.fileno(), errors.fileno()
            )
        self.running.append(process)
        return process

    def to_its_end(self, arguments: Sequence[str], said: str, variables: Mapping[str, str]) -> tuple[int, str, str]:
        """A command with `said` on its standard input: its exit code, its output, and what is on standard error."""
        process = self.build.start(self.folder, arguments, variables)
        try:
            out, err = process.communicate(said, timeout=TIMEOUT)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        return process.returncode, out, err

    def end(self, process: subprocess.Popen[str]) -> int:
        """Tell it to end as an operator would; its exit code."""
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=TIMEOUT)
        self.running.remove(process)
        return process.returncode

    def end_all(self) -> None:
        """For the end of a session that broke off, too."""
        for process in list(reversed(self.running)):
            try:
                self.end(process)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                self.running.remove(process)


def wait_for(port: int, path: str, process: subprocess.Popen[str]) -> None:
    """Wait until a server answers with 200. Raises RuntimeError when it has ended, or does not in time."""
    ends = time.monotonic() + TIMEOUT
    while time.monotonic() < ends and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing answers {path}; exit code {process.poll()}")
