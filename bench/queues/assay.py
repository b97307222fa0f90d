"""assay's own queue: its doors, its worker, and an AI that answers at once inside the process."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import asyncpg

from app.ai.calls.grading import Graded
from app.ai.models import Model
from app.db.queries import load
from app.settings import Settings
from app.worker.job import Flagged, Job, Outcome
from app.worker.worker import opened
from bench.queues.side import ENQUEUERS, Hook, Item, Queue, main

ACCEPT = "select from api.submit_assignment($1, $2::uuid, $3)"
INSERT = """
insert into assay.jobs (kind, teacher_id, student_id, assignment_id, content)
select 'grading', s.teacher, s.student, s.assignment, '-' from bench.script s where s.n = $1
"""
FORGET = "select bench.forget($1::uuid[], $2::integer[])"
GRADED = Flagged(Graded(7, "anthropic", "none", "none", ()), ())


class Assay(Queue):
    async def open(self) -> None:
        self.free = [await asyncpg.connect(self.orders.url) for _ in range(ENQUEUERS)]

    async def enqueue(self, item: Item) -> None:
        connection = self.free.pop()
        if self.orders.real:
            await connection.fetch(ACCEPT, item.token, item.assignment, item.content)
        else:
            await connection.fetch(INSERT, item.n)
        self.free.append(connection)

    async def work(self, hook: Hook) -> None:
        async def doing(job: Job, models: Sequence[Model]) -> Outcome:
            await hook()
            return GRADED

        settings = Settings(_env_file=None, worker_concurrency=self.orders.concurrency)
        queries = load()
        if not self.orders.real:
            finish = queries["worker/finish_gradings"]
            queries["worker/finish_gradings"] = replace(finish, sql=FORGET, parameters=("job_ids", "attempts"))
        async with opened(self.orders.url, settings, doing, queries=queries):
            await asyncio.Event().wait()


if __name__ == "__main__":
    main(Assay)
