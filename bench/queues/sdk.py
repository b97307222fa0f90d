"""Gradings with the real SDKs against a stub in another process: through the queue, or the same calls alone."""

import asyncio
import json
import os
import sys
import time
from typing import Any
from uuid import UUID

import asyncpg
import psycopg
import uvloop

from app.ai.models import Model
from app.ai.providers import Providers
from app.security.keyring import Ring
from app.settings import Settings
from app.worker.job import Job, Result, Tools
from app.worker.kinds import grade_text
from app.worker.worker import start
from bench.queues.side import say
from tests.worker.rows import SECRET, store_key

IN_FLIGHT = 200
RING = Ring((SECRET,))
MODELS = "select provider, model, parameters from worker.list_models()"
JOBS = """
select s.n, s.teacher, s.assignment, a.instructions, a.correction_template, a.max_score, s.content
  from bench.script s join assay.assignments a on a.id = s.assignment order by s.n limit $1
"""


async def main(part: str, url: str, jobs: int) -> None:
    """`calls` or `gradings`; says how many a second, from the first begun to the last ended (or written)."""
    settings = Settings(worker_concurrency=IN_FLIGHT)
    keys = await asyncio.to_thread(seal, url)
    async with Providers(settings) as providers:
        await (calls if part == "calls" else gradings)(url, jobs, providers, settings, keys)


def seal(url: str) -> dict[str, bytes]:
    """Every teacher's keys, sealed with this process's secret."""
    with psycopg.connect(url) as connection:
        teachers = connection.execute("select id from assay.teachers order by id").fetchall()
        for number, (teacher,) in enumerate(teachers):
            for provider in ("anthropic", "openai"):
                store_key(connection, teacher, provider, f"sk-sim-{number}")
    return {str(teacher): RING.seal(teacher, "anthropic", f"sk-sim-{n}") for n, (teacher,) in enumerate(teachers)}


def key_of(sealed: bytes) -> str:
    """As `assay.keys_of` shows it."""
    return json.dumps([{"provider": "anthropic", "sealed": sealed.hex(), "refused": False, "counted": False}])


async def never(_teacher: UUID, _provider: str) -> bool:
    """No key has a ceiling."""
    raise AssertionError


async def calls(url: str, jobs: int, providers: Providers, settings: Settings, keys: dict[str, bytes]) -> None:
    """The same texts, prompts, keys and answers, with all in memory before the clock starts."""
    connection = await asyncpg.connect(url)
    models = [Model(row[0], row[1], json.loads(row[2])) for row in await connection.fetch(MODELS)]
    rows = await connection.fetch(JOBS, jobs)
    await connection.close()
    work = iter(
        (
            Job(row["assignment"], 1, "grade_text", row["teacher"]),
            {**row, "keys": key_of(keys[str(row["teacher"])])},
        )
        for row in rows
    )
    tools = Tools(providers, RING, models, never)

    async def one_slot() -> None:
        for job, inputs in work:
            await grade_text.run(job, inputs, tools)

    began, computed = time.monotonic(), time.process_time()
    await asyncio.gather(*(one_slot() for _ in range(IN_FLIGHT)))
    say(rate=jobs / (time.monotonic() - began), cpu=1000 * (time.process_time() - computed) / jobs)


async def gradings(url: str, jobs: int, providers: Providers, settings: Settings, keys: dict[str, bytes]) -> None:
    """Through the worker, every submission, score and attempt written."""
    begun: list[float] = []

    class Timed:
        """The kind `grade_text`, and when its jobs began."""

        LOAD, FINISH = grade_text.LOAD, grade_text.FINISH

        async def run(self, job: Job, inputs: Any, tools: Tools) -> Result:
            begun.append(time.time())
            return await grade_text.run(job, inputs, tools)

    connection = await asyncpg.connect(url)
    computed = time.process_time()
    async with start(url, settings, providers, RING, kinds={"grade_text": Timed()}):
        while await connection.fetchval("select count(*) from assay.jobs"):
            await asyncio.sleep(0.2)
    ended = float(await connection.fetchval("select extract(epoch from max(finished_at)) from assay.finished_jobs"))
    await connection.close()
    say(rate=jobs / (ended - begun[0]), cpu=1000 * (time.process_time() - computed) / jobs)


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(**json.loads(sys.argv[1])))
