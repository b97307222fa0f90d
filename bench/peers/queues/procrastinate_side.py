"""procrastinate, as its documentation says to use it; finished jobs are deleted, as assay's leave the queue."""

from procrastinate import App, PsycopgConnector
from psycopg_pool import AsyncConnectionPool

from bench.queues.side import Hook, Item, Queue, main

CHECK = "select bench.check(%s, %s::uuid, %s)"
FINISH = "select bench.finish(%s::uuid, %s::uuid, %s::text, 7)"


class Procrastinate(Queue):
    async def install(self) -> None:
        await self.open()
        await self.app.schema_manager.apply_schema_async()

    async def open(self) -> None:
        self.pool = AsyncConnectionPool(
            self.orders.url, min_size=10, max_size=10, kwargs={"autocommit": True}, open=False
        )
        await self.pool.open(wait=True)
        self.app = App(connector=PsycopgConnector(conninfo=self.orders.url, min_size=10, max_size=12))
        await self.app.open_async()
        self.hook: Hook

        @self.app.task(name="grade")
        async def grade(student: str = "", assignment: str = "", content: str = "") -> None:
            await self.hook()
            if self.orders.real:
                await self._ask(FINISH, student, assignment, content)

        self.grade = grade

    async def _ask(self, statement: str, *values: object) -> None:
        async with self.pool.connection() as connection:
            await connection.execute(statement, values)

    async def enqueue(self, item: Item) -> None:
        if self.orders.real:
            await self._ask(CHECK, item.token, item.assignment, item.content)
            pending_once = self.grade.configure(queueing_lock=f"{item.student} {item.assignment}")
            await pending_once.defer_async(student=item.student, assignment=item.assignment, content=item.content)
        else:
            await self.grade.defer_async()

    async def work(self, hook: Hook) -> None:
        self.hook = hook
        await self.app.run_worker_async(
            concurrency=self.orders.concurrency, delete_jobs="always", install_signal_handlers=False
        )


if __name__ == "__main__":
    main(Procrastinate)
