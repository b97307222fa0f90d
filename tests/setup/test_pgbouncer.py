"""Through a real PgBouncer in transaction mode: who a connection is, prepared statements, and what must go past it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from app.db.database import Database, Unavailable
from app.db.listener import Listener
from app.db.queries import Query
from app.dev.simulator import running
from app.doctor.checks import ASKING, examine
from app.doctor.finding import Deployment, Finding
from app.security.passwords import digest
from app.settings import Settings
from tests.setup.pgbouncer import bouncing
from tests.setup.waiting import fact
from tests.web.serve_process import ROOT, serving
from tests.worker.rows import ESSAY, OFFENCES, SECRET, found, rows

WHO = Query("x", "select current_user || ' ' || current_setting('statement_timeout') || ' ' || $1::text", ("x",))
# Of the doctor's checks, those that ask the database.
LOOKED_AT = {"database", "commits", "roles", "owner", "migrations", "privileges"} | {"notifications", "sealed", "queue"}


@asynccontextmanager
async def working(url: str, folder: Path, **variables: str) -> AsyncIterator[None]:
    """`assay worker` as a process of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": url,
        "LOG_DIR": str(folder / "w"),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "worker", cwd=folder, env={**environment, **variables},
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 300) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_every_session_behind_it_is_what_the_process_asked_for(db: str) -> None:
    with bouncing(db) as bouncer:
        async with Database(bouncer.url("assay_api")) as database:
            answers = await asyncio.gather(*(database.row(WHO, [str(n)], read=bool(n % 2)) for n in range(200)))
            assert {str(answer[0]).rpartition(" ")[0] for answer in answers if answer} == {"assay_api 30s"}
        async with Database(bouncer.url("assay_worker"), role="assay_worker", size=2) as database:
            answer = await database.row(WHO, ["w"])
            assert answer
            assert answer[0] == "assay_worker 30s w"


@pytest.mark.parametrize(
    ("lost", "kept", "sentence"),
    [
        ("set role assay_api; ", "", "acts as bouncer_login instead of assay_api"),
        ('set default_transaction_isolation = "read committed"; ', "set default_transaction_isolation = serializable; ",
         "default_transaction_isolation is not read committed"),
        ("set statement_timeout = 30000; ", "", "statement_timeout is not 30000"),
    ],
)  # fmt: skip
async def test_a_session_that_is_another_is_refused(db: str, lost: str, kept: str, sentence: str) -> None:
    with bouncing(db, {lost: kept}) as bouncer:
        async with Database(bouncer.url("assay_api")) as database:
            with pytest.raises(Unavailable) as refused:
                await database.row(WHO, ["x"])
            assert sentence in refused.value.sentence


async def test_without_room_for_prepared_statements_it_says_what_is_missing(db: str) -> None:
    with bouncing(db, {"max_prepared_statements = 300": "max_prepared_statements = 0"}) as bouncer:
        async with Database(bouncer.url("assay_api")) as database:
            for _ in range(100):  # which connection of the pooler a statement comes to is chance
                seen = await asyncio.gather(
                    *(database.row(WHO, [str(n)], read=True) for n in range(100)), return_exceptions=True
                )
                if sentences := {one.sentence for one in seen if isinstance(one, Unavailable)}:
                    break
            assert any("max_prepared_statements" in sentence for sentence in sentences), sentences


async def test_a_listener_that_goes_through_it_finds_out_that_it_is_deaf(
    db: str, caplog: pytest.LogCaptureFixture
) -> None:
    with bouncing(db) as bouncer:
        heard = asyncio.Event()
        listener = Listener(bouncer.url("assay_api"), {"assay_job": lambda _: heard.set()}, lambda _: None)
        running_task = asyncio.create_task(listener.run())
        try:
            await fact(lambda: "DATABASE_LISTEN_URL" in caplog.text)
            assert not listener.connected
        finally:
            running_task.cancel()


