"""A worker process: keeps up to WORKER_CONCURRENCY jobs in flight until it is told to stop."""

import asyncio
import contextlib
import logging
import os
import random
import signal
import socket
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from uuid import UUID

from app import embedded
from app.ai.models import Model, models_of
from app.ai.services import Services
from app.ai.stand_in import stand_in
from app.database import Database, Unavailable
from app.grading.job import Failed, Job, Outcome, do
from app.grading.results import Asker, write
from app.keyring import Ring, load_ring
from app.listen import Listener
from app.logs import correlation_id
from app.model_ends import report_model_ends
from app.queries import load
from app.settings import Settings

POLL_SECONDS = 1.0  # a notification is a hint: the line is looked at this often without one
LEASE_SECONDS = 15.0
BEAT_SECONDS = 5.0
RESCUE_SECONDS = 5.0
PRUNE_SECONDS = 60.0
MODELS_SECONDS = 5.0
GRACE_SECONDS = 15.0
KEEP_DAYS = 30
BATCH = 100  # results written, and jobs pruned, at once
CONNECTIONS = 4

log = logging.getLogger(__name__)


class Worker:
    """`run` takes jobs until `stop` is called, then drains."""

    def __init__(self, asker: Asker, services: Services, ring: Ring, concurrency: int) -> None:
        self.asker, self.services, self.ring, self.concurrency = asker, services, ring, concurrency
        self.running: dict[tuple[UUID, int], tuple[Job, asyncio.Task[Outcome]]] = {}
        self.results: asyncio.Queue[tuple[Job, Outcome]] = asyncio.Queue()
        self.wake = asyncio.Event()
        self.stopping = False
        self.number = 0
        self._models: Sequence[Model] = ()
        self._models_until = 0.0

    def stop(self) -> None:
        """No new jobs; `run` returns when those in flight have finished or gone back to the line."""
        self.stopping = True
        self.wake.set()

    async def run(self) -> None:
        """Joins the line, works, and leaves it."""
        await self._join()
        async with asyncio.TaskGroup() as background:
            tasks = [background.create_task(part()) for part in (self._beat, self._rescue, self._prune)]
            writer = background.create_task(self._write_results())
            await self._take_turns()
            await self._drain()
            for task in (writer, *tasks):
                task.cancel()
        log.info("worker %d has left the line", self.number)

    async def _join(self) -> None:
        seat = f"{socket.gethostname()}:{os.getpid()}"
        rows = await self.asker.rows("join_line", seat=seat, lease_seconds=LEASE_SECONDS)
        self.number = rows[0]["worker"]
        log.info("worker %d has joined the line, up to %d jobs at once", self.number, self.concurrency)

    async def _take_turns(self) -> None:
        """Takes as many jobs as there are free places, whenever there is news, a place, or a second has passed.

        Looks again after each that it took: what came meanwhile was not announced, since the line was not empty.
        """
        while not self.stopping:
            self.wake.clear()
            free = self.concurrency - len(self.running)
            taken = await self._take(free) if free else 0
            if not taken:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_SECONDS):
                        await self.wake.wait()

    async def _take(self, most: int) -> int:
        """Takes and begins jobs; how many. None while the database is away."""
        try:
            models = await self._list_models()
            rows = await self.asker.once("take_jobs", worker=self.number, most=min(most, BATCH))
        except Unavailable as trouble:
            self.asker.complain(trouble)
            await asyncio.sleep(random.uniform(0, POLL_SECONDS))  # noqa: S311
            return 0
        for row in rows:
            job = Job(**row)
            task = asyncio.create_task(self._do(job, models), name=f"job {job.job_id}")
            self.running[job.job_id, job.attempt] = (job, task)
            task.add_done_callback(partial(self._done, job))
        return len(rows)

    async def _list_models(self) -> Sequence[Model]:
        if time.monotonic() > self._models_until:
            rows = await self.asker.once("list_models")
            self._models = models_of(rows)
            self._models_until = time.monotonic() + MODELS_SECONDS
        return self._models

    async def _do(self, job: Job, models: Sequence[Model]) -> Outcome:
        correlation_id.set(str(job.job_id))
        return await do(job, self.services, self.ring, models)

    def _done(self, job: Job, task: asyncio.Task[Outcome]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:  # its text may quote the essay
            log.error("job %s ended with %s", job.job_id, type(error).__name__)
        self.results.put_nowait((job, Failed("internal_error") if error is not None else task.result()))

    async def _write_results(self) -> None:
        """Writes results as they come, those that come together in one batch."""
        while True:
            batch = [await self.results.get()]
            while len(batch) < BATCH and not self.results.empty():
                batch.append(self.results.get_nowait())
            await write(self.asker, batch)
            for job, _ in batch:
                self.running.pop((job.job_id, job.attempt), None)
            self.wake.set()

    async def _drain(self) -> None:
        """Jobs in flight finish, or go back to the line when the grace period is over."""
        if self.running:
            log.info("worker %d waits up to %g s for %d jobs in flight", self.number, GRACE_SECONDS, len(self.running))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                while self.running:
                    self.wake.clear()
                    await self.wake.wait()
        unfinished = list(self.running.values())
        for _, task in unfinished:
            task.cancel()
        if unfinished:
            jobs = [job for job, _ in unfinished]
            await self.asker.rows(
                "release_jobs", job_ids=[job.job_id for job in jobs], attempts=[job.attempt for job in jobs]
            )
            log.info("worker %d has given %d jobs back", self.number, len(jobs))
        await self.asker.rows("leave_line", worker=self.number)

    async def _beat(self) -> None:
        """Extends the lease; joins anew when it had run out. Results of the old one still count until superseded."""
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            rows = await self.asker.rows("extend_lease", worker=self.number, lease_seconds=LEASE_SECONDS)
            if not rows[0]["alive"]:
                log.warning("worker %d lost its lease", self.number)
                await self._join()

    async def _rescue(self) -> None:
        while True:
            rows = await self.asker.rows("rescue_jobs")
            if rows[0]["rescued"]:
                log.warning("%d jobs of workers that died are back in the line", rows[0]["rescued"])
            await asyncio.sleep(random.uniform(0.5, 1.0) * RESCUE_SECONDS)  # noqa: S311

    async def _prune(self) -> None:
        while True:
            await asyncio.sleep(random.uniform(0.5, 1.0) * PRUNE_SECONDS)  # noqa: S311
            while (await self.asker.rows("prune", keep_days=KEEP_DAYS, most=BATCH))[0]["pruned"] == BATCH:
                pass


@asynccontextmanager
async def start(url: str, settings: Settings, services: Services, ring: Ring) -> AsyncIterator[Worker]:
    """A worker in this event loop; drains at the end. If it breaks down, the whole process is told to stop."""
    async with Database(url, size=CONNECTIONS, name="assay worker") as database:
        worker = Worker(Asker(database, load()), services, ring, settings.worker_concurrency)
        listener = Listener(url, {"assay_work": lambda _: worker.wake.set()}, lambda _: worker.wake.set())
        listening = asyncio.create_task(listener.run())
        working = asyncio.create_task(worker.run())
        working.add_done_callback(_report)
        try:
            yield worker
        finally:
            worker.stop()
            await asyncio.wait([working])
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        causes = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
        log.critical("the worker broke down (%s)", ", ".join(type(cause).__name__ for cause in causes))
        signal.raise_signal(signal.SIGTERM)


def run(settings: Settings) -> None:
    """`assay worker`: one worker until SIGTERM or SIGINT."""
    with embedded.database(settings.database_url, settings.assay_data_dir) as url:
        ring = load_ring(settings, embedded=settings.database_url is None)
        asyncio.run(_run(url, settings, ring))


async def _run(url: str, settings: Settings, ring: Ring) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with AsyncExitStack() as stack:
        simulated = await stack.enter_async_context(stand_in(settings))
        services = await stack.enter_async_context(Services(settings, stand_in=simulated))
        running = await stack.enter_async_context(start(url, settings, services, ring))
        await report_model_ends(running.asker.database, running.asker.queries)
        await told.wait()
