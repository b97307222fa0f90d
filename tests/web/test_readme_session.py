"""The README's session, typed as it stands there, against a service that was started as the README says."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.conftest import scratch

ROOT = Path(__file__).resolve().parents[2]
SESSION = re.search(r"```bash\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture
def folder() -> Iterator[Path]:
    with scratch() as made:
        yield made


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.mark.skipif(shutil.which("curl") is None or shutil.which("bash") is None, reason="needs curl and bash")
def test_curl_alone_plays_the_readmes_session(folder: Path) -> None:
    assert SESSION is not None
    port = free_port()
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "SMTP_URL", "PUBLIC_URL")
    } | {"PYTHONPATH": str(ROOT), "PORT": str(port), "DRAIN_NOTICE_SECONDS": "0"}
    command = [sys.executable, "-m", "app"]
    output = folder / "serve.txt"
    with output.open("wb") as out:
        service = subprocess.Popen([*command, "serve"], cwd=folder, env=environment, stdout=out, stderr=out)
        try:
            wait_until_ready(port, service)
            session = SESSION[1].replace("http://127.0.0.1:8000", f"http://127.0.0.1:{port}")
            session = session.replace(".venv/bin/assay", " ".join(command))
            played = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", session],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=300,
            )
        finally:
            service.send_signal(signal.SIGTERM)
            code = service.wait(30)
    assert played.returncode == 0, played.stderr + output.read_text()
    assert '"total_gold_coins"' in played.stdout
    assert re.search(r'"score" ?: ?\d+', played.stdout), played.stdout
    assert code == 0


def wait_until_ready(port: int, service: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and service.poll() is None:
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/ready", trust_env=False).status_code == 200:
                return
        except httpx2.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("assay serve is not ready")
