"""`assay serve`: migrate the database, then run the API and, unless told otherwise, one grading worker."""

import argparse
import asyncio
import gc
import importlib
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.ai.prompts import Prompts
from app.ai.simulated import SimulatedProviders, simulated_providers
from app.commands import CommandError
from app.db.database import Database
from app.db.migrate import digest, migrations_of, read_files
from app.db.migrate import migrate as bring_up
from app.dev import embedded_postgres
from app.doctor.at_start import warn
from app.doctor.finding import Deployment
from app.event_loop import loop_factory
from app.http_server import serve_http
from app.logs import logged
from app.loopback import is_loopback
from app.mail.links import MailLinks
from app.mail.sender import MailBrokeDown, report_settings, sending
from app.security.keyring import Ring, load_ring
from app.settings import Settings
from app.supervisor import end_with_parent, supervise
from app.version import commit
from app.web.application import create_app
from app.web.state import AppState
from app.worker import WorkerBrokeDown
from app.worker.model_retirements import report_model_retirements

if TYPE_CHECKING:
    from app.ai.providers import Providers

log = logging.getLogger(__name__)

OVERRIDES = ("host", "port")
DRAINS = True
BACKLOG = 2048
GARBAGE = 10_000  # objects made and not yet freed, before the collector looks for cycles among them


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="instead of HOST")
    parser.add_argument("--port", help="instead of PORT")
    parser.add_argument("--no-worker", action="store_true", help="grade nothing in this process")
    parser.add_argument("--no-migrate", action="store_true", help="leave the database as it is")
    parser.add_argument("--processes", type=_at_least_one, default=1, help="API processes; 1 unless given")
    parser.add_argument("--socket", type=int, help=argparse.SUPPRESS)  # as `supervised`: between processes of ours
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Until SIGTERM or SIGINT; raises as `serve`."""
    with logged(settings):
        if arguments.supervised:
            end_with_parent()
        return serve(
            settings,
            worker=not arguments.no_worker,
            migrate=not arguments.no_migrate,
            processes=arguments.processes,
            inherited=arguments.socket,
        )


class LateProviders:
    """The AI services, made when they are first needed: to import their SDKs takes more than a second and 70 MB."""

    def __init__(self, settings: Settings, simulated: SimulatedProviders | None) -> None:
        self.settings, self.simulated = settings, simulated
        self._making: asyncio.Task[Providers] | None = None

    async def __call__(self) -> "Providers":
        if self._making is None or failed(self._making):
            self._making = asyncio.create_task(self._make())
        return await asyncio.shield(self._making)

    async def _make(self) -> "Providers":
        module = await asyncio.to_thread(importlib.import_module, "app.ai.providers")
        made: Providers = module.Providers(self.settings, simulated=self.simulated)
        settle()
        return made

    async def aclose(self) -> None:
        """Closes their connection pools, if there are any."""
        if self._making is not None and not failed(self._making):
            await (await self._making).aclose()


def failed(task: "asyncio.Task[Any]") -> bool:
    """Whether it has ended without a result: then it is worth another try."""
    return task.done() and (task.cancelled() or task.exception() is not None)


@dataclass(frozen=True, slots=True)
class ApiKeyIntake:
    """How a teacher's API key is tried out and sealed."""

    ring: Ring
    services: LateProviders

    def seal(self, teacher_id: str, provider: str, key: str) -> bytes:
        return self.ring.seal(teacher_id, provider, key)

    async def check(self, provider: Any, key: str) -> str:
        services = await self.services()
        from app.ai.key_check import check_key

        return await check_key(services, provider, key)


