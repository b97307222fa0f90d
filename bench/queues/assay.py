"""assay's own queue: its API functions, its worker, and an AI that answers at once inside the process."""

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
from cryptography.fernet import Fernet

from app.ai.providers import Providers
from app.db.queries import load
from app.security.keyring import Ring
from app.settings import Settings
from app.worker.job import Job, Result, Tools
from app.worker.kinds import grade_text
from app.worker.worker import start
from bench.queues.side import ENQUEUERS, Hook, Item, Queue, main

ACCEPT = "select from api.submit_assignment($1, $2::uuid, $3)"
INSERT = """
insert into assay.pending_submissions (student_id, assignment_id, content)
select s.student, s.assignment, '-' from bench.script s where s.n = $1
"""
FORGET = "select bench.forget($1)"
GRADED = Result({"score": 7, "provider": "anthropic", "model": "none", "prompt_version": "none", "flags": []})


class AtOnce:
    """The kind `grade_text` with an AI that answers at once."""

    LOAD, FINISH = grade_text.LOAD, grade_text.FINISH

    def __init__(self, hook: Hook) -> None:
        self.hook = hook

    async def run(self, job: Job, inputs: Any, tools: Tools) -> Result:
        await self.hook()
        return GRADED


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
        settings = Settings(_env_file=None, worker_concurrency=self.orders.concurrency)
        queries = load()
        if not self.orders.real:
            finish = queries["worker/finish_gradings"]
            queries["worker/finish_gradings"] = replace(finish, sql=FORGET, parameters=("results",))
        ring, kinds = Ring((Fernet.generate_key().decode(),)), {"grade_text": AtOnce(hook)}
        async with (
            Providers(settings) as providers,
            start(self.orders.url, settings, providers, ring, kinds=kinds, queries=queries),
        ):
            await asyncio.Event().wait()


if __name__ == "__main__":
    main(Assay)
