"""A rolling upgrade: this version goes on while another one migrates the database, forth and back."""

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.db.migrate import SQL, migrate
from tests.web.conftest import PLAIN, Assay, School, until
from tests.web.school import rows

# A file, its function's last parameter, and what its comment says of the types.
ME = "sql/functions/api/read_me.sql", "read_me(token_digest bytea", "read_me(bytea"
NEW_CLASS = "sql/functions/api/create_class.sql", "instructions text default null", "create_class(bytea, text, text"

# A migration in the midst of which a statement comes that has begun with what the migration then replaces: it waits
# where it asks who calls, before it has locked anything that the migration wants.
MEETS = """
lock table assay.sessions in access exclusive mode;
do $$
begin
    for look in 1..6000 loop
        exit when exists (select from pg_locks where relation = 'assay.sessions'::regclass and not granted);
        perform pg_sleep(0.01);
    end loop;
end $$;
"""
LOCKED = (
    "select 1 from pg_locks where relation = 'assay.sessions'::regclass and mode = 'AccessExclusiveLock' and granted"
)


def next_version(folder: Path, parameter: str) -> Path:
    """The SQL of another version, in which two functions take one more."""
    shutil.copytree(SQL, folder / "sql")
    for name, last, types in (ME, NEW_CLASS):
        file = folder / name
        text = file.read_text("utf-8")
        if "default" not in parameter:
            text = text.replace(" default null)", ")", 1)
            last = last.removesuffix(" default null")
        for old, new in ((last, f"{last}, {parameter}"), (types, f"{types}, text")):
            assert text.count(f"{old})") == 1
            text = text.replace(f"{old})", f"{new})")
        file.write_text(text, "utf-8")
    return folder / "sql"


@asynccontextmanager
async def load(assay: Assay, teacher: str) -> AsyncIterator[Counter[str]]:
    """Reads and writes that never pause; what was answered."""
    seen: Counter[str] = Counter()
    headers = {"Authorization": f"Bearer {teacher}"}

    async def ask(verb: str, path: str, **more: object) -> None:
        while True:
            answer = await assay.client.request(verb, path, headers=headers, **more)  # type: ignore[arg-type]
            seen[f"{verb} {answer.status_code}"] += 1
            if answer.status_code == 503:
                assert answer.json()["error"]["code"] == "database_unavailable"
                assert int(answer.headers["retry-after"]) > 0

    tasks = [asyncio.create_task(ask("GET", "/auth/me")) for _ in range(3)]
    tasks += [asyncio.create_task(ask("POST", "/teacher/classes", json={"name": "9B"})) for _ in range(3)]
    try:
        yield seen
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended


async def many(seen: Counter[str]) -> Counter[str]:
    """What is answered to the next requests of each kind, now that what went before has been."""
    counts = []
    for _ in range(2):
        before = seen.copy()
        async with asyncio.timeout(300):
            while any(
                sum((seen - before)[key] for key in seen if key.startswith(verb)) < 30 for verb in ("GET", "POST")
            ):
                await asyncio.sleep(0.01)
        counts.append(seen - before)
    return counts[1]


@pytest.mark.slow
async def test_a_function_that_takes_more_is_called_on_and_one_that_is_gone_is_503_until_it_is_back(
    assay: Assay, tmp_path: Path
) -> None:
    compatible = next_version(tmp_path / "compatible", "style text default ''")
    another = next_version(tmp_path / "another", "style text")
    teacher, works = await quick(assay), {"GET 200", "POST 201"}
    async with load(assay, teacher) as seen:
        await asyncio.to_thread(migrate, assay.url, compatible)
        assert set(await many(seen)) == works
        await asyncio.to_thread(migrate, assay.url, another)
        assert set(await many(seen)) == {"GET 503", "POST 503"}
        await asyncio.to_thread(migrate, assay.url, SQL)
        assert set(await many(seen)) == works
    assert set(seen) == works | {"GET 503", "POST 503"}


async def test_a_statement_whose_types_a_migration_replaces_while_it_runs_is_answered(
    assay: Assay, school: School, tmp_path: Path
) -> None:
    sql = next_version(tmp_path, "style text default ''")
    (sql / "schema" / "9999.meets.sql").write_text(f"-- depends:\n{MEETS}", "utf-8")
    migrating = asyncio.create_task(asyncio.to_thread(migrate, assay.url, sql))
    await until(lambda: bool(rows(assay, LOCKED)))
    answer = await assay.client.post(
        school.path + "/submission",
        headers=PLAIN | {"Authorization": f"Bearer {school.student}", "Prefer": "respond-async"},
        content="Gold.",
    )
    assert answer.status_code == 202, answer.text
    await migrating


async def quick(assay: Assay) -> str:
    """A teacher who may ask as often as they like."""
    teacher = await assay.teacher(keys=False)
    for scope in ("read", "write"):
        await assay.ask("PUT", f"/teacher/rate-limits/{scope}", teacher, json={"limit": "1000000/minute"})
    await assay.state.reload()
    return teacher
