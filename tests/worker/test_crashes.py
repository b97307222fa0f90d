"""Whatever dies, every text is graded once or fails cleanly: workers, the server, a lease, an attempt."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.dev.simulator import Running
from app.worker.retry import SILENCE_SECONDS
from tests.worker.conftest import QUICK, ROOT, Process, Restarting, Spawn, Start, until
from tests.worker.rows import OFFENCES, SECRET, claim, finish, found, hand_in, number, register, rows

SUBMISSIONS = "select count(*) from assay.submissions"
RUNNING = "select count(*) from assay.jobs where worker_id is not null"
FINISHED = "select count(*) from assay.finished_jobs"
LEASE_OF_A_MINUTE = {"lease": 60.0}


async def kill(process: Process, number: signal.Signals = signal.SIGKILL) -> int:
    """Sends a signal and waits for the end; the exit code."""
    process.send_signal(number)
    return await asyncio.to_thread(process.wait, 120)


def said(process: Any) -> list[str]:
    """The process's log."""
    return Path(process.log).read_text().splitlines()


def away(process: Any) -> list[str]:
    """What it says of a database that does not answer."""
    return [line for line in said(process) if "the worker waits for it" in line]


def of_the_start(line: str) -> bool:
    """What a worker says of settings and models when it starts."""
    return "The model" in line or "SMTP_URL" in line


async def test_another_worker_finishes_what_a_killed_one_was_grading_each_once(
    db: str, ai: Running, spawn: Spawn, work: Start
) -> None:
    school = found(db, teachers=3, students=20, key="sk-sim-{}-sim:delay=0.5")
    hand_in(db, school.students, school.assignments)
    doomed = spawn(lease=1.0)
    await until(lambda: number(db, RUNNING) == 20)
    await kill(doomed)
    async with work(QUICK):  # here, not in the dead one's slot: that worker's lease runs out
        await until(lambda: number(db, SUBMISSIONS) == 20)
    assert not rows(db, OFFENCES)
    assert rows(db, "select distinct attempt from assay.finished_jobs") == [(2,)]


async def test_a_restarted_worker_takes_its_dead_predecessors_jobs_at_once(db: str, ai: Running, spawn: Spawn) -> None:
    school = found(db, students=5, key="sk-sim-{}-sim:delay=0.5")
    hand_in(db, school.students, school.assignments)
    doomed = spawn()
    await until(lambda: number(db, RUNNING) == 5)
    await kill(doomed)
    spawn()
    await until(lambda: number(db, SUBMISSIONS) == 5)
    assert rows(db, "select distinct slot like '%:1' from assay.workers") == [(True,)]


async def test_sigterm_lets_running_gradings_finish_and_exits_with_0(db: str, ai: Running, spawn: Spawn) -> None:
    school = found(db, students=8, key="sk-sim-{}-sim:delay=0.7")
    hand_in(db, school.students, school.assignments)
    worker = spawn()
    await until(lambda: ai.calls.total == 8)
    assert await kill(worker, signal.SIGTERM) == 0
    assert number(db, SUBMISSIONS) == 8
    assert number(db, "select count(*) from assay.workers") == 0
    assert not [line for line in said(worker) if not line.startswith("INFO") and not of_the_start(line)]
    assert not rows(db, OFFENCES)


async def test_sigterm_gives_back_uncounted_what_does_not_end_in_time(db: str, ai: Running, spawn: Spawn) -> None:
    school = found(db, students=8, key="sk-sim-{}-sim:delay=300")
    hand_in(db, school.students, school.assignments)
    worker = spawn(grace=0.2)
    await until(lambda: ai.calls.total == 8)
    assert await kill(worker, signal.SIGTERM) == 0
    assert rows(db, "select distinct worker_id, run_at, failures, attempt from assay.jobs") == [(None, None, 0, 1)]
    assert number(db, "select count(*) from assay.workers") == 0


