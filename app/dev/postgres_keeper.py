"""The running server of a data folder: which process it is, and how it stops. Run as a program: its keeper.

It imports nothing of assay, so that it may be run by its path.
"""

import contextlib
import fcntl
import os
import signal
import sys
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped,unused-ignore]

STOP_SECONDS = 30
PID_FILE = "postmaster.pid"


def status(data: Path) -> list[str]:
    """The stripped lines of postmaster.pid: pid, folder, start time, port, socket folder, address, memory, status."""
    try:
        lines = (data / PID_FILE).read_text("utf-8", "surrogateescape").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [line.strip() for line in lines]


def alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def works_in(process: psutil.Process, data: Path) -> bool:
    """A server and its children have the data folder as their working directory."""
    try:
        return Path(process.cwd()).samefile(data)
    except (psutil.Error, OSError):
        return False


def family(data: Path) -> list[int]:
    return [process.pid for process in psutil.process_iter() if works_in(process, data)]


def running(data: Path) -> int | None:
    """The pid of the server of this folder, or None; a number that now is some other process's does not count."""
    lines = status(data)
    try:
        process = psutil.Process(int(lines[0]))
    except (IndexError, ValueError, psutil.NoSuchProcess):
        return None
    return process.pid if works_in(process, data) else None


def halt(data: Path) -> None:
    """Stop the server of this folder: at once, but with a checkpoint; the hard way when that takes too long."""
    for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, STOP_SECONDS)):
        pid = running(data)
        if pid is None:
            return
        folder = Path(status(data)[4])
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while running(data) and time.monotonic() < deadline:
            time.sleep(0.01)
        if folder != data:
            with contextlib.suppress(OSError):
                folder.rmdir()


def lock_file(path: Path, mode: int, create: int = 0) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | create, 0o600)
    try:
        fcntl.flock(descriptor, mode)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def keep(home: Path) -> None:
    """Wait until nobody uses the server of `home`, then stop it; a folder that is gone needs nothing."""
    with contextlib.suppress(FileNotFoundError):
        last = lock_file(home / "postgres.users", fcntl.LOCK_EX)
        try:
            halt(home / "postgres")
        finally:
            os.close(last)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
