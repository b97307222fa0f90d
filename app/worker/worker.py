"""A worker process: keeps up to WORKER_CONCURRENCY jobs in flight until it is told to stop."""

import asyncio
import contextlib
import logging
import math
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from app.ai.failover import AiUnavailable
from app.ai.models import Model, models_of
from app.ai.providers import Providers
from app.db.database import Database
from app.db.pool_metrics import measuring
from app.db.queries import Query, shipped_queries
from app.db.sentences import said
from app.logs import correlation_id
from app.security.keyring import Ring
from app.settings import Settings
from app.worker import WorkerBrokeDown
from app.worker.housekeeping import collect, prune
from app.worker.intervals import USUAL, Intervals
from app.worker.job import Job, JobFailed, Outcome, Tools, failed, unavailable
from app.worker.kinds import Kind, named
from app.worker.queue import EVERYTHING, QueueConnection
from app.worker.results import QueryRunner, write
from app.worker.retry import RetryPolicy

ENOUGH = 100  # results that are written without waiting for more
BATCH = 250  # results written at once
MOST = 250  # jobs claimed at once
AHEAD_SECONDS = 0.25  # a job is claimed about this long before its slot is free, while others wait in the queue
CONNECTIONS = 3
STUCK_SECONDS = 60.0  # no statement takes so long
BROKE_DOWN = "The worker broke down; the log says why."

log = logging.getLogger(__name__)

MakeTools = Callable[[Sequence[Model]], Tools]


async def run_job(kind: Kind, job: Job, inputs: Any, tools: Tools) -> Outcome:
    """What came of one job, and how it is stored."""
    try:
        result = await kind.run(job, inputs, tools)
    except JobFailed as failure:
        return failed(job, failure)
    except AiUnavailable as none_left:
        return unavailable(job, none_left)
    return Outcome(job, kind.FINISH, result.values, result.attempts)


