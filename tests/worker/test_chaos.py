"""Everything that can die does, for a while: every accepted text ends graded or cleanly failed, once.

25 seconds, a minute when CI is set; ASSAY_CHAOS_SECONDS sets another length.
"""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import asyncpg
import psycopg
import pytest

from app.db.migrate import migrate
from app.dev.simulator import Running
from tests.worker.conftest import ROOT, Process, Restarting, Spawn, until
from tests.worker.rows import ESSAY, OFFENCES, School, found, hand_in, number, rows, token

SECONDS = float(os.environ.get("ASSAY_CHAOS_SECONDS") or (60 if os.environ.get("CI") else 25))
WORKERS = 4
LEASE = 4.0  # seconds: of those who die it runs out, of those who are late it does not
SUBMISSIONS = max(2000, int(2000 * SECONDS / 60))
LISTENERS = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'assay worker queue'"
LISTENING = "select count(*) from pg_stat_activity where application_name = 'assay worker queue'"
ENDED = "select coalesce(error_code, 'graded') from assay.finished_jobs"
ACCEPT = "select from api.submit_assignment($1, $2, $3)"
LOST = (OSError, asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
HELD = {"already_submitted", "submission_pending"}  # what a client hears that asks again after a lost answer


class Client:
    """One that lost its answer asks again, on a new connection, until it hears that the text is there."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def hand_in(self, student: UUID, assignment: UUID) -> None:
        while not await self._once(student, assignment):
            self.leave()
            await asyncio.sleep(random.uniform(0.1, 0.5))

    async def _once(self, student: UUID, assignment: UUID) -> bool:
        with contextlib.suppress(*LOST):
            if self.connection is None or self.connection.is_closed():
                self.connection = await asyncpg.connect(self.url, timeout=60, command_timeout=60)
            try:
                await self.connection.fetch(ACCEPT, token(student), assignment, ESSAY)
            except asyncpg.PostgresError as refused:
                if getattr(refused, "constraint_name", None) not in HELD:
                    raise
            return True
        return False

    def leave(self) -> None:
        if self.connection is not None:
            self.connection.terminate()
            self.connection = None


async def students_come(url: str, school: School) -> None:
    """All of them, over three quarters of the time, by ten at once."""
    with psycopg.connect(url) as connection:
        query = (
            "select e.student_id, a.id from assay.enrolments e join assay.classes c on c.id = e.class_id"
            " join assay.assignments a on a.teacher_id = c.teacher_id"
        )
        assignment: dict[UUID, UUID] = dict(connection.execute(query).fetchall())
    began = time.monotonic()
    coming = iter(enumerate(school.students))

    async def one_after_the_other() -> None:
        client = Client(url)
        for place, student in coming:
            due = began + 0.75 * SECONDS * place / len(school.students)
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await client.hand_in(student, assignment[student])
        client.leave()

    await asyncio.gather(*(one_after_the_other() for _ in range(10)))


async def workers_die(workers: list[Process], spawn: Spawn, url: str) -> None:
    """A random one every few seconds, without a word; another starts."""
    while True:
        await asyncio.sleep(random.uniform(2, 4))
        victim = workers.pop(random.randrange(len(workers)))
        victim.kill()
        victim.wait()
        workers.append(spawn(url, lease=LEASE))


async def the_server_dies(server: Restarting) -> None:
    """Twice, in immediate mode; listeners are cut off between."""
    for _ in range(2):
        await asyncio.sleep(SECONDS / 4)
        await asyncio.to_thread(server.down)
        await asyncio.sleep(1)
        await asyncio.to_thread(server.up)
        await asyncio.sleep(SECONDS / 16)
        await asyncio.to_thread(rows, server.url, LISTENERS)


@pytest.mark.slow
async def test_every_accepted_text_ends_graded_or_cleanly_failed_exactly_once(
    server: Restarting, ai: Running, spawn: Spawn
) -> None:
    school = found(server.url, teachers=25, students=SUBMISSIONS, key="sk-sim-{}-sim:chaos=0.1,delay=0.15")
    workers = [spawn(server.url, lease=LEASE) for _ in range(WORKERS)]
    dying = [
        asyncio.create_task(workers_die(workers, spawn, server.url)),
        asyncio.create_task(the_server_dies(server)),
    ]
    await students_come(server.url, school)
    await dying[1]
    assert dying[0].cancel()
    await until(lambda: number(server.url, "select count(*) from assay.jobs") == 0, 300)
    await until(lambda: number(server.url, LISTENING) == WORKERS, 300)  # the last ones have only just been started
    await leave(workers)

    assert rows(server.url, OFFENCES) == []
    ended = Counter(row[0] for row in rows(server.url, ENDED))
    assert ended.total() == SUBMISSIONS, ended
    assert set(ended) <= {"graded", "ai_unavailable", "internal_error"}
    assert ended["graded"] > 0.98 * SUBMISSIONS, ended
    assert number(server.url, "select count(*) from assay.workers where lease_until > now()") == 0


async def leave(workers: Sequence[Process]) -> None:
    """All are told to stop, and exit with 0."""
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
    for worker in workers:
        assert await asyncio.to_thread(worker.wait, 300) == 0


def next_version(folder: Path) -> Path:
    """A tree whose worker asks and whose functions answer with one parameter more than this one's."""
    shutil.copytree(ROOT / "app", folder / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "sql", folder / "sql")
    shutil.copytree(ROOT / "prompts", folder / "prompts")
    (folder / "tests/worker").mkdir(parents=True)
    for name in ("tests/__init__.py", "tests/worker/__init__.py", "tests/worker/process.py"):
        shutil.copy(ROOT / name, folder / name)

    def edit(path: str, old: str, new: str) -> None:
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new))

    finish = "sql/functions/worker/finish_gradings.sql"
    edit(finish, "flags json[])\n", "flags json[], version integer default 1)\n")
    edit(finish, "text[], json[]) is", "text[], json[], integer) is")
    edit("sql/queries/worker/finish_gradings.sql", "flags => sent.flags)", "flags => sent.flags, version => 2)")
    edit("sql/functions/assay/triggers/pay_coins.sql", "-- Every score", "-- Of version 2. Every score")
    return folder


@pytest.mark.slow
async def test_workers_of_two_versions_work_on_while_the_database_is_migrated(
    db: str, ai: Running, spawn: Spawn, tmp_path: Path
) -> None:
    newer = next_version(tmp_path / "next")
    school = found(db, teachers=8, students=400, key="sk-sim-{}-sim:delay=0.1")
    workers = [spawn(db), spawn(db, root=newer)]
    await until(lambda: number(db, "select count(*) from assay.workers") == 2)
    for start in range(0, 400, 40):
        await asyncio.to_thread(hand_in, db, school.students[start : start + 40], school.assignments)
        if start in (80, 160, 240):
            await asyncio.to_thread(migrate, db, (ROOT if start == 160 else newer) / "sql")
        await asyncio.sleep(0.2)
    await until(lambda: number(db, "select count(*) from assay.jobs") == 0, 300)
    await leave(workers)
    assert rows(db, OFFENCES) == []
    assert rows(db, "select error_code, count(*) from assay.finished_jobs group by 1") == [(None, 400)]
