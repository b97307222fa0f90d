"""A worker in a process of its own, as `assay worker` runs it, at the intervals given as JSON.

It is started as a program, or forked by a server of processes that has imported it: to import the AI services' SDKs
takes two seconds of CPU each time.
"""

import json
import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from app.settings import Settings
from app.worker.intervals import Intervals
from app.worker.process import run


def work(intervals: str) -> None:
    logging.basicConfig(level="INFO", stream=sys.stderr, format="%(levelname)s %(message)s")
    run(Settings(_env_file=None), Intervals(**json.loads(intervals)))


def _work_in(folder: Path, environment: Mapping[str, str], log: Path, intervals: str) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    work(intervals)


class Forked:
    """A forked worker, with what the tests ask of a `subprocess.Popen`."""

    def __init__(self, folder: Path, environment: Mapping[str, str], log: Path, intervals: str) -> None:
        self.log = log
        forks = multiprocessing.get_context("forkserver")
        forks.set_forkserver_preload(["app.worker.process"])
        self._process = forks.Process(target=_work_in, args=(folder, dict(environment), log, intervals))
        self._process.start()

    def send_signal(self, number: int) -> None:
        """Nothing happens when it has ended."""
        if self._process.is_alive():
            assert self._process.pid
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        """At once, without a word."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. TimeoutError when it does not end in time."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError("The worker does not end.")
        return self._process.exitcode


if __name__ == "__main__":
    work(sys.argv[1])
