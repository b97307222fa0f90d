"""`assay serve --processes N`: so many API processes on one listening socket, and one worker; who dies is replaced."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Sequence

from prometheus_client import multiprocess

from app.metrics import NUMBER, SHARED
from app.systemd import VARIABLES, Hearing, hearing, notify, watchdog_seconds, watched

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0  # before a process that died is started again
STABLE_SECONDS = 30.0  # who has lived so long died of something new


async def supervise(commands: Sequence[Sequence[str]], listening: socket.socket) -> int:
    """Keep a process running for each list of arguments of `assay` until SIGTERM or SIGINT; then all drain.

    They inherit `listening`, which is closed here as soon as all are to end. Returns 0 when each has ended as it was
    told to, else 1. Should this process be killed, the others end likewise, since their standard input ends.

    It speaks to systemd for all of them: it is ready when each has been, and lives while each does. Where systemd
    watches, one that hangs is killed, and replaced as one that died; should even that not help, this process is silent.
    """
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    with tempfile.TemporaryDirectory(prefix="assay-metrics-") as folder, contextlib.ExitStack() as stack:
        shared = [{SHARED: folder, NUMBER: str(number)} for number in range(len(commands))]
        watchdog = watchdog_seconds()
        heard = [stack.enter_context(hearing(f"{folder}/notify-{n}", watchdog)) for n in range(len(commands))]
        each = zip(commands, shared, heard, strict=True)
        kept = [asyncio.create_task(_keep(command, known, one, listening, over)) for command, known, one in each]
        told, ready = asyncio.create_task(over.wait()), asyncio.gather(*(one.ready.wait() for one in heard))
        await asyncio.wait((told, ready), return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        async with watched(lambda: f"keeps {len(commands)} processes", lambda: all(one.left() > 0 for one in heard)):
            await told
            notify("STOPPING=1", "STATUS=drains")
            listening.close()
            return int(any(await asyncio.gather(*kept)))


async def _keep(
    command: Sequence[str], shared: dict[str, str], heard: Hearing, listening: socket.socket, over: asyncio.Event
) -> int:
    """One process, again and again, with these variables. Returns the exit code of the last one."""
    pause = FIRST_PAUSE
    # systemd watches the process that it started, and this one watches those.
    others = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    while True:
        began = time.monotonic()
        heard.begin()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", *command, "--supervised",
            stdin=asyncio.subprocess.PIPE, pass_fds=(listening.fileno(),), env=others | shared | heard.variables,
        )  # fmt: skip
        told, ended = asyncio.create_task(over.wait()), asyncio.create_task(process.wait())
        silent = asyncio.create_task(heard.silence())
        await asyncio.wait((told, ended, silent), return_when=asyncio.FIRST_COMPLETED)
        if over.is_set():
            heard.begin()
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            await asyncio.wait((ended, silent), return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            log.error("process %d (assay %s) hangs: it says nothing, and is killed", process.pid, command[0])
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        code = await ended
        heard.end()
        told.cancel()
        silent.cancel()
        # What it counted stays; what was so of it alone is so no longer.
        multiprocess.mark_process_dead(shared[NUMBER], shared[SHARED])  # type: ignore[no-untyped-call]
        if over.is_set():
            return 0 if code == -signal.SIGTERM else code  # it had not begun to listen to signals
        log.error("process %d (assay %s) ended with %d and is replaced", process.pid, command[0], code)
        pause = FIRST_PAUSE if time.monotonic() - began > STABLE_SECONDS else min(2 * pause, LONGEST_PAUSE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await over.wait()
                return 0


def end_with_parent() -> None:
    """Ends this process as SIGTERM does, when its standard input ends: whoever started it is gone."""

    def watch() -> None:
        with open(0, "rb", buffering=0, closefd=False) as parent:
            while parent.read(1024):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
