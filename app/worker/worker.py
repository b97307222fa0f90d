"""A worker process: keeps up to WORKER_CONCURRENCY jobs in flight until it is told to stop."""

import asyncio
import contextlib
import logging
import math
import random
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from app.ai.models import Model, models_of
from app.ai.providers import Providers
from app.ai.simulated import simulated_providers
from app.db.database import Database
from app.db.queries import Query, load
from app.dev import embedded_postgres
from app.logs import correlation_id
from app.mail.sender import report_settings, sending
from app.security.keyring import Ring, load_ring
from app.settings import Settings
from app.worker.job import Failed, Job, Outcome, do
from app.worker.model_retirements import report_model_retirements
from app.worker.queue import EVERYTHING, Line
from app.worker.results import Asker, Patience, write

ENOUGH = 100  # results that are written without waiting for more
BATCH = 250  # results written, and rows pruned, at once
MOST = 250  # jobs taken at once
AHEAD_SECONDS = 0.25  # a job is taken about this long before its place is free, while others wait in the line
CONNECTIONS = 3

log = logging.getLogger(__name__)

Doing = Callable[[Job, Sequence[Model]], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often things are done, in seconds."""

    lease: float = 15.0  # without a heartbeat for so long a worker is given up for dead
    beat: float = 5.0
    rescue: float = 5.0
    poll: float = 1.0  # a notification is a hint: the line is looked at this often without one
    again: float = 0.02  # after a claim the line is looked at again so soon, for what was not committed yet
    gap: float = 0.02  # between two claims, and two writes: what comes together is done together
    models: float = 1.0
    grace: float = 15.0  # for jobs in flight when the worker is told to stop
    prune: float = 60.0


USUAL = Pace()


class Worker:
    """`run` takes jobs until `stop` is called, then drains."""

    def __init__(self, line: Line, asker: Asker, doing: Doing, settings: Settings, pace: Pace) -> None:
        self.line, self.asker, self.doing, self.pace = line, asker, doing, pace
        self.concurrency, self.per_teacher = settings.worker_concurrency, settings.ai_calls_per_key
        self.keep_days = settings.jobs_kept_days
        self.taken: deque[Job] = deque()  # not begun yet
        self.places: dict[Any, Job | None] = {}  # by task
        self.unwritten = 0
        self.results: asyncio.Queue[tuple[Job, Outcome]] = asyncio.Queue()
        self.wake = asyncio.Event()
        self._told = asyncio.Event()
        self._knows_models = asyncio.Event()
        # When jobs ended; before the first ones did, as if all places had just become free.
        self._ended = deque([math.inf] * settings.worker_concurrency, maxlen=settings.worker_concurrency)
        self._since, self._taken_since = EVERYTHING, 0
        self._backlog = False  # the last claim found as many as it asked for
        self._number: int | None = None
        self._models: Sequence[Model] = ()

    def stop(self) -> None:
        """No new jobs; `run` returns when those in flight have finished or gone back to the line."""
        self._told.set()
        self.wake.set()

    async def run(self) -> None:
        """Joins the line, works, and leaves it."""
        async with asyncio.TaskGroup() as group:
            parts = (self._list_models, self._beat, self._rescue, self._promote, self._prune)
            upkeep = [group.create_task(part()) for part in parts]
            writer = group.create_task(self._write_results())
            turns = group.create_task(self._take_turns())
            await self._told.wait()
            await asyncio.wait([turns], timeout=self.pace.poll)  # longer only while the database is away
            await self._drain()
            for task in (turns, writer, *upkeep):
                task.cancel()
        self.line.close()

    async def _ask(self, name: str, **values: Any) -> Any:
        """The first row that the line answers, or None; waits for a database that is away."""
        rows = await self._rows(name, **values)
        return rows[0] if rows else None

    async def _rows(self, name: str, **values: Any) -> list[Any]:
        return await self.asker.patience(lambda: self.line.ask(name, **values))

    async def _take_turns(self) -> None:
        """Fills free places whenever there is news, a place for one who waits, or a second has passed."""
        await self._knows_models.wait()
        while not self._told.is_set():
            self.wake.clear()
            room = self._room()
            taken = await self._take(room) if room else 0
            if room:
                self._backlog = taken == room
            if room and self._backlog:
                await asyncio.sleep(0)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.pace.again if taken else self.pace.poll):
                    await self.wake.wait()
            await asyncio.sleep(self.pace.gap if self._backlog or taken > 1 else 0)

    def _room(self) -> int:
        """How many jobs to take: as many as there are free places and, while others wait in the line, as many more as
        ended in the last quarter of a second, so that no place is empty until the next claim. None while results
        cannot be written."""
        if self.unwritten > 2 * self.concurrency:
            return 0
        long_ago = time.monotonic() - AHEAD_SECONDS
        while self._ended and self._ended[0] < long_ago:
            self._ended.popleft()
        places = self.concurrency + (max(1, len(self._ended)) if self._backlog else 0)
        return max(0, min(places - len(self.places) - len(self.taken), MOST))

    async def _take(self, most: int) -> int:
        """Takes jobs, and begins those that there is a place for; how many."""
        rows = await self._rows("take_jobs", most=most, per_teacher=self.per_teacher, since=self._since)
        if self.line.number != self._number:  # a new lease: what was taken under the old one goes back by itself
            self._number = self.line.number
            self.taken.clear()
        self.taken.extend(Job(**row) for row in rows)
        self._begin()
        self._taken_since += len(rows)
        if self._taken_since >= MOST:
            await self._move_on()
        return len(rows)

    async def _move_on(self) -> None:
        """Puts jobs that need not wait any more into the line, and learns where in it to begin to look."""
        self._taken_since = 0
        self._since = (await self._ask("promote_jobs", since=self._since))["since"]

    def _begin(self) -> None:
        if self._told.is_set():
            return
        for _ in range(min(self.concurrency - len(self.places), len(self.taken))):
            place = asyncio.create_task(self._fill())
            self.places[place] = None
            place.add_done_callback(self._left)

    async def _fill(self) -> None:
        """A place: does one job after the other, as long as there are any."""
        place = asyncio.current_task()
        while self.taken and not self._told.is_set():
            job = self.places[place] = self.taken.popleft()
            correlation_id.set(str(job.job_id))
            outcome = await self.doing(job, self._models)
            self.places[place] = None
            self._end(job, outcome)

    def _end(self, job: Job, outcome: Outcome) -> None:
        self.unwritten += 1
        self.results.put_nowait((job, outcome))
        self._ended.append(time.monotonic())
        self._look()

    def _left(self, place: asyncio.Task[None]) -> None:
        """A place is empty: nothing was left to do, or doing it broke down."""
        job = self.places.pop(place)
        if job is not None and not place.cancelled():
            error = type(place.exception()).__name__  # its text may quote the essay
            log.error("job %s ended with %s", job.job_id, error)
            self._end(job, Failed("internal_error"))
        self._begin()
        self._look()

    def _look(self) -> None:
        """A place has become free: that is news if others wait in the line, or the worker is to stop."""
        if self._backlog or self._told.is_set():
            self.wake.set()

    async def _write_results(self) -> None:
        """Writes results as they come: one that comes alone at once, those that come together in one batch."""
        written_at = 0.0
        batch: list[tuple[Job, Outcome]] = []
        while True:
            alone = len(batch) < 2
            batch = [await self.results.get()]
            if not alone and self.results.qsize() < ENOUGH:
                await asyncio.sleep(max(0.0, written_at + self.pace.gap - time.monotonic()))
            while len(batch) < BATCH and not self.results.empty():
                batch.append(self.results.get_nowait())
            await write(self.asker, batch)
            written_at = time.monotonic()
            self.unwritten -= len(batch)
            self.wake.set()

    async def _drain(self) -> None:
        """Jobs in flight finish, or go back to the line when the grace period is over. If the database is away then,
        the lease gives them back."""
        if self.places:
            log.info("the worker waits up to %g s for %d jobs in flight", self.pace.grace, len(self.places))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.pace.grace):
                while self.places or self.unwritten:
                    self.wake.clear()
                    await self.wake.wait()
        for place in self.places:
            place.cancel()
        if self.places:
            await asyncio.wait(self.places)
        try:
            async with asyncio.timeout(self.pace.beat):
                back = (await self.asker.rows("leave_line", worker=self.line.number))[0]["released"]
        except TimeoutError:
            log.warning("the worker leaves without a word to the database: its lease gives its jobs back")
        else:
            log.info("worker %s has left the line and given %d jobs back", self.line.number, back)

    async def _list_models(self) -> None:
        while True:
            self._models = models_of(await self.asker.rows("list_models"))
            self._knows_models.set()
            await asyncio.sleep(self.pace.models)

    async def _beat(self) -> None:
        """Extends the lease; joins anew when it had run out. Results of the old one still count until superseded."""
        while True:
            await asyncio.sleep(self.pace.beat)
            self._since = EVERYTHING  # a job with an id of an earlier time is found at last
            if not (await self._ask("extend_lease", lease_seconds=self.pace.lease))["alive"]:
                log.warning("worker %s lost its lease", self.line.number)
                await self.asker.patience(self.line.rejoin)

    async def _rescue(self) -> None:
        while True:
            rescued = (await self._ask("rescue_jobs", lease_seconds=self.pace.lease))["rescued"]
            if rescued:
                log.warning("%d jobs of workers that died are back in the line", rescued)
            await asyncio.sleep(random.uniform(0.5, 1.0) * self.pace.rescue)  # noqa: S311

    async def _promote(self) -> None:
        while True:
            await self._move_on()
            await asyncio.sleep(self.pace.poll)

    async def _prune(self) -> None:
        while True:
            await asyncio.sleep(random.uniform(0.5, 1.0) * self.pace.prune)  # noqa: S311
            while (await self.asker.rows("prune", keep_days=self.keep_days, most=BATCH))[0]["pruned"] == BATCH:
                pass


@asynccontextmanager
async def start(
    url: str, settings: Settings, services: Providers, ring: Ring, pace: Pace = USUAL
) -> AsyncIterator[Worker]:
    """A worker in this event loop; drains at the end. If it breaks down, the whole process is told to stop."""

    async def doing(job: Job, models: Sequence[Model]) -> Outcome:
        return await do(job, services, ring, models)

    async with opened(url, settings, doing, pace) as worker:
        yield worker


@asynccontextmanager
async def opened(
    url: str, settings: Settings, doing: Doing, pace: Pace = USUAL, queries: Mapping[str, Query] | None = None
) -> AsyncIterator[Worker]:
    """The same with another way of doing jobs, or other query files than the shipped ones."""
    queries = queries or load()
    async with Database(url, size=CONNECTIONS, name="assay worker", role="assay_worker") as database:
        line = Line(settings.database_listen_url or url, queries, pace.lease, lambda: worker.wake.set())
        worker = Worker(line, Asker(database, queries, Patience()), doing, settings, pace)
        working = asyncio.create_task(worker.run())
        working.add_done_callback(_report)
        try:
            yield worker
        finally:
            worker.stop()
            await asyncio.wait([working])


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        causes = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
        log.critical("the worker broke down (%s)", ", ".join(type(cause).__name__ for cause in causes))
        signal.raise_signal(signal.SIGTERM)


def run(settings: Settings, pace: Pace = USUAL) -> None:
    """`assay worker`: one worker until SIGTERM or SIGINT."""
    with embedded_postgres.database(settings.database_url, settings.assay_data_dir) as url:
        ring = load_ring(settings, embedded=settings.database_url is None)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_run(url, settings, ring, pace))


def loop_factory() -> Any:
    """uvloop's event loop where there is one, else asyncio's."""
    try:
        import uvloop
    except ImportError:  # Windows
        return None
    return uvloop.new_event_loop


async def _run(url: str, settings: Settings, ring: Ring, pace: Pace) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    async with AsyncExitStack() as stack:
        simulated = await stack.enter_async_context(simulated_providers(settings))
        services = await stack.enter_async_context(Providers(settings, simulated=simulated))
        report_settings(settings, links=False)
        await stack.enter_async_context(sending(url, settings, ring))
        running = await stack.enter_async_context(start(url, settings, services, ring, pace))
        await report_model_retirements(running.asker.database, running.asker.queries)
        await told.wait()
