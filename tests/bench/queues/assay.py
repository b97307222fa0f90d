"""assay's own queue: its doors, its worker, and an AI that answers at once inside the process."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import asyncpg

from app.ai.grading import Graded
from app.ai.models import Model
from app.grading.job import Flagged, Job, Outcome
from app.grading.worker import opened
from app.queries import load
from app.settings import Settings
from tests.bench.queues.side import Hook, Item, Queue, main

ACCEPT = "select from api.submit_assignment($1, $2::uuid, $3)"
INSERT = """
insert into assay.jobs (kind, teacher_id, student_id, assignment_id, content)
select 'grading', s.teacher, s.student, s.assignment, '-' from bench.script s where s.n = $1
"""
FORGET = "select bench.forget($1::uuid[], $2::integer[])"
GRADED = Flagged(Graded(7, "anthropic", "none", "none", ()), ())


class Assay(Queue):
    async def open(self) -> None:
        self.pool = await asyncpg.create_pool(self.orders.url, min_size=10, max_size=10, reset=_nothing)

    async def enqueue(self, item: Item) -> None:
        if self.orders.real:
            await self.pool.fetch(ACCEPT, item.token, item.assignment, item.content)
        else:
            await self.pool.fetch(INSERT, item.n)

    async def work(self, hook: Hook) -> None:
        places = asyncio.Semaphore(self.orders.concurrency)  # as app.ai.services has

        async def doing(job: Job, models: Sequence[Model]) -> Outcome:
            async with places:
                await hook()
            return GRADED

        settings = Settings(_env_file=None, worker_concurrency=self.orders.concurrency)
        queries = load()
        if not self.orders.real:
            finish = queries["work/finish_gradings"]
            queries["work/finish_gradings"] = replace(finish, sql=FORGET, parameters=("job_ids", "attempts"))
        async with opened(self.orders.url, settings, doing, queries=queries):
            await asyncio.Event().wait()


async def _nothing(_: object) -> None:
    """The pool's statements leave nothing to reset."""


if __name__ == "__main__":
    main(Assay)
