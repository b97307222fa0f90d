"""A process that is forked by one which has imported assay: that alone takes a program two seconds of CPU.

It has nothing of the process that asked for it: folder, environment and output are those that it is given.
"""

import atexit
import multiprocessing
import os
import pkgutil
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from app import commands

IMPORTED = ("app.worker.process", *(f"app.commands.{one.name}" for one in pkgutil.iter_modules(commands.__path__)))


@dataclass(frozen=True)
class Forked:
    """What the tests ask of a `subprocess.Popen`."""

    process: ForkServerProcess
    log: Path  # its standard error

    def send_signal(self, number: int) -> None:
        """Nothing happens when it has ended."""
        if self.process.is_alive():
            assert self.process.pid
            os.kill(self.process.pid, number)

    def kill(self) -> None:
        """At once, without a word."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. TimeoutError when it does not end in time."""
        self.process.join(timeout)
        if self.process.exitcode is None:
            raise TimeoutError("The process does not end.")
        return self.process.exitcode


def fork(
    work: Callable[..., int | None], *given: Any, folder: Path, environment: Mapping[str, str], log: Path,
    out: Path | None = None,
) -> Forked:  # fmt: skip
    """Calls a function of a module; what that returns is the exit code. Its output is appended to `log` and `out`."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(list(IMPORTED))
    process = forks.Process(target=_begin, args=(work, given, folder, dict(environment), {1: out, 2: log}))
    process.start()
    return Forked(process, log)


def _begin(
    work: Callable[..., int | None], given: tuple[Any, ...], folder: Path, environment: Mapping[str, str],
    files: Mapping[int, Path | None],
) -> None:  # fmt: skip
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in files.items():
        if file:
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(opened, number)
            os.close(opened)
    try:
        code = work(*given)
    finally:
        atexit._run_exitfuncs()  # which a program does, and a process of `multiprocessing` does not
    sys.exit(code)