async def test_a_function_that_changed_its_answer_is_asked_anew_though_the_pooler_prepared_it_before(db: str) -> None:
    drop, create = "drop function if exists api.one()", "create function api.one() returns table (a {}) language sql as"
    make = f"{drop}; {create} 'select 1::{{}}'"
    ask = Query("x", "select * from api.one()", ())
    one = {"pool_size=16": "pool_size=1"}  # a second session would prepare it anew
    with bouncing(db, one) as bouncer, psycopg.connect(db, autocommit=True) as admin:
        admin.execute("set role assay_owner")
        async with Database(bouncer.url("assay_api"), size=1) as database:
            for kind in ("integer", "text", "integer", "text"):
                admin.execute(make.format(kind, kind).encode())
                for read in (True, False):
                    assert tuple(await database.row(ask, (), read=read) or ()) == (1 if kind == "integer" else "1",)


async def test_connections_that_end_behind_it_are_no_reason_for_an_error(db: str) -> None:
    with bouncing(db) as bouncer, psycopg.connect(db, autocommit=True) as admin:
        async with Database(bouncer.url("assay_api")) as database:
            for _ in range(5):
                assert await database.row(WHO, ["x"], read=True)
                admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'bouncer_login'")
                assert await database.row(WHO, ["x"], read=True)


async def test_a_text_is_handed_in_and_graded_through_it(db: str, tmp_path: Path) -> None:
    school = found(db, students=3)
    with psycopg.connect(db, autocommit=True) as admin:
        for student in school.students:
            values = [digest(str(student)), student]
            admin.execute("insert into assay.sessions (digest, student_id) values (%s, %s)", values)
    async with running() as ai:
        with bouncing(db) as bouncer:
            variables = {
                "DATABASE_LISTEN_URL": bouncer.direct,
                "ASSAY_SECRET_KEYS": SECRET,
                "OPENAI_BASE_URL": ai.openai_base_url,
                "ANTHROPIC_BASE_URL": ai.anthropic_base_url,
            }
            async with (
                serving(bouncer.url("assay_api"), tmp_path, "--no-worker", "--no-migrate", **variables) as assay,
                working(bouncer.url("assay_worker"), tmp_path, **variables),
                httpx2.AsyncClient(base_url=assay.url, trust_env=False, timeout=300) as client,
            ):
                for student in school.students:
                    answer = await client.post(
                        f"/student/assignments/{school.assignments[0]}/submission",
                        content=f"{ESSAY} {student}",
                        headers={
                            "Authorization": f"Bearer {student}", "Content-Type": "text/plain", "Prefer": "wait=60",
                        },
                    )  # fmt: skip
                    assert answer.status_code == 201, answer.text
                assert (await client.get("/ready")).json()["checks"]["listener"] is True
                assert await assay.ended() == 0
    assert rows(db, OFFENCES) == []


@pytest.mark.parametrize("entry", ["assay_api", "assay_worker"])
def test_the_doctor_looks_past_it_and_finds_out_that_a_listener_through_it_is_deaf(
    db: str, tmp_path: Path, entry: str
) -> None:
    with bouncing(db) as bouncer:
        url = bouncer.url(entry)
        known: Any = {"database_url": url, "assay_secret_keys": SECRET, "assay_data_dir": tmp_path}

        def findings(**more: Any) -> dict[str, list[str]]:
            deployment = Deployment(Settings(_env_file=None, **known, **more), url)
            looked_at = {check.name: found for check, found in examine(deployment, checks)}
            assert all(isinstance(found, list) for found in looked_at.values()), looked_at
            return {name: [one.wrong for one in found if isinstance(one, Finding)] for name, found in looked_at.items()}

        checks = tuple(check for check in ASKING if check.name in LOOKED_AT)
        checks = tuple(replace(check, needs=tuple(LOOKED_AT.intersection(check.needs))) for check in checks)
        assert findings(database_listen_url=bouncer.direct) == {name: [] for name in LOOKED_AT}
        (deaf,) = findings()["notifications"]
        if entry == "assay_api":
            assert deaf.startswith("A notification that is sent over DATABASE_URL is not heard over DATABASE_URL")
        else:
            assert deaf.startswith("Nobody can listen over DATABASE_URL: ")
        with psycopg.connect(url) as pooled:  # nor is it left as another role
            assert pooled.execute("select current_user").fetchone() == (entry,)