class Worker:
    """`run` claims jobs until `stop` is called, then drains."""

    def __init__(
        self,
        queue: QueueConnection,
        runner: QueryRunner,
        kinds: Mapping[str, Kind],
        make_tools: MakeTools,
        settings: Settings,
        intervals: Intervals,
    ) -> None:
        self.queue, self.runner, self.kinds, self.make_tools = queue, runner, kinds, make_tools
        self.intervals = intervals
        self.concurrency, self.calls_per_key = settings.worker_concurrency, settings.ai_calls_per_key
        self.keep_days = settings.jobs_kept_days
        self.claimed: deque[tuple[Job, Any]] = deque()  # with their inputs; not begun yet
        self.slots: dict[Any, Job | None] = {}  # by task
        self.unwritten = 0
        self.results: asyncio.Queue[Outcome] = asyncio.Queue()
        self.wake = asyncio.Event()
        self._told = asyncio.Event()
        self._knows_models = asyncio.Event()
        self._prompts: Mapping[str, str] = {}  # versions, as the database was told
        # When jobs ended; before the first ones did, as if all slots had just become free.
        self._ended = deque([math.inf] * settings.worker_concurrency, maxlen=settings.worker_concurrency)
        self._since, self._claimed_since = EVERYTHING, 0
        self._backlog = False  # the last claim found as many as it asked for
        self._number: int | None = None
        self._tools = make_tools(())
        self.task: asyncio.Task[None] | None = None  # that `run` is in

    def stop(self) -> None:
        """No new jobs; `run` returns when those in flight have finished or gone back to the queue."""
        self._told.set()
        self.wake.set()

    def alive(self) -> bool:
        """Whether it goes on asking the database, be that there or not: it does so at least once a second."""
        return time.monotonic() - self.runner.retry.tried_at < STUCK_SECONDS

    def status(self) -> str:
        """How it is, for `systemctl status`."""
        if self.queue.worker is None:
            return "waits for the database"
        return f"worker {self.queue.worker}: {sum(job is not None for job in self.slots.values())} jobs in flight"

    async def until(self, told: asyncio.Event) -> None:
        """Returns when the event is set. Raises WorkerBrokeDown when the worker's task ends before."""
        assert self.task is not None
        waiting = asyncio.create_task(told.wait())
        await asyncio.wait((waiting, self.task), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self.task.done():
            raise WorkerBrokeDown(BROKE_DOWN)

    async def run(self) -> None:
        """Registers, works, and deregisters."""
        async with asyncio.TaskGroup() as group:
            parts = (
                *(part() for part in (self._list_models, self._extend_lease, self._rescue, self._promote)),
                prune(self.runner, self.intervals, self.keep_days),
                collect(self.runner, self.intervals),
                measuring(),
            )
            upkeep = [group.create_task(part) for part in parts]
            writer = group.create_task(self._write_results())
            claims = group.create_task(self._claim_jobs())
            await self._told.wait()
            await asyncio.wait([claims], timeout=self.intervals.poll)  # longer only while the database is away
            await self._drain()
            for task in (claims, writer, *upkeep):
                task.cancel()
        self.queue.close()

    async def _rows(self, name: str, **values: Any) -> list[Any]:
        """What the queue's connection answers; waits for a database that is away."""
        return await self.runner.retry(name, lambda: self.queue.rows(name, **values))

    async def _claim_jobs(self) -> None:
        """Fills free slots at each notification, when a slot is free for one who waits, or a second has passed."""
        await self._know_kinds()
        await self._knows_models.wait()
        while not self._told.is_set():
            self.wake.clear()
            most = self._free()
            claimed = await self._claim(most) if most else 0
            if most:
                self._backlog = claimed == most
            if most and self._backlog:
                await asyncio.sleep(0)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.intervals.again if claimed else self.intervals.poll):
                    await self.wake.wait()
            await asyncio.sleep(self.intervals.gap if self._backlog or claimed > 1 else 0)

    async def _know_kinds(self) -> None:
        """Of the kinds that the database has, this worker takes those that it has modules for."""
        rows = await self.runner.rows("list_kinds")
        there = [row["kind"] for row in rows]
        for kind in sorted(self.kinds.keys() - set(there)):
            log.warning("the database has no kind of job named %s", kind)
        self.kinds = {kind: self.kinds[kind] for kind in there if kind in self.kinds}

    def _free(self) -> int:
        """How many jobs to claim: as many as there are free slots and, while others wait in the queue, as many more as
        ended in the last quarter of a second, so that no slot is empty until the next claim. None while results
        cannot be written."""
        if self.unwritten > 2 * self.concurrency:
            return 0
        long_ago = time.monotonic() - AHEAD_SECONDS
        while self._ended and self._ended[0] < long_ago:
            self._ended.popleft()
        slots = self.concurrency + (max(1, len(self._ended)) if self._backlog else 0)
        return max(0, min(slots - len(self.slots) - len(self.claimed), MOST))

    async def _claim(self, most: int) -> int:
        """Claims jobs, loads what they need, and begins those that there is a slot for; how many."""
        rows = await self._rows(
            "claim_jobs", most=most, kinds=list(self.kinds), calls_per_key=self.calls_per_key, since=self._since
        )
        if self.queue.worker != self._number:  # a new lease: what was claimed under the old one goes back by itself
            self._number = self.queue.worker
            self.claimed.clear()
        if rows:
            self.claimed.extend(await self._load([Job(**row) for row in rows]))
        self._begin()
        self._claimed_since += len(rows)
        if self._claimed_since >= MOST:
            await self._move_on()
        return len(rows)

    async def _load(self, jobs: Sequence[Job]) -> Iterable[tuple[Job, Any]]:
        """The jobs with their inputs, one query for each kind; one whose inputs are gone has failed."""
        inputs = {}
        for kind in {job.kind for job in jobs}:
            job_ids = [job.job_id for job in jobs if job.kind == kind]
            for row in await self.runner.rows(self.kinds[kind].LOAD, job_ids=job_ids):
                inputs[row["job_id"]] = row
        for job in jobs:
            if job.job_id not in inputs:
                self._end(failed(job, JobFailed("not_found", "internal")))
        return [(job, inputs[job.job_id]) for job in jobs if job.job_id in inputs]

    async def _move_on(self) -> None:
        """Makes jobs ready that need not wait any more, and learns where in the queue to begin to look."""
        self._claimed_since = 0
        self._since = (await self._rows("promote_jobs", since=self._since))[0]["since"]

    def _begin(self) -> None:
        if self._told.is_set():
            return
        for _ in range(min(self.concurrency - len(self.slots), len(self.claimed))):
            slot = asyncio.create_task(self._run_slot())
            self.slots[slot] = None
            slot.add_done_callback(self._slot_ended)

    async def _run_slot(self) -> None:
        """Runs one job after the other, as long as there are any."""
        slot = asyncio.current_task()
        while self.claimed and not self._told.is_set():
            job, inputs = self.claimed.popleft()
            self.slots[slot] = job
            correlation_id.set(str(job.job_id))
            job.join_trace()
            outcome = await run_job(self.kinds[job.kind], job, inputs, self._tools)
            self.slots[slot] = None
            self._end(outcome)

    def _end(self, outcome: Outcome) -> None:
        self.unwritten += 1
        self.results.put_nowait(outcome)
        self._ended.append(time.monotonic())
        self._look()

    def _slot_ended(self, slot: asyncio.Task[None]) -> None:
        """A slot is empty: nothing was left to do, or doing it broke down."""
        job = self.slots.pop(slot)
        if job is not None and not slot.cancelled():
            error = type(slot.exception()).__name__  # its text may quote the essay
            log.error("job %s ended with %s", job.job_id, error)
            self._end(failed(job, JobFailed("internal_error", "internal")))
        self._begin()
        self._look()

    def _look(self) -> None:
        """A slot has become free: that matters if others wait in the queue, or the worker is to stop."""
        if self._backlog or self._told.is_set():
            self.wake.set()

    async def _write_results(self) -> None:
        """Writes results as they come: one that comes alone at once, those that come together in one batch."""
        written_at = 0.0
        batch: list[Outcome] = []
        while True:
            alone = len(batch) < 2
            batch = [await self.results.get()]
            if not alone and self.results.qsize() < ENOUGH:
                await asyncio.sleep(max(0.0, written_at + self.intervals.gap - time.monotonic()))
            while len(batch) < BATCH and not self.results.empty():
                batch.append(self.results.get_nowait())
            await write(self.runner, batch, self.calls_per_key)
            written_at = time.monotonic()
            self.unwritten -= len(batch)
            self.wake.set()

    async def _drain(self) -> None:
        """Jobs in flight finish, or go back to the queue when the grace period is over. If the database is away then,
        the lease gives them back."""
        if self.slots:
            log.info("the worker waits up to %g s for %d jobs in flight", self.intervals.grace, len(self.slots))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.intervals.grace):
                while self.slots or self.unwritten:
                    self.wake.clear()
                    await self.wake.wait()
        for slot in self.slots:
            slot.cancel()
        if self.slots:
            await asyncio.wait(self.slots)
        if self.queue.worker is None:
            log.info("the worker stops; it had not registered")
            return
        try:
            async with asyncio.timeout(self.intervals.heartbeat):
                back = (await self.runner.rows("deregister_worker", worker=self.queue.worker))[0]["released"]
        except TimeoutError:
            log.warning("worker %d stops while the database is away: its lease gives its jobs back", self.queue.worker)
        else:
            log.info("worker %d has deregistered and given %d jobs back", self.queue.worker, back)

    async def _list_models(self) -> None:
        while True:
            self._tools = self.make_tools(models_of(await self.runner.rows("list_models")))
            await self._note_prompts(self._tools.providers.prompts.versions())
            self._knows_models.set()
            await asyncio.sleep(self.intervals.models)

    async def _note_prompts(self, versions: Mapping[str, str]) -> None:
        """Tells the database which prompts are in use, when that is news: by them figures are current or not."""
        if versions != self._prompts:
            await self.runner.rows("note_prompts", calls=list(versions), versions=list(versions.values()))
            self._prompts = versions

    async def _extend_lease(self) -> None:
        """The heartbeat; registers anew when the lease had run out. Results of the old one count until superseded."""
        while True:
            await asyncio.sleep(self.intervals.heartbeat)
            self._since = EVERYTHING  # a job with an id of an earlier time is found at last
            if not (await self._rows("extend_lease", lease_seconds=self.intervals.lease))[0]["alive"]:
                log.warning("worker %s lost its lease", self.queue.worker)
                await self.runner.retry("register_worker", self.queue.register_again)

    async def _rescue(self) -> None:
        while True:
            rescued = (await self._rows("rescue_jobs", lease_seconds=self.intervals.lease))[0]["rescued"]
            if rescued:
                log.warning("%d jobs of workers that died are back in the queue", rescued)
            await asyncio.sleep(random.uniform(0.5, 1.0) * self.intervals.rescue)  # noqa: S311

    async def _promote(self) -> None:
        while True:
            await self._move_on()
            await asyncio.sleep(self.intervals.poll)


