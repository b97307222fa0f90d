"""Server, worker and database are killed in the middle of hand-ins: all or nothing, and saved answers always."""

import asyncio
import contextlib
import itertools
import random
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import httpx2
import pytest

from app.dev.simulator import Running
from tests.rules.rows import Person, digest, row
from tests.web.serve_process import Process, serving
from tests.worker import quizzes
from tests.worker.conftest import Restarting, Spawn, until
from tests.worker.quizzes import KEPT, MACHINE, MIXED, OFFENCES, Cohort
from tests.worker.rows import SECRET, number, rows

STUDENTS = 30  # of each quiz
SUBMISSIONS = "select count(*) from assay.submissions"
THERE = {"already_submitted", "submission_pending"}  # what a client hears that asks again after a lost answer


async def tokens(url: str, students: list[Person]) -> list[str]:
    """A token each."""
    sql = await asyncpg.connect(url)
    try:
        made = [f"token-{author.id}" for author in students]
        for author, token in zip(students, made, strict=True):
            await row(sql, "sessions", digest=digest(token), student_id=author.id)
        return made
    finally:
        await sql.close()


class Clients:
    """Students who hand in, and again until they hear that it is there, at whichever server is up."""

    def __init__(self) -> None:
        self.server: Process | None = None
        self.heard = 0

    async def hand_in(self, cohort: Cohort, token: str) -> None:
        path, headers = f"/student/assignments/{cohort.quiz.task}/submission", {"Authorization": f"Bearer {token}"}
        async with httpx2.AsyncClient(timeout=300, trust_env=False, headers=headers) as client:
            while True:
                with contextlib.suppress(httpx2.TransportError):
                    if self.server is not None:
                        answer = await client.post(self.server.url + path, headers={"Prefer": "wait=5"})
                        code = answer.json().get("error", {}).get("code")
                        assert answer.status_code in (201, 202, 503) or code in THERE, answer.text
                        if answer.status_code != 503:
                            self.heard += 1
                            return
                await asyncio.sleep(random.uniform(0.05, 0.2))


@pytest.mark.slow
async def test_whatever_is_killed_each_hand_in_is_whole_or_not_there(
    server: Restarting, ai: Running, spawn: Spawn, tmp_path: Path
) -> None:
    cohorts = [await quizzes.with_quiz(server.url, STUDENTS, "sk-sim:delay=0.2", saved) for saved in (MIXED, MACHINE)]
    saved = number(server.url, KEPT)
    assert saved == 3 * STUDENTS
    coming = [(cohort, token) for cohort in cohorts for token in await tokens(server.url, cohort.students)]
    random.Random(15).shuffle(coming)
    clients, folders = Clients(), itertools.count()

    async def serve(stack: AsyncExitStack) -> None:
        folder = tmp_path / f"serve-{next(folders)}"
        folder.mkdir()
        options = ("--no-worker", "--no-migrate")
        clients.server = await stack.enter_async_context(
            serving(server.url, folder, *options, ASSAY_SECRET_KEYS=SECRET)
        )

    async def sane() -> None:
        assert await asyncio.to_thread(rows, server.url, OFFENCES) == []
        assert await asyncio.to_thread(number, server.url, KEPT) == saved

    worker = spawn(server.url)
    async with AsyncExitStack() as stack:
        await serve(stack)
        turns = asyncio.Semaphore(6)

        async def one(cohort: Cohort, token: str) -> None:
            async with turns:
                await clients.hand_in(cohort, token)

        all_of_them = asyncio.gather(*(one(cohort, token) for cohort, token in coming))
        for part in (1, 2, 3):
            await until(lambda part=part: clients.heard >= part * len(coming) // 4)  # type: ignore[misc]
            if part == 1:
                assert clients.server is not None
                clients.server.process.kill()
                await clients.server.process.wait()
                await sane()
                await serve(stack)
            elif part == 2:
                await asyncio.to_thread(server.down)
                await asyncio.to_thread(server.up)
                await sane()
            else:
                worker.kill()
                worker.wait()
                await sane()
                spawn(server.url)
        await all_of_them
        await until(lambda: number(server.url, SUBMISSIONS) == len(coming))
    await sane()
    assert number(server.url, "select count(*) from assay.jobs") == 0
    assert rows(server.url, "select score, count(*) from assay.submissions group by 1 order by 1") == [
        (4, STUDENTS), (6, STUDENTS)]  # fmt: skip
