"""A real streaming replica: who may read from it, and what it must have replayed first."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import psycopg
import pytest

from app.db.database import READERS, Database
from app.db.migrate import connect as migrating
from app.db.queries import Query, load
from app.doctor.database import commits
from app.doctor.finding import Deployment
from app.doctor.replica import replica
from app.metrics import exposition
from app.postgres_url import for_reads
from app.settings import Settings
from tests.conftest import scratch
from tests.setup.streaming import Pair, primary_and_replica, replica_of, until
from tests.setup.waiting import fact

ANNA, BEN = (hashlib.sha256(name.encode()).digest() for name in ("anna", "ben"))
TOKEN = ("token_digest",)
GONE = "not asked: it is no replica, or none any more"
# Where the statement was answered; like every statement of a route it is told who asks.
HERE = Query("x", "select pg_is_in_recovery() as replica, $1::bytea is null as nobody", ("token_digest",))
CHANGE = Query("x", "select api.read_me($1)", ("token_digest",))  # what it changes is done by hand: see `wrote`


@pytest.fixture(scope="module")
def servers() -> Iterator[Pair]:
    with primary_and_replica() as both:
        yield both


@pytest.fixture
def pair(servers: Pair) -> Iterator[Pair]:
    """With two students who have logged in, both known to the replica."""
    with psycopg.connect(servers.primary, autocommit=True) as admin:
        for name, digest in (("Anna", ANNA), ("Ben", BEN)):
            admin.execute(
                """with who as (insert into assay.students (name, email) values (%s, %s) returning id)
                   insert into assay.sessions (digest, student_id) select %s, id from who""",
                [name, f"{name}@school.example", digest],
            )
    servers.catch_up()
    yield servers
    servers.resume()
    with psycopg.connect(servers.primary, autocommit=True) as admin:
        admin.execute("delete from assay.students")


@asynccontextmanager
async def reading(pair: Pair, max_lag: float = 3600.0) -> AsyncIterator[Database]:
    """A process that asks the replica, however far it lags unless told otherwise."""
    async with Database(pair.primary, pair.replica, max_lag=max_lag) as database:
        await fact(lambda: usable(database))
        yield database


def usable(database: Database) -> bool:
    assert database.replica
    return database.replica.usable


async def on_replica(database: Database, token: bytes) -> bool:
    row = await database.row(HERE, [token], read=True)
    assert row
    return bool(row["replica"])


async def test_reads_are_answered_by_the_replica_and_writes_by_the_primary(pair: Pair) -> None:
    async with reading(pair) as database:
        assert await on_replica(database, ANNA)
        row = await database.row(HERE, [ANNA])
        assert row
        assert not row["replica"]


async def test_nobody_reads_their_own_change_stale_in_whichever_process_it_was_made(pair: Pair) -> None:
    pair.pause()
    async with reading(pair) as one, reading(pair) as another:
        assert await on_replica(another, ANNA)
        with psycopg.connect(pair.primary, autocommit=True) as admin:
            admin.execute("update assay.students set name = 'Anna Maria' where name = 'Anna'")
        await one.rows(CHANGE, [ANNA])
        assert not await on_replica(one, ANNA)
        assert not await on_replica(another, ANNA)
        assert await on_replica(another, BEN)
        pair.resume()
        pair.catch_up()
        assert await on_replica(another, ANNA)
        me = await another.row(load()["auth/read_me"], [ANNA], read=True)
        assert me
        assert b"Anna Maria" in me["body"]


async def test_every_session_of_a_person_reads_what_one_of_them_wrote(pair: Pair) -> None:
    phone = hashlib.sha256(b"phone").digest()
    with psycopg.connect(pair.primary, autocommit=True) as admin:
        student = "(select student_id from assay.sessions where digest = %s)"
        admin.execute(f"insert into assay.sessions (digest, student_id) select %s, {student}".encode(), [phone, ANNA])
    pair.catch_up()
    pair.pause()
    async with reading(pair) as database:
        assert await on_replica(database, phone)
        await database.rows(CHANGE, [ANNA])
        assert not await on_replica(database, phone)


async def test_a_session_that_has_ended_is_dead_though_the_replica_has_not_heard_of_it(pair: Pair) -> None:
    pair.pause()
    with psycopg.connect(pair.primary, autocommit=True) as admin:
        admin.execute("delete from assay.sessions where digest = %s", [ANNA])
    with psycopg.connect(pair.replica) as admin:
        until(admin, "select count(*) = 2 from assay.sessions")
    async with reading(pair) as database:
        with pytest.raises(asyncpg.PostgresError) as refused:
            await on_replica(database, ANNA)
        assert (refused.value.sqlstate, refused.value.constraint_name) == ("PT401", "invalid_token")


async def test_who_has_just_logged_in_is_known_though_the_replica_has_not_heard_of_it(pair: Pair) -> None:
    pair.pause()
    new = hashlib.sha256(b"new").digest()
    with psycopg.connect(pair.primary, autocommit=True) as admin:
        admin.execute(
            "insert into assay.sessions (digest, student_id) select %s, student_id from assay.sessions limit 1", [new]
        )
    async with reading(pair) as database:
        assert await database.row(load()["auth/read_me"], [new], read=True)


async def test_a_replica_that_lags_by_more_than_it_may_is_not_asked_until_it_has_caught_up(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    async with reading(pair, max_lag=2.0) as database:
        assert database.replica
        caplog.set_level(logging.INFO, "app.db.replica")
        pair.pause()
        with psycopg.connect(pair.primary, autocommit=True) as admin:
            admin.execute("update assay.students set name = 'Anna Maria' where name = 'Anna'")
        await fact(lambda: not usable(database) and "it lags by " in caplog.text)
        assert not await on_replica(database, BEN)
        assert database.replica.lag
        assert database.replica.lag > 2.0
        pair.resume()
        await fact(lambda: usable(database))
        assert database.replica.lag < 2.0
        assert await on_replica(database, BEN)
        await fact(lambda: "the replica is asked again" in caplog.text)


async def test_a_replica_that_hangs_is_not_asked(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    async with reading(pair) as database:
        assert database.replica
        database.replica.pool.silence.suspect_seconds = 0.5
        with pair.second.frozen():
            assert not await on_replica(database, ANNA)  # found out by this very read, if it came first
            await fact(lambda: not usable(database) and "it does not answer" in caplog.text)
            assert database.replica.lag is None
            assert not await on_replica(database, BEN)
            assert b"assay_replica_asked 0.0" in exposition()
            assert database.replica.told == "not asked: it does not answer"
        async with asyncio.timeout(300):  # a busy machine may be late with a look, and the primary is read from again
            while not await on_replica(database, BEN):
                await asyncio.sleep(0.02)
        await fact(lambda: b"assay_replica_asked 1.0" in exposition())
        assert b"assay_replica_lag_seconds" in exposition()
        watched = database.replica
        await fact(lambda: watched.told.startswith("asked, "))


async def test_while_a_write_cannot_be_noted_its_process_asks_no_replica(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    async with reading(pair) as database:
        with psycopg.connect(pair.primary, autocommit=True) as admin:
            admin.execute("revoke execute on function api.note_write from assay_api")
            await database.rows(CHANGE, [ANNA])
            assert not await on_replica(database, BEN)
            admin.execute("grant execute on function api.note_write to assay_api")
        await fact(lambda: usable(database))
        assert await on_replica(database, BEN)
    told = "InsufficientPrivilegeError 42501: permission denied for function note_write"
    assert f"a write could not be noted ({told})" in caplog.text


async def test_a_replica_that_was_promoted_is_not_asked_and_another_one_is_found(pair: Pair) -> None:
    with scratch() as folder, replica_of(pair.first, folder) as another:
        hosts = f"{another.second.sockets},{pair.second.sockets}"
        both = pair.replica.replace(pair.second.sockets, hosts)
        async with (
            Database(pair.primary, another.replica, max_lag=3600.0) as one,
            Database(pair.primary, both, max_lag=3600.0) as several,
        ):
            for database in (one, several):
                await fact(partial(usable, database))
                assert await on_replica(database, ANNA)
            another.second.control("promote")
            with psycopg.connect(pair.primary, autocommit=True) as admin:
                admin.execute("update assay.students set name = 'Anna Maria' where name = 'Anna'")
            await one.rows(CHANGE, [ANNA])
            for database in (one, several):
                me = await database.row(load()["auth/read_me"], [ANNA], read=True)
                assert me and b"Anna Maria" in me["body"]  # at once
            await fact(lambda: one.replica is not None and one.replica.told == GONE)
            assert not usable(one)
            await fact(lambda: usable(several))
            pair.catch_up()
            assert await on_replica(several, ANNA)


async def test_behind_one_address_each_server_is_asked_how_far_it_is(pair: Pair) -> None:
    with scratch() as folder, replica_of(pair.first, folder) as another:
        hosts = f"{another.second.sockets},{pair.second.sockets}"
        either = f"{pair.replica.replace(pair.second.sockets, hosts)}&load_balance_hosts=random"
        async with Database(pair.primary, either, max_lag=3600.0) as database:
            await fact(lambda: usable(database))
            servers = Query(
                "x", "select pg_is_in_recovery(), pg_postmaster_start_time(), $1::bytea, pg_sleep(0.1)", TOKEN
            )
            seen: set[Any] = set()
            while len(seen) < 2:  # connections lead to both
                rows = await asyncio.gather(*(database.row(servers, [ANNA], read=True) for _ in range(READERS)))
                seen |= {row[1] for row in rows if row and row[0]}
                if len(seen) < 2 and database.replica:
                    database.replica.pool.renew()
            pair.pause()  # one of them
            for name in (f"Anna {number}" for number in range(5)):
                with psycopg.connect(pair.primary, autocommit=True) as admin:
                    admin.execute("update assay.students set name = %s where name like 'Anna%%'", [name])
                await database.rows(CHANGE, [ANNA])
                asked = (database.row(load()["auth/read_me"], [ANNA], read=True) for _ in range(3 * READERS))
                assert all(name.encode() in me["body"] for me in await asyncio.gather(*asked) if me)


async def test_a_replica_of_another_database_is_not_asked(pair: Pair) -> None:
    name = urlsplit(pair.primary).path.strip("/")
    with psycopg.connect(urlsplit(pair.primary)._replace(path="/template1").geturl(), autocommit=True) as admin:
        admin.execute(f"create database twin template {name}".encode())
        try:
            pair.catch_up()
            async with Database(
                pair.primary, urlsplit(pair.replica)._replace(path="/twin").geturl(), max_lag=3600.0
            ) as database:
                await fact(
                    lambda: (
                        database.replica is not None
                        and database.replica.told == "not asked: it is a replica of another database"
                    )
                )
                assert not await on_replica(database, ANNA)
        finally:
            admin.execute("drop database twin with (force)")


async def test_of_both_hosts_the_one_that_takes_writes_is_connected_to(pair: Pair) -> None:
    turned = pair.both.replace(
        f"{pair.first.sockets},{pair.second.sockets}", f"{pair.second.sockets},{pair.first.sockets}"
    )
    async with Database(turned, for_reads(turned)) as database:
        row = await database.row(HERE, [ANNA])
        assert row
        assert not row["replica"]
        await fact(lambda: usable(database))
        assert await on_replica(database, ANNA)
    with migrating(turned) as connection:
        assert connection.execute("select pg_is_in_recovery()").fetchone() == (False,)


def test_the_doctor_finds_a_replica_that_lags_is_none_or_is_away(pair: Pair) -> None:
    def wrong(url: str) -> list[str]:
        settings = Settings(_env_file=None, database_url=pair.primary, database_replica_url=url)
        return [finding.wrong for finding in replica(Deployment(settings, pair.primary))]

    assert wrong(pair.replica) == []
    assert wrong(pair.both) == []
    assert wrong(pair.primary) == [
        "DATABASE_REPLICA_URL leads to a server that is no replica: reads may miss what was written."
    ]
    assert wrong(f"{pair.primary}&host={pair.first.sockets},{pair.first.sockets}") == [
        "None of the hosts of DATABASE_REPLICA_URL is a replica just now: the primary reads."
    ]
    assert wrong("postgresql://nobody@127.0.0.1:9/none")[0].startswith("The replica cannot be reached: ")
    pair.pause()
    with psycopg.connect(pair.primary, autocommit=True) as admin:
        admin.execute("update assay.students set name = 'Anna Maria' where name = 'Anna'")
    assert wrong(pair.replica)[0].startswith("The replica has not replayed in 5 s what the primary had written")


def test_the_doctor_finds_a_primary_that_waits_for_a_standby_that_is_gone(pair: Pair) -> None:
    def wrong(seconds: float = 5.0) -> list[str]:
        settings = Settings(_env_file=None, database_url=pair.primary)
        return [finding.wrong for finding in commits(Deployment(settings, pair.primary), seconds)]

    assert wrong() == []
    pair.synchronise()
    try:
        assert wrong() == []
        with pair.second.frozen():
            (one,) = wrong(0.2)
        assert one.startswith("The primary waits for a synchronous standby that does not answer")
        assert one.endswith("(synchronous_standby_names is *): no write is acknowledged.")
    finally:
        with psycopg.connect(pair.primary, autocommit=True) as admin:
            admin.execute("alter system reset synchronous_standby_names")
            admin.execute("select pg_reload_conf()")
