"""What systemd is told of this process, by the protocol of sd_notify(3): a datagram to the socket that it names."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
FULL_SECONDS = 1.0  # so long it waits at most when systemd reads nothing
STATUS_SECONDS = 10.0  # where no watchdog asks for more


def notify(*states: str) -> None:
    """Says `READY=1`, `STATUS=…` and the like; nothing where systemd did not start this process, or listens no more."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
        sending.settimeout(FULL_SECONDS)
        sending.sendto("\n".join(states).encode(), f"\0{address[1:]}" if address[0] == "@" else address)


def watchdog_seconds() -> float | None:
    """After how long a silence systemd ends this process; None: it does not watch."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    text = os.environ.get("WATCHDOG_USEC", "")
    return int(text) / 1_000_000 if text.isdigit() and int(text) else None


@asynccontextmanager
async def watched(status: Callable[[], str], alive: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
    """Says that this process is ready, then, from its event loop, how it is, for as long as it is `alive`; and at the
    end that it stops. An event loop that hangs says nothing, and so has this process restarted."""
    if "NOTIFY_SOCKET" not in os.environ:
        yield
        return
    seconds = watchdog_seconds()

    async def beat() -> None:
        while True:
            notify(f"STATUS={status()}", *(["WATCHDOG=1"] if seconds and alive() else []))
            await asyncio.sleep(seconds / 3 if seconds else STATUS_SECONDS)

    notify("READY=1")
    beating = asyncio.create_task(beat())
    try:
        yield
    finally:
        beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beating
