"""A primary and a synchronous standby change places while students hand in: what was acknowledged is there, once.

One change, the primary killed, in every run; also the primary stopped (SIGSTOP) and a planned switch when CI or
ASSAY_FAILOVER is set.
"""

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx2
import psycopg
import pytest

from app.dev.simulator import Running
from app.security.passwords import digest
from tests.setup.streaming import Pair, primary_and_replica
from tests.web.serve_process import serving
from tests.worker.conftest import until
from tests.worker.rows import ESSAY, OFFENCES, SECRET, found, number, rows

ALL = bool(os.environ.get("CI") or os.environ.get("ASSAY_FAILOVER"))
STUDENTS, AT_ONCE, BEFORE = 60, 8, 15
ACKNOWLEDGED = {200, 201, 202}
THERE = {"already_submitted", "submission_pending"}  # what a client hears that asks again after a 503


@pytest.fixture
def pair() -> Iterator[Pair]:
    with primary_and_replica() as both:
        both.synchronise()
        yield both
        both.first.end()


def killed(pair: Pair) -> None:
    pair.first.signalled(signal.SIGKILL)


def stopped(pair: Pair) -> None:
    pair.first.signalled(signal.SIGSTOP)


def switched(pair: Pair) -> None:
    pair.first.control("-m", "fast", "stop")


@dataclass
class Load:
    """What students were told. `unclear` have had a 503, and may find their text there when they ask again."""

    client: httpx2.AsyncClient
    told: Counter[str] = field(default_factory=Counter)
    acknowledged: dict[UUID, float] = field(default_factory=dict)
    unclear: set[UUID] = field(default_factory=set)

    async def hand_in(self, student: UUID, assignment: UUID) -> None:
        """As a client does: again after a 503, until the text is there."""
        headers = {"Authorization": f"Bearer {student}", "Content-Type": "text/plain", "Prefer": "respond-async"}
        path = f"/student/assignments/{assignment}/submission"
        while True:
            answer = await self.client.post(path, content=f"{ESSAY} {student}", headers=headers)
            if answer.status_code == 503:
                self.unclear.add(student)
                await self.come_back(answer)
                continue
            self.told[f"POST {answer.status_code}"] += 1
            if answer.status_code not in ACKNOWLEDGED:
                assert student in self.unclear, answer.text
                assert answer.json()["error"]["code"] in THERE
            self.acknowledged[student] = time.monotonic()
            return

    async def look(self, student: UUID) -> None:
        """A page that somebody has open, again and again."""
        while True:
            answer = await self.client.get("/student/scores", headers={"Authorization": f"Bearer {student}"})
            if answer.status_code == 503:
                await self.come_back(answer)
            else:
                self.told[f"GET {answer.status_code}"] += 1
                assert answer.status_code == 200, answer.text
            await asyncio.sleep(0.05)

    async def come_back(self, answer: httpx2.Response) -> None:
        self.told["503"] += 1
        assert int(answer.headers["retry-after"]) > 0
        await asyncio.sleep(0.2)  # sooner than they are told to


def prepared(url: str) -> dict[UUID, UUID]:
    """A school whose students are logged in, each with their id as token, and each one's assignment."""
    school = found(url, teachers=4, students=STUDENTS, key="sk-sim-{}-sim:delay=0.3")
    with psycopg.connect(url, autocommit=True) as admin:
        for student in school.students:
            values = [digest(str(student)), student]
            admin.execute("insert into assay.sessions (digest, student_id) values (%s, %s)", values)
        admin.execute("update assay.rate_limits set rule = '100000/minute'")
        query = (
            "select e.student_id, a.id from assay.enrolments e join assay.classes c on c.id = e.class_id"
            " join assay.assignments a on a.teacher_id = c.teacher_id"
        )
        return dict(admin.execute(query).fetchall())


@asynccontextmanager
async def students_come(client: httpx2.AsyncClient, todo: dict[UUID, UUID]) -> AsyncIterator[Load]:
    """All hand in, some at a time, while two look at their scores; the block ends when every text is there."""
    load, coming = Load(client), iter(todo.items())

    async def one_after_the_other() -> None:
        for student, assignment in coming:
            await load.hand_in(student, assignment)
            await asyncio.sleep(0.2)

    async with asyncio.TaskGroup() as group:
        looking = [group.create_task(load.look(student)) for student in list(todo)[:2]]
        handing_in = [group.create_task(one_after_the_other()) for _ in range(AT_ONCE)]
        yield load
        await asyncio.wait_for(asyncio.gather(*handing_in), 300)
        for task in looking:
            task.cancel()


@pytest.mark.parametrize("ends", [killed, *([stopped, switched] if ALL else [])])
async def test_nothing_acknowledged_is_lost_or_doubled_when_the_standby_takes_over(
    pair: Pair, ai: Running, tmp_path: Path, ends: Callable[[Pair], None]
) -> None:
    todo = prepared(pair.primary)
    services = {"OPENAI_BASE_URL": ai.openai_base_url, "ANTHROPIC_BASE_URL": ai.anthropic_base_url}
    async with (
        serving(pair.both, tmp_path, ASSAY_SECRET_KEYS=SECRET, **services) as assay,
        httpx2.AsyncClient(base_url=assay.url, trust_env=False, timeout=300) as client,
    ):
        async with students_come(client, todo) as load:
            await until(lambda: len(load.acknowledged) >= BEFORE)
            await asyncio.to_thread(ends, pair)
            await asyncio.to_thread(pair.second.control, "promote")
            promoted = time.monotonic()
            await until(lambda: max(load.acknowledged.values()) > promoted)
        back = min(when for when in load.acknowledged.values() if when > promoted) - promoted
        print(f"{ends.__name__}: the first text was taken {back:.1f} s after the promotion; {dict(load.told)}")
        await until(lambda: number(pair.replica, "select count(*) from assay.jobs") == 0)
        async with asyncio.timeout(300):
            while (await client.get("/ready")).status_code != 200:
                await asyncio.sleep(0.1)
        assert await assay.ended() == 0
    assert rows(pair.replica, OFFENCES) == []
    handed_in = Counter(row[0] for row in rows(pair.replica, "select student_id from assay.submissions"))
    assert handed_in == dict.fromkeys(load.acknowledged, 1) == dict.fromkeys(todo, 1)
    assert set(load.told) <= {"GET 200", "POST 200", "POST 201", "POST 202", "POST 409", "503"}
