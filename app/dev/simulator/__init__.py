"""A loopback server that speaks both AI services' wire protocols, for development and tests without keys."""

import asyncio
import ipaddress
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from app.dev.simulator.http_server import Listener
from app.dev.simulator.received_calls import ReceivedCall, ReceivedCalls, fingerprint
from app.dev.simulator.server import Simulator

__all__ = ["ReceivedCall", "ReceivedCalls", "Running", "Simulator", "fingerprint", "running", "serve"]


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that listens: what to set the SDKs' variables to, what it saw, and how to take a service down."""

    host: str
    port: int
    simulator: Simulator

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def openai_base_url(self) -> str:
        """For OPENAI_BASE_URL, which includes /v1."""
        return f"{self.url}/v1"

    @property
    def anthropic_base_url(self) -> str:
        """For ANTHROPIC_BASE_URL, which does not."""
        return self.url

    @property
    def calls(self) -> ReceivedCalls:
        return self.simulator.calls

    def outage(self, **services: bool | int | str) -> None:
        """`outage(openai=True)` takes OpenAI down, `outage(openai=False)` up; see `Simulator.outage`."""
        for service, how in services.items():
            self.simulator.outage(service, how)


def loopback(host: str) -> str:
    """The loopback address that `host` names. Raises ValueError for any other: the simulator is for this machine."""
    address = "127.0.0.1" if host == "localhost" else host
    with suppress(ValueError):
        if ipaddress.ip_address(address).is_loopback:
            return address
    raise ValueError(f"the simulator listens on loopback only, not on {host!r}")


@asynccontextmanager
async def running(
    port: int = 0, host: str = "127.0.0.1", *, observe: Callable[[str, str, dict[str, Any]], None] | None = None
) -> AsyncIterator[Running]:
    """A simulator in the running loop; leaving the block ends it at once, hanging requests included.

    `observe(service, key, body)` sees each well-formed question, in this process only.
    Raises ValueError for a host that is not loopback, OSError for a port that is taken.
    """
    address = loopback(host)
    simulator = Simulator(observe)
    listener = Listener(simulator.handle)
    try:
        yield Running(address, await listener.start(address, port), simulator)
    finally:
        await listener.stop()


async def _serve(host: str, port: int) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: KeyboardInterrupt ends the loop instead
            loop.add_signal_handler(number, stopped.set)
    async with running(port, host) as here:
        print(f"OPENAI_BASE_URL={here.openai_base_url} ANTHROPIC_BASE_URL={here.anthropic_base_url}", flush=True)
        print(
            "Simulated AI services: set the two variables above for assay; any key of 8 characters or more works at "
            "both.\nFaults: a key such as sk-sim:fail=503,delay=0.2 or [[sim:fail=503]] in a text; "
            f"what was asked: {here.url}/simulator/calls",
            flush=True,
        )
        await stopped.wait()


def serve(host: str = "127.0.0.1", port: int = 0) -> None:
    """Runs the simulator until SIGINT or SIGTERM; prints the two variables on its first line.

    Raises ValueError for a host that is not loopback, OSError for a port that is taken.
    """
    loopback(host)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(host, port))