def serve(
    settings: Settings,
    *,
    worker: bool = True,
    migrate: bool = True,
    processes: int = 1,
    inherited: int | None = None,
) -> int:
    """Serve until SIGTERM; the exit code. `inherited`: the file descriptor of a socket that listens already.

    Raises OSError when the address is taken, CommandError when the worker broke down, and what migrating and the
    secrets raise.
    """
    listening = listen(settings.host, settings.port) if inherited is None else socket.socket(fileno=inherited)
    address, number = listening.getsockname()[:2]
    settings = settings.model_copy(update={"port": number})
    with listening, embedded_postgres.database(settings.database_url, settings.assay_data_dir) as url:
        ring = load_ring(settings, embedded=settings.database_url is None)
        if migrate:
            bring_up(url)
        if inherited is None:
            log.info("listening on http://%s:%d", f"[{address}]" if ":" in address else address, number)
            warn(Deployment(settings, url, processes))
        if processes > 1:
            return asyncio.run(_supervised(settings, listening, processes, worker=worker))
        try:
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(_serve(url, settings, ring, listening, worker=worker))
        except (MailBrokeDown, WorkerBrokeDown) as error:
            raise CommandError(str(error)) from None
    return 0


async def _supervised(settings: Settings, listening: socket.socket, processes: int, *, worker: bool) -> int:
    place = ("--host", settings.host, "--port", str(settings.port), "--socket", str(listening.fileno()))
    commands = [("serve", *place, "--no-worker", "--no-migrate")] * processes
    return await supervise([*commands, ("worker",)] if worker else commands, listening)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one.

    What it accepts inherits TCP_NODELAY. asyncio's own loop sets it only where a socket names its protocol, which one
    of `create_server` does not: the body of a response would wait for the client's ACK of its head, for 40 ms.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


async def _serve(url: str, settings: Settings, ring: Ring, listening: socket.socket, *, worker: bool) -> None:
    async with AsyncExitStack() as stack:
        simulated = await stack.enter_async_context(simulated_providers(settings))
        services = LateProviders(settings, simulated)
        stack.push_async_callback(services.aclose)
        api_keys, ai, files = ApiKeyIntake(ring, services), ai_of(settings, simulated), read_files()
        state = AppState(
            url, settings, api_keys, MailLinks(ring, settings.link_prefix), ai=ai,
            schema=digest(files), migrations=migrations_of(files), commit=commit(),
        )  # fmt: skip
        app = create_app(state)
        simulating = settings.database_url is not None and ai["ai"] == "simulated"
        log.log(logging.WARNING if simulating else logging.INFO, "the AI services are %s", ai["ai"])
        report_settings(settings)
        await stack.enter_async_context(sending(url, settings, ring, state.queries, state.stop.set))
        if worker:  # left first at the end: no new jobs, those that run finish or go back
            async with Database(url, size=1, name="assay worker", role="assay_worker") as database:
                await report_model_retirements(database, state.queries)
            Prompts(settings.prompts_dir)  # a wrong one is said now, not when the first job comes
            await stack.enter_async_context(_grading_soon(url, settings, services, ring, state))
        settle()
        await serve_http(app, listening, settings.forwarded_allow_ips, settings.drain_notice_seconds)
        if state.broken:
            raise CommandError(state.broken)


@asynccontextmanager
async def _grading_soon(
    url: str, settings: Settings, services: LateProviders, ring: Ring, state: AppState
) -> AsyncIterator[None]:
    """The worker, begun while the API answers already. When it cannot begin or breaks down, the whole process ends, and
    this raises what ended it."""
    over = asyncio.Event()

    async def grade() -> None:
        ready = await services()
        from app.worker import worker

        async with worker.start(url, settings, ready, ring) as running:
            state.vital.append(running.alive)
            await running.until(over)

    def ended(task: asyncio.Task[None]) -> None:
        if not over.is_set():
            state.stop.set()

    working = asyncio.create_task(grade())
    working.add_done_callback(ended)
    try:
        yield
    finally:
        over.set()
        await working


def settle() -> None:
    """What was imported stays: the collector need not look at it again, nor after every few requests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 20, 20)


def ai_of(settings: Settings, simulated: SimulatedProviders | None) -> dict[str, str]:
    """What /ready says: `simulated` when keys that are no real ones are answered here, or an address is on loopback."""
    hosts = [urlsplit(address).hostname or "" for address in settings.provider_urls.values()]
    local = simulated is not None or any(is_loopback(host) for host in hosts)
    return {"ai": "simulated" if local else "real"}
