"""systemd: what it is told by each process, and units that it understands and finds closed."""

import asyncio
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psutil  # type: ignore[import-untyped,unused-ignore]
import pytest
from cryptography.fernet import Fernet

from app.systemd import START_SECONDS, hearing, notify, watchdog_seconds
from tests.setup.console import ROOT, alone
from tests.web.serve_process import serving

UNITS = sorted((ROOT / "deploy/systemd").iterdir())
EXPOSED = 25  # of 100, as `systemd-analyze security` counts: below 30 it says OK


@pytest.fixture
def heard(tmp_path: Path) -> Iterator[list[str]]:
    """What is said to the socket on which systemd would hear: it is read at once, as systemd does."""
    said: list[str] = []

    def read(listening: socket.socket) -> None:
        while text := listening.recv(4096).decode():
            said.append(text)

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        reading = threading.Thread(target=read, args=(listening,))
        reading.start()
        try:
            yield said
        finally:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
                sending.sendto(b"", str(tmp_path / "notify"))
            reading.join()


async def until(heard: list[str], pattern: str) -> None:
    """Waits until this is said."""
    async with asyncio.timeout(300):
        while not any(re.search(pattern, text) for text in heard):
            await asyncio.sleep(0.02)


async def test_the_api_says_that_it_is_ready_that_it_lives_and_that_it_stops(
    db: str, tmp_path: Path, heard: list[str]
) -> None:
    told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000", "DRAIN_NOTICE_SECONDS": "600"}
    async with serving(db, tmp_path, "--no-worker", **told) as served:
        await until(heard, "^STATUS=serves\nWATCHDOG=1$")
        assert heard[0] == "READY=1"
        served.process.send_signal(signal.SIGTERM)
        await until(heard, "STOPPING=1")
        await until(heard, "^STATUS=drains.*\nWATCHDOG=1$")
        async with httpx2.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{served.url}/ready")).status_code == 503
        assert await served.ended() == 0


async def test_of_several_processes_the_one_that_keeps_them_speaks(db: str, tmp_path: Path, heard: list[str]) -> None:
    told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000"}
    async with serving(db, tmp_path, "--processes", "2", "--no-worker", **told) as served:
        await until(heard, "WATCHDOG=1")
        assert await served.ended() == 0
        await until(heard, "STOPPING=1")
    assert {line for text in heard for line in text.splitlines()} == {
        "READY=1", "STATUS=keeps 2 processes", "WATCHDOG=1", "STOPPING=1", "STATUS=drains",
    }  # fmt: skip


async def test_of_several_processes_one_that_hangs_is_killed_and_replaced_and_the_others_serve(
    db: str, tmp_path: Path, heard: list[str]
) -> None:
    told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "6000000"}
    async with serving(db, tmp_path, "--processes", "2", **told) as served:
        await until(heard, "READY=1")
        everybody = {child.pid for child in psutil.Process(served.process.pid).children()}
        assert len(everybody) == 3
        hung = min(everybody)
        os.kill(hung, signal.SIGSTOP)
        async with asyncio.timeout(300):
            while psutil.pid_exists(hung):
                await asyncio.sleep(0.05)
        heard.clear()
        await until(heard, "WATCHDOG=1")
        async with asyncio.timeout(300):
            while len(children := {child.pid for child in psutil.Process(served.process.pid).children()}) < 3:
                await asyncio.sleep(0.05)
        assert everybody - {hung} < children  # the others were left alone
        async with httpx2.AsyncClient(trust_env=False) as client:
            assert (await client.get(f"{served.url}/ready")).status_code == 200
        assert await served.ended() == 0
    log = (tmp_path / "logs/assay.log").read_text()
    assert re.search(rf"process {hung} \(assay serve\) hangs: it says nothing, and is killed", log)


async def test_who_keeps_processes_speaks_for_one_that_hangs_no_longer_than_for_itself(tmp_path: Path) -> None:
    with hearing(str(tmp_path / "one"), 0.3) as one:
        told = one.variables
        assert told == {"NOTIFY_SOCKET": str(tmp_path / "one"), "WATCHDOG_USEC": "300000"}

        def say(text: str) -> None:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
                sending.sendto(text.encode(), told["NOTIFY_SOCKET"])

        assert 80 < one.left() <= START_SECONDS  # it has just begun
        say("STATUS=begins\nREADY=1")
        await asyncio.wait_for(one.ready.wait(), 300)
        assert one.left() <= 0.3
        say("STATUS=hangs, and says so")  # is no sign of life
        await asyncio.wait_for(one.silence(), 300)
        assert one.left() <= 0
        say("STATUS=serves\nWATCHDOG=1")
        async with asyncio.timeout(300):
            while one.left() <= 0:
                await asyncio.sleep(0)
        one.begin()
        assert one.left() > 80  # told to end, it has longer
        one.end()
        assert one.left() == math.inf
    with hearing(str(tmp_path / "two"), None) as unwatched:
        assert (unwatched.left(), unwatched.variables) == (math.inf, {"NOTIFY_SOCKET": str(tmp_path / "two")})


async def test_a_worker_speaks_and_one_that_hangs_is_silent(db: str, tmp_path: Path, heard: list[str]) -> None:
    environment = {
        "DATABASE_URL": db, "ASSAY_SECRET_KEYS": Fernet.generate_key().decode(), "LOG_DIR": str(tmp_path / "logs"),
        "ASSAY_DATA_DIR": str(tmp_path), "NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "300000",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "worker", cwd=tmp_path, env=alone(environment), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await until(heard, r"^STATUS=worker \d+: 0 jobs in flight\nWATCHDOG=1$")
        assert heard[0] == "READY=1"
        process.send_signal(signal.SIGSTOP)
        assert await asyncio.to_thread(os.waitid, os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
        await asyncio.sleep(0.1)  # what it had said before is read
        count = len(heard)
        await asyncio.sleep(0.9)  # three times the watchdog's patience; there is no fact to wait for
        assert len(heard) == count
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGTERM)
        await until(heard, "STOPPING=1\nSTATUS=drains")
        assert await asyncio.wait_for(process.wait(), 300) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def test_without_systemd_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("NOTIFY_SOCKET", "/nowhere/at/all"), ("WATCHDOG_USEC", "60000000")):
        monkeypatch.setenv(name, value)
    notify("READY=1")
    assert watchdog_seconds() == 60.0
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid() + 1))
    assert watchdog_seconds() is None


def analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not there (Debian: apt-get install systemd)")
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_understood_and_closed(unit: Path, tmp_path: Path) -> None:
    """Its command is that of this environment here, since systemd looks whether there is one."""
    name = unit.name.replace("@.", "@1.")
    for one in UNITS:
        text = one.read_text("utf-8").replace("/opt/assay/bin/assay", str(Path(sys.executable).with_name("assay")))
        (tmp_path / one.name).write_text(text)
    said = analyze("verify", "--man=no", "--recursive-errors=no", str(tmp_path / name))
    about = [line for line in said.stderr.splitlines() if str(tmp_path) in line or "assay" in line]
    assert (said.returncode, about) == (0, [])
    safe = analyze("security", "--offline=true", f"--threshold={EXPOSED}", "--no-pager", str(tmp_path / name))
    assert safe.returncode == 0, safe.stdout
