"""A thousand gradings for forty teachers through the real worker, while a tenth of all calls fails in random ways."""

import asyncio
import re
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.ai.providers import MOST_CALLS_PER_KEY, Providers
from app.dev.simulator import running
from app.security.keyring import Ring, load_ring
from app.worker import worker
from tests.web.conftest import settings_of

TEACHERS, STUDENTS = 40, 25
PEOPLE = """
    insert into assay.teachers (name, email)
    select 'Teacher ' || n, 'teacher-' || n || '@school.example' from generate_series(0, %(teachers)s - 1) as n;
    insert into assay.students (name, email, email_verified_at)
    select 'Student ' || n, 'student-' || n || '@school.example', now() from generate_series(1, %(students)s) as n;
    insert into assay.assignments (teacher_id, title, instructions, correction_template, max_score, deadline,
                                   published_at)
    select t.id, t.name, 'Write about gold. Maximum score: 20 points.', 'Maximum score: 20', 20, '2099-01-01', now()
      from assay.teachers t"""
JOBS = """
    insert into assay.pending_submissions (student_id, assignment_id, content)
    select s.id, a.id, 'This essay is for ' || a.title || '. It is by number ' || s.name
      from assay.assignments a cross join assay.students s"""
SUMS = """
    select (select count(*) from assay.submissions),
           (select count(*) from assay.finished_jobs where error_code = 'ai_unavailable' and score is null
               and octet_length(content_sha256) = 32),
           (select count(*) from assay.finished_jobs),
           (select count(*) from assay.students s where s.total_gold_coins
                <> (select coalesce(sum(x.score), 0) from assay.submissions x where x.student_id = s.id)),
           (select sum(total_gold_coins) = (select sum(coins) from assay.coin_ledger) from assay.students),
           (select count(*) from assay.ai_attempts where outcome = 'ok'),
           (select count(*) from assay.ai_attempts),
           (select max(n) from (select count(*) as n from assay.ai_attempts group by job_id)),
           (select count(distinct outcome) from assay.ai_attempts)"""


def prepare(url: str, ring: Ring) -> None:
    """People, keys and a thousand texts that wait. Two keys cannot be opened."""
    with psycopg.connect(url) as admin:
        for statement in PEOPLE.split(";"):
            admin.execute(statement.encode(), {"teachers": TEACHERS, "students": STUDENTS})
        found = admin.execute("select id, name from assay.teachers order by id").fetchall()
        sealed = [
            (teacher, provider, ring.seal(teacher, provider, f"sk-sim-{provider[0]}-{name[8:]}-sim:chaos=0.1"))
            for teacher, name in found
            for provider in ("openai", "anthropic")
        ]
        with admin.cursor() as cursor:
            cursor.executemany(
                "insert into assay.api_keys (teacher_id, provider, sealed, last4) values (%s, %s, %s, '0000')", sealed
            )
        broken = "update assay.api_keys set sealed = %s where provider = 'anthropic' and teacher_id = %s"
        admin.execute(broken, [b"", found[3][0]])
        admin.execute(broken, [sealed[1][2], found[7][0]])  # another teacher's token
        admin.execute(JOBS.encode())


def left(url: str) -> int:
    with psycopg.connect(url) as admin:
        row = admin.execute("select count(*) from assay.jobs").fetchone()
    return int(row[0]) if row else 0


@pytest.mark.slow
async def test_a_thousand_gradings_are_each_done_or_cleanly_failed(db: str, tmp_path: Path) -> None:
    asked: list[tuple[str, str, dict[str, Any]]] = []
    async with AsyncExitStack() as stack:
        ai = await stack.enter_async_context(running(observe=lambda *question: asked.append(question)))
        addresses = {"openai_base_url": ai.openai_base_url, "anthropic_base_url": ai.anthropic_base_url}
        settings = settings_of(assay_data_dir=tmp_path, **addresses)
        ring = load_ring(settings, embedded=True)
        await asyncio.to_thread(prepare, db, ring)
        services = await stack.enter_async_context(Providers(settings))
        await stack.enter_async_context(worker.start(db, settings, services, ring))
        async with asyncio.timeout(300):
            while await asyncio.to_thread(left, db):
                await asyncio.sleep(0.1)
        peaks = {name: peak for name, peak in ai.calls.peak.items() if " " in name}
    with psycopg.connect(db) as admin:
        sums = admin.execute(SUMS.encode()).fetchone()
        scores = admin.execute("select min(score), max(score), max(score) <= 20 from assay.submissions").fetchone()
    assert sums is not None
    graded, failed, finished, wrong_sums, ledger, accepted, attempts, most, outcomes = sums
    assert (graded + failed, finished, wrong_sums, ledger) == (1000, 1000, 0, True)
    assert graded > 950
    assert (accepted, attempts) == (graded, len(asked))
    assert most <= 4
    assert outcomes >= 5
    assert scores is not None
    assert scores[2]
    assert max(peaks.values()) <= MOST_CALLS_PER_KEY
    fences = set()
    for service, key, body in asked:
        text = body["messages"][-1]["content"]
        (teacher,) = set(re.findall(r"This essay is for Teacher (\d+)\.", text))
        assert key == f"sk-sim-{service[0]}-{teacher}-sim:chaos=0.1"
        assert service == "openai" or teacher not in ("3", "7")
        fences.add(re.findall(r"\b[0-9a-f]{32}\b", text)[-1])
    assert len(fences) == len(asked) >= 1000
