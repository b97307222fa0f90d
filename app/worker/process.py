"""The process of `assay worker`: a worker and the sending of mail, until SIGTERM or SIGINT."""

import asyncio
import signal
from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack

from app.ai.providers import Providers
from app.ai.simulated import simulated_providers
from app.dev import embedded_postgres
from app.event_loop import loop_factory
from app.mail.sender import report_settings, sending
from app.security.keyring import Ring, load_ring
from app.settings import Settings
from app.systemd import notify, watched
from app.worker.intervals import USUAL, Intervals
from app.worker.kinds import Kind, named
from app.worker.model_retirements import report_model_retirements
from app.worker.worker import start


def run(settings: Settings, intervals: Intervals = USUAL, kinds: Collection[str] | None = None) -> None:
    """`assay worker`: one worker until SIGTERM or SIGINT. Raises KindUnknown and WorkerBrokeDown."""
    modules = named(kinds)
    with embedded_postgres.database(settings.database_url, settings.assay_data_dir) as url:
        ring = load_ring(settings, embedded=settings.database_url is None)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_run(url, settings, ring, intervals, modules))


async def _run(url: str, settings: Settings, ring: Ring, intervals: Intervals, kinds: Mapping[str, Kind]) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with AsyncExitStack() as stack:
        simulated = await stack.enter_async_context(simulated_providers(settings))
        providers = await stack.enter_async_context(Providers(settings, simulated=simulated))
        report_settings(settings, links=False)
        await stack.enter_async_context(sending(url, settings, ring, stop=told.set))
        worker = await stack.enter_async_context(start(url, settings, providers, ring, intervals, kinds=kinds))
        await report_model_retirements(worker.runner.database, worker.runner.queries)
        async with watched(worker.status, worker.alive):
            try:
                await worker.until(told)
            finally:
                notify("STOPPING=1", "STATUS=drains: jobs in flight finish")
