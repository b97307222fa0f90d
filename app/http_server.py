"""uvicorn as it is installed, with this machine's ceiling on connections."""

import asyncio
import contextlib
import logging
import math
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import cast

import uvicorn
from starlette.applications import Starlette

from app.connections import Connection, Places
from app.systemd import notify, watched

log = logging.getLogger(__name__)

DRAIN_SECONDS = 20  # for responses under way at SIGTERM; those that wait for a job answer at once with the job
KEEP_ALIVE_SECONDS = 75
MOST_CONNECTIONS = 10_000
RESERVED = 256  # descriptors for what is no client: the database, log files, AI services
REPEAT_SECONDS = 60.0  # what uvicorn warns of, once for each request, is logged so often
UNSAID = ("Exception in ASGI application", "No supported WebSocket library")
TICK_SECONDS = 0.1


async def serve_http(
    app: Starlette, listening: socket.socket, forwarded_allow_ips: str = "127.0.0.1", notice_seconds: float = 0.0
) -> None:
    """Serve until SIGTERM or SIGINT, or until the application's state says stop, and until the responses under way
    have gone out. From SIGTERM on /ready answers 503 for `notice_seconds` before the socket closes."""
    ceiling = connection_ceiling(raise_descriptor_limit())
    log.info("at most %d connections at a time", ceiling)
    logging.getLogger("uvicorn.error").addFilter(LogFilter())
    # uvicorn sends itself the signal again when it has ended: to end is what SIGTERM asked for, and no failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    server = uvicorn.Server(config_of(app, forwarded_allow_ips, ceiling))
    async with ending(server, app, notice_seconds):
        await server.serve(sockets=[listening])


def config_of(
    app: Starlette, forwarded_allow_ips: str = "127.0.0.1", ceiling: int = MOST_CONNECTIONS
) -> uvicorn.Config:
    """How uvicorn serves the application. `ceiling`: more connections than that are answered with 503."""
    return uvicorn.Config(
        app,
        http=cast("type[asyncio.Protocol]", partial(Connection, Places(ceiling))),
        interface="asgi3",
        ws="none",
        lifespan="on",
        forwarded_allow_ips=forwarded_allow_ips,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


@asynccontextmanager
async def ending(server: uvicorn.Server, app: Starlette, notice_seconds: float) -> AsyncIterator[None]:
    """Tells the server when it is to end. Then those who wait for a job are answered; it waits for them, and would for
    a minute. SIGINT, and a second SIGTERM, cut the notice short."""
    state, hurry = app.state.assay, asyncio.Event()

    def on_sigterm(*_: object) -> None:
        (hurry if state.stop.is_set() else state.stop).set()

    async def over(event: asyncio.Event, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while not (event.is_set() or server.should_exit) and time.monotonic() < ends:  # noqa: ASYNC110
            await asyncio.sleep(TICK_SECONDS)  # uvicorn has no event for what it is told

    async def end() -> None:
        while not (server.started or server.should_exit):  # noqa: ASYNC110
            await asyncio.sleep(TICK_SECONDS)
        async with watched(state.status, state.alive):
            await tell()
            await asyncio.sleep(math.inf)  # until the server has ended

    async def tell() -> None:
        loop = asyncio.get_running_loop()
        if threading.current_thread() is threading.main_thread():  # in place of uvicorn's own, which closes at once
            signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(on_sigterm))
        await over(state.stop, math.inf)
        notify("STOPPING=1")
        if state.stop.is_set():
            state.draining = True
            await over(hurry, notice_seconds)
        state.draining = server.should_exit = True
        state.job_updates.close()

    task = asyncio.create_task(end())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def raise_descriptor_limit() -> int:
    """How many descriptors this process may have: the soft limit, raised as far as it may be."""
    try:
        import resource
    except ImportError:  # Windows
        return 2048
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS + RESERVED
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 1_048_576)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # what the kernel allows may be less than what it says
        return soft
    return wanted


def connection_ceiling(descriptors: int) -> int:
    """How many connections leave enough descriptors for everything else."""
    return max(16, min(MOST_CONNECTIONS, descriptors - RESERVED))


class LogFilter(logging.Filter):
    """Leaves out uvicorn's own report of an exception, which may hold what was sent, advice about what is not wanted
    here, and repetitions: anybody may send what is no HTTP, a thousand times a second."""

    def __init__(self) -> None:
        super().__init__()
        self.said_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        message = str(record.msg)
        if message.startswith(UNSAID):
            return False
        if record.levelno >= logging.WARNING:
            now = time.monotonic()
            if now - self.said_at.get(message, -REPEAT_SECONDS) < REPEAT_SECONDS:
                return False
            self.said_at[message] = now
        return True
