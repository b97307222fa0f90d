"""What runs beside the requests: the listener, the reading of rate limits, the report; and its end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from app.db.listener import Listener
from app.db.pool_metrics import measuring
from app.metrics import LISTENER_CONNECTED, tell_build
from app.web.state import AppState

POLL_SECONDS = 30.0  # limits are read anew this often, should a notification be lost


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """From before the first request to after the last."""
    state: AppState = app.state.assay
    tell_build(state.version, state.commit)
    changed = asyncio.Event()
    arriving = LISTENER_CONNECTED.labels("api")
    arriving.set(0)

    def on_gap(connected: bool) -> None:
        arriving.set(connected)
        state.job_updates.on_gap(connected)
        changed.set()

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            state.break_down(task.get_name(), error)

    channels = {"assay_job": state.job_updates.on_notify, "assay_rate_limits": lambda _: changed.set()}
    async with state.database, state.figures.database:
        listener = Listener(state.listen_url, channels, on_gap)
        state.vital.append(listener.alive)
        await state.reload()
        parts = {
            "the listener": listener.run(),
            "the reading of rate limits": _reload_when_changed(state, changed),
            "the report of requests": state.metrics.report(),
            "the measuring of pools": measuring(),
        }
        tasks = [asyncio.create_task(part, name=name) for name, part in parts.items()]
        for task in tasks:
            task.add_done_callback(ended)
        try:
            yield
        finally:
            state.job_updates.close()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)


async def _reload_when_changed(state: AppState, changed: asyncio.Event) -> None:
    """Read the limits when they change, and every now and then."""
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await changed.wait()
        changed.clear()
        await state.reload()
        state.rate_limits.in_process.sweep()
