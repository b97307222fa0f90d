"""pgqueuer, as its documentation says to use it, with batches."""

import json
from typing import Any

import asyncpg
from pgqueuer import PgQueuer

from bench.queues.side import FINISH, Hook, Item, Queue, main


class Pgqueuer(Queue):
    async def install(self) -> None:
        await self.open()
        await self.pgq.queries.install()

    async def open(self) -> None:
        self.pool = await asyncpg.create_pool(self.orders.url, min_size=10, max_size=12)
        self.pgq = PgQueuer.from_asyncpg_pool(self.pool)

    async def enqueue(self, item: Item) -> None:
        if self.orders.real:
            payload = json.dumps([item.student, item.assignment, item.content]).encode()
            await self.pool.fetch("select bench.check($1, $2::uuid, $3)", item.token, item.assignment, item.content)
            await self.pgq.queries.enqueue("grade", payload, dedupe_key=f"{item.student} {item.assignment}")
        else:
            await self.pgq.queries.enqueue("grade", None)

    async def work(self, hook: Hook) -> None:
        @self.pgq.entrypoint("grade")
        async def grade(job: Any) -> None:
            await hook()
            if self.orders.real:
                await self.pool.fetch(FINISH, *json.loads(job.payload))

        await self.pgq.run(batch_size=self.orders.concurrency // 2, max_concurrent_tasks=self.orders.concurrency)


if __name__ == "__main__":
    main(Pgqueuer)
