"""The bare limit: an asyncpg loop of batch claim and batch finish, with nothing that keeps a queue from losing work."""

import asyncio
from typing import Any

import asyncpg

from bench.queues.side import ENQUEUERS, Hook, Item, Queue, main

BATCH = 100
ACCEPT = "select bench.accept($1, $2::uuid, $3::uuid, $4, $5)"
INSERT = "insert into bench.jobs default values"
INSERT_AND_TELL = "with i as (insert into bench.jobs default values) select pg_notify('bench', '')"
CLAIM = """
update bench.jobs set running = true
 where id = any (array(select id from bench.jobs where not running order by id limit $1 for update skip locked))
returning id, student, assignment, content
"""
FINISH = """
with gone as (delete from bench.jobs where id = any ($1))
select bench.finish($2::uuid[], $3::uuid[], $4::text[], $5::integer[])
"""
FORGET = "delete from bench.jobs where id = any ($1)"


class Bare(Queue):
    async def open(self) -> None:
        self.free = [await asyncpg.connect(self.orders.url) for _ in range(ENQUEUERS)]
        self.connection = await asyncpg.connect(self.orders.url)
        self.graded: asyncio.Queue[Any] = asyncio.Queue()
        self.writer = asyncio.create_task(self._write())

    async def enqueue(self, item: Item) -> None:
        tell = self.orders.task == "wake"
        connection = self.free.pop()
        if self.orders.real:
            await connection.fetch(ACCEPT, item.token, item.student, item.assignment, item.content, tell)
        else:
            await connection.fetch(INSERT_AND_TELL if tell else INSERT)
        self.free.append(connection)

    async def work(self, hook: Hook) -> None:
        notified = asyncio.Event()
        await self.connection.add_listener("bench", lambda *_: notified.set())
        running: set[asyncio.Task[None]] = set()
        while True:
            notified.clear()
            free = min(BATCH, self.orders.concurrency - len(running))
            rows = await self.connection.fetch(CLAIM, free) if free else []
            if self.orders.task == "sleep":
                for row in rows:
                    task = asyncio.create_task(self._do(hook, row))
                    running.add(task)
                    task.add_done_callback(running.discard)
                    task.add_done_callback(lambda _: notified.set())
            elif rows:
                for _ in rows:
                    await hook()
                await self._finish(self.connection, rows)
            if not rows:
                await notified.wait()

    async def _do(self, hook: Hook, row: Any) -> None:
        await hook()
        self.graded.put_nowait(row)

    async def _write(self) -> None:
        """Texts that are graded together are written together."""
        while True:
            rows = [await self.graded.get()]
            while len(rows) < BATCH and not self.graded.empty():
                rows.append(self.graded.get_nowait())
            await self._finish(self.free[0], rows)

    async def _finish(self, connection: Any, rows: list[Any]) -> None:
        ids = [row[0] for row in rows]
        if self.orders.real:
            students, assignments, contents = ([row[column] for row in rows] for column in (1, 2, 3))
            await connection.fetch(FINISH, ids, students, assignments, contents, [7] * len(ids))
        else:
            await connection.fetch(FORGET, ids)


if __name__ == "__main__":
    main(Bare)
