"""What systemd is told of this process, by the protocol of sd_notify(3): a datagram to the socket that it names.

`assay serve --processes N` hears its processes by the same protocol, each at a socket of its own (`Hearing`)."""

import asyncio
import contextlib
import math
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID")
START_SECONDS = 90.0  # so long a process may take to say that it is ready, as systemd gives it unless told otherwise
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


class Hearing:
    """What a process says that is started with `variables`: whether it is ready, and that it lives."""

    def __init__(self, address: str, seconds: float | None) -> None:
        self.address, self.seconds = address, seconds
        self.ready = asyncio.Event()
        self.begin()

    @property
    def variables(self) -> dict[str, str]:
        watchdog = {"WATCHDOG_USEC": str(round(self.seconds * 1_000_000))} if self.seconds else {}
        return {"NOTIFY_SOCKET": self.address} | watchdog

    def begin(self) -> None:
        """A process was started, or told to end: it may be silent for as long as that takes."""
        self.spoke, self.began = time.monotonic(), False

    def end(self) -> None:
        """There is none of which anything could be heard."""
        self.spoke = math.inf

    def hear(self, text: str) -> None:
        lines = text.splitlines()
        if "READY=1" in lines:
            self.began = True
            self.ready.set()
        if "READY=1" in lines or "WATCHDOG=1" in lines:
            self.spoke = time.monotonic()

    def left(self) -> float:
        """For how many seconds it may still be silent, without end where nobody watches; 0 or less: it hangs."""
        if self.seconds is None:
            return math.inf
        return self.spoke + (self.seconds if self.began else START_SECONDS) - time.monotonic()

    async def silence(self) -> None:
        """Ends when the process has been silent for too long."""
        while (left := self.left()) > 0:  # noqa: ASYNC110 - it is the clock that ends this
            await asyncio.sleep(min(left, self.seconds or STATUS_SECONDS))


@contextlib.contextmanager
def hearing(address: str, seconds: float | None) -> Iterator[Hearing]:
    """Hears a process at this address, a path, for as long as this lasts."""
    heard = Hearing(address, seconds)
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address)
        listening.setblocking(False)
        loop.add_reader(listening, lambda: heard.hear(listening.recv(4096).decode("utf-8", "replace")))
        try:
            yield heard
        finally:
            loop.remove_reader(listening)