async def test_what_was_taken_ahead_goes_back_at_once(db: str, ai: Running, spawn: Spawn) -> None:
    school = found(db, teachers=5, students=30, key="sk-sim-{}-sim:delay=3")
    hand_in(db, school.students, school.assignments)
    worker = spawn(concurrency=4)
    await until(lambda: number(db, RUNNING) == 8 and ai.calls.total == 4)
    assert await kill(worker, signal.SIGTERM) == 0
    assert number(db, SUBMISSIONS) == 4
    assert rows(db, "select worker_id, sum(failures), count(*) from assay.jobs group by 1") == [(None, 0, 26)]


async def test_a_job_with_which_three_workers_died_fails_cleanly(db: str, ai: Running, spawn: Spawn) -> None:
    school = found(db, key="sk-sim-{}-sim:delay=300")
    hand_in(db, school.students, school.assignments)
    for attempt in (1, 2, 3):
        worker = spawn()
        if attempt == 3:
            await until(lambda: number(db, "select count(*) from assay.jobs where run_at > now()") == 1)
            rows(db, "update assay.jobs set run_at = now()")
        taken = f"select count(*) from assay.jobs where worker_id is not null and attempt = {attempt}"
        await until(partial(number, db, taken))
        await kill(worker)
    spawn()
    await until(lambda: number(db, FINISHED) == 1)
    assert rows(db, "select error_code, attempt from assay.finished_jobs") == [("internal_error", 3)]
    assert not rows(db, OFFENCES)


BROKEN = """
create or replace function worker.list_models() returns setof assay.ai_models
    language plpgsql stable security definer set search_path = '' as 'begin raise exception ''broken''; end'
"""


