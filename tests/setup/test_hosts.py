"""Several hosts in a URI: which one is asked first, what one that hangs costs, and who means which."""

import asyncio
from time import monotonic
from typing import Any

import asyncpg
import pytest

from app.db.connection import Connection, connect
from app.db.database import Database
from app.db.migrate import connect as connect_with_libpq
from app.db.queries import Query
from app.postgres_url import for_libpq, for_reads, read
from tests.setup.wire import Wire, dropping, hanging, several

WHERE = Query("x", "select current_setting('toy.place', true)", ())
SLOW = Query("x", "select 1 from pg_sleep(1)", ())


async def connected(url: str, **more: str) -> Connection:
    """A connection, however busy the machine: a host that is asked again is one that failed."""
    async with asyncio.timeout(300):
        while True:
            try:
                return await connect(url, "assay_api", "assay test", **more)
            except TimeoutError:
                pass


async def test_a_host_that_hangs_is_waited_for_once(db: str) -> None:
    with hanging() as dead:
        url = several(db, dead)
        await (await connected(url)).close()
        began = monotonic()
        for _ in range(60):
            await (await connected(url)).close()
        assert monotonic() - began < 120  # two seconds for each, if it were asked first again


async def test_a_host_that_is_not_what_the_uri_wants_is_passed_over(db: str) -> None:
    with pytest.raises(asyncpg.InternalClientError):
        await connect(several(db, target_session_attrs="standby", connect_timeout="60"), "assay_api", "assay test")
    preferred = several(db, target_session_attrs="prefer-standby", connect_timeout="60")
    await (await connected(preferred)).close()


@pytest.mark.parametrize("host", [hanging, dropping])
async def test_a_host_that_does_not_answer_costs_both_drivers_its_seconds(db: str, host: Any) -> None:
    with host() as dead, host() as second:
        url = several(db, dead, second)
        assert read(url).seconds == 2.0
        assert for_libpq(url)["connect_timeout"] == "2"
        await asyncio.to_thread(lambda: connect_with_libpq(url).close())
        await (await connected(url)).close()


async def test_the_host_that_worked_last_is_asked_first(db: str) -> None:
    first, second = Wire(db), Wire(db)
    async with first.laid(), second.laid():
        url = several(db, first.port_here, second.port_here, connect_timeout="60")
        first.cut = True
        await (await connected(url)).close()
        first.cut, asked = False, first.begun
        for _ in range(3):
            await (await connected(url)).close()
        assert first.begun == asked
        assert second.begun >= 4


def test_one_host_is_what_it_is_and_of_several_the_one_that_takes_writes_is_meant() -> None:
    for url, attribute in (
        ("postgresql://a", "any"),
        ("postgresql://a,b", "read-write"),
        ("postgresql://a,b?target_session_attrs=any", "any"),
    ):
        assert read(url).attributes == (attribute,)
        assert for_libpq(url)["target_session_attrs"] == attribute
    assert read(for_reads("postgresql://a,b")).attributes == ("standby", "any")
    assert (
        for_libpq(for_reads("postgresql://a:p%40?@x,b/d?sslmode=disable"))["target_session_attrs"] == "prefer-standby"
    )
    assert for_reads("postgresql://a") == "postgresql://a"


async def test_a_read_of_a_server_that_fell_silent_is_answered_by_the_next_host(db: str) -> None:
    wire = Wire(db)
    async with wire.laid(), Database(several(db, wire.port_here, options="-c toy.place=here")) as database:
        database.reads.silence.suspect_seconds = 0.2
        assert await database.row(WHERE, (), read=True)
        asked = wire.begun
        wire.moving.clear()
        assert await database.row(WHERE, (), read=True)
        assert wire.begun > asked
        again = wire.begun
        assert await database.row(WHERE, (), read=True)
        assert wire.begun == again


async def test_a_statement_that_is_only_slow_is_left_alone(db: str) -> None:
    async with Database(db, size=2) as database:
        database.reads.silence.suspect_seconds = 0.05
        answers = await asyncio.gather(*(database.row(SLOW, ()) for _ in range(4)))
        assert [tuple(answer or ()) for answer in answers] == [(1,)] * 4