@asynccontextmanager
async def start(
    url: str,
    settings: Settings,
    providers: Providers,
    ring: Ring,
    intervals: Intervals = USUAL,
    *,
    kinds: Mapping[str, Kind] | None = None,
    queries: Mapping[str, Query] | None = None,
) -> AsyncIterator[Worker]:
    """A worker in this event loop; drains at the end. Raises WorkerBrokeDown.

    `kinds`: those it takes, all unless given; `queries`: other query files than the shipped ones.
    """
    queries = queries or shipped_queries()
    async with Database(url, size=CONNECTIONS, name="assay worker", role="assay_worker") as database:
        queue = QueueConnection(
            settings.database_listen_url or url, queries, intervals.lease, lambda: worker.wake.set()
        )
        runner = QueryRunner(database, queries, RetryPolicy())

        async def take_call(teacher_id: UUID, provider: str) -> bool:
            rows = await runner.rows("take_call", teacher_id=teacher_id, provider=provider)
            return bool(rows[0]["taken"])

        def make_tools(models: Sequence[Model]) -> Tools:
            return Tools(providers, ring, models, take_call)

        worker = Worker(queue, runner, named() if kinds is None else kinds, make_tools, settings, intervals)
        working = worker.task = asyncio.create_task(worker.run())
        working.add_done_callback(_report)
        try:
            yield worker
        finally:
            worker.stop()
            await asyncio.wait([working])
        if working.exception() is not None:
            raise WorkerBrokeDown(BROKE_DOWN)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        causes = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
        log.critical("the worker broke down (%s)", ", ".join(map(said, causes)))