@pytest.mark.parametrize("command", [("worker",), ("serve", "--port", "0", "--no-migrate")], ids=["worker", "serve"])
async def test_a_worker_that_breaks_down_ends_its_process_with_exit_code_1(
    db: str, tmp_path: Path, command: tuple[str, ...]
) -> None:
    rows(db, BROKEN)
    environment = {**os.environ, "DATABASE_URL": db, "ASSAY_SECRET_KEYS": SECRET, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", *command], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        _, errors = await asyncio.to_thread(process.communicate, None, 120)
    finally:
        process.kill()
    assert process.returncode == 1
    assert "the worker broke down (RaiseError P0001)" in errors
    assert "assay: The worker broke down; the log says why." in errors
    assert "Traceback" not in errors


async def test_a_role_that_may_only_read_cannot_stop_grading(db: str, work: Start) -> None:
    school = found(db, students=3)
    with psycopg.connect(db, autocommit=True) as reader:
        reader.execute("set session authorization assay_dba_read")
        for name in ("queue", "claim_lock", "claim_jobs", *(f"slot {socket.gethostname()}:{n}" for n in range(1, 9))):
            reader.execute("select pg_advisory_lock(hashtextextended('assay ' || %s, 0))", [name])
        for attempt in (
            "select from assay.claim_lock for update",
            "begin; lock table assay.claim_lock in share mode",
            "select from assay.workers for update",
            "begin; lock table assay.jobs in share mode",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(attempt)
            reader.execute("rollback")
        async with work(QUICK) as worker:
            hand_in(db, school.students, school.assignments)
            await until(lambda: number(db, SUBMISSIONS) == 3)
            assert rows(db, "select slot from assay.workers") == [(f"{socket.gethostname()}:1",)]
            assert worker.queue.worker


async def test_a_frozen_worker_that_was_given_up_changes_nothing_when_it_comes_back(
    db: str, ai: Running, spawn: Spawn, work: Start
) -> None:
    school = found(db, students=4, key="sk-sim-{}-sim:delay=0.5")
    hand_in(db, school.students, school.assignments)
    frozen = spawn(lease=1.0)
    await until(lambda: number(db, RUNNING) == 4)
    frozen.send_signal(signal.SIGSTOP)
    async with work(QUICK):
        await until(lambda: number(db, SUBMISSIONS) == 4)
    frozen.send_signal(signal.SIGCONT)
    later = found(db, students=4)
    hand_in(db, later.students, later.assignments)
    await until(lambda: number(db, SUBMISSIONS) == 8)
    assert any("lost its lease" in line for line in said(frozen))
    assert not rows(db, OFFENCES)


async def test_a_superseded_attempt_changes_nothing(db: str) -> None:
    school = found(db)
    (job,) = hand_in(db, school.students, school.assignments)
    worker = register(db)
    assert [row[:2] for row in claim(db, worker)] == [(job, 1)]
    rows(db, "update assay.jobs set worker_id = null")
    assert [row[:2] for row in claim(db, worker)] == [(job, 2)]
    assert finish(db, [(job, 1)]) == []
    ours = f"array['{job}']::uuid[], array[1]"
    assert rows(db, f"select worker.fail_jobs({ours}, '{{ai_unavailable}}', '{{outage}}', array[null::json])") == []
    assert rows(db, f"select worker.postpone_jobs({ours}, '{{true}}', 0)") == []
    assert rows(db, "select worker_id, attempt, postponed from assay.jobs") == [(worker, 2, 0)]
    assert number(db, SUBMISSIONS) == 0
    assert finish(db, [(job, 2)]) == [job]
    assert finish(db, [(job, 2)]) == []
    assert not rows(db, OFFENCES)


async def test_a_server_that_is_killed_and_comes_back_loses_nothing(
    server: Restarting, ai: Running, spawn: Spawn
) -> None:
    school = found(server.url, teachers=4, students=60, key="sk-sim-{}-sim:delay=0.3")
    hand_in(server.url, school.students, school.assignments)
    worker = spawn(server.url)
    await until(lambda: number(server.url, RUNNING) >= 20)
    await asyncio.to_thread(server.down)
    began = time.monotonic()
    await until(lambda: away(worker))
    await until(lambda: not ai.calls.in_flight["anthropic"])  # what these gave cannot be stored yet
    await asyncio.to_thread(server.up)
    await until(lambda: number(server.url, SUBMISSIONS) == 60)
    assert len(away(worker)) <= 1 + (time.monotonic() - began) / SILENCE_SECONDS
    assert rows(server.url, "select sum(failures) from assay.jobs") == [(None,)]
    assert await kill(worker, signal.SIGTERM) == 0
    assert not rows(server.url, OFFENCES)


async def test_sigterm_ends_a_worker_whose_database_is_away(server: Restarting, ai: Running, spawn: Spawn) -> None:
    school = found(server.url, students=3, key="sk-sim-{}-sim:delay=0.5")
    hand_in(server.url, school.students, school.assignments)
    worker = spawn(server.url, grace=1.0, heartbeat=0.5)
    await until(lambda: number(server.url, RUNNING) == 3)
    await asyncio.to_thread(server.down)
    assert await kill(worker, signal.SIGTERM) == 0
    await asyncio.to_thread(server.up)
    assert number(server.url, "select count(*) from assay.jobs") == 3


async def test_terminated_connections_are_opened_again(db: str, work: Start) -> None:
    school = found(db, students=40, key="sk-sim-{}-sim:delay=0.05")
    terminate = (
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and application_name like 'assay worker%'"
    )
    async with work(replace(QUICK, **LEASE_OF_A_MINUTE)) as worker:  # however long a slow machine takes to connect
        await until(lambda: worker.queue.worker)
        first = worker.queue.worker
        for student in school.students:
            await asyncio.to_thread(hand_in, db, [student], school.assignments)
            if school.students.index(student) % 10 == 5:
                await asyncio.to_thread(rows, db, terminate)
        await until(lambda: number(db, SUBMISSIONS) == 40)
        assert worker.queue.worker == first
    assert not rows(db, OFFENCES)


async def test_a_result_that_a_rule_refuses_fails_alone(db: str, ai: Running, work: Start) -> None:
    school = found(db, students=6)
    rows(
        db, f"alter table assay.submissions add constraint never check (student_id <> '{school.students[0]}') not valid"
    )
    hand_in(db, school.students, school.assignments)
    async with work(QUICK):
        await until(lambda: number(db, FINISHED) == 6)
    assert number(db, SUBMISSIONS) == 5
    failed = "select student_id, error_code, cause from assay.finished_jobs where error_code is not null"
    assert rows(db, failed) == [(school.students[0], "internal_error", "internal")]
    assert not rows(db, OFFENCES)
