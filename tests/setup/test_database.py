"""What a process asks of the database: what is asked again, what is not, and who may answer."""

import asyncio
import hashlib
import logging

import asyncpg
import psycopg
import pytest

from app.db.database import Database, Unavailable
from app.db.queries import Query
from tests.own_replica import replicate_itself
from tests.setup.waiting import fact
from tests.setup.wire import Pooler, Wire

WHO = Query("x", "select application_name || ' ' || current_user || ' ' || current_setting('jit') || ' ' ||"
            " current_setting('timezone') from pg_stat_activity where pid = pg_backend_pid()", ())  # fmt: skip
ONE = Query("x", "select 1", ())
MINE = Query("x", "select 1 where $1::bytea is not null", ("token_digest",))
NOWHERE = "postgresql://nobody@127.0.0.1:9/none"
TOKEN = hashlib.sha256(b"token").digest()


@pytest.fixture
def toy_db(db: str) -> str:
    """A migrated database with a schema of the test's own and one student, who has logged in."""
    with psycopg.connect(db, autocommit=True) as admin:
        admin.execute("create schema toy; grant usage on schema toy to assay_api")
        admin.execute(
            """with who as (
                   insert into assay.students (name, email) values ('Anna', 'anna@school.example') returning id)
               insert into assay.sessions (digest, student_id) select %s, id from who""",
            [TOKEN],
        )
    return db


async def test_every_connection_acts_as_the_applications_role(toy_db: str) -> None:
    async with Database(toy_db, name="assay test") as database:
        assert (await database.row(WHO, ()))[0] == "assay test assay_api off UTC"  # type: ignore[index]


async def test_a_deadlock_is_retried_until_it_passes(toy_db: str) -> None:
    with psycopg.connect(toy_db, autocommit=True) as admin:
        admin.execute("create sequence toy.tries; grant all on sequence toy.tries to assay_api")
        admin.execute(
            """create function toy.third_time() returns int language plpgsql as $$ begin
               if nextval('toy.tries') < 3 then raise exception using errcode = '40P01'; end if; return 1; end $$;
               grant execute on function toy.third_time() to assay_api"""
        )
    async with Database(toy_db) as database:
        assert tuple(await database.row(Query("x", "select toy.third_time()", ()), ()) or ()) == (1,)
        always = Query("x", "do $$ begin raise exception using errcode = '40001'; end $$", ())
        with pytest.raises(asyncpg.SerializationError):
            await database.row(always, ())


async def test_a_statement_whose_types_were_replaced_is_asked_again(toy_db: str) -> None:
    with psycopg.connect(toy_db, autocommit=True) as admin:
        admin.execute("create sequence toy.tries; grant all on sequence toy.tries to assay_api")
        admin.execute(  # as PostgreSQL itself says it of a type that a migration has dropped
            """create function toy.replaced() returns int language plpgsql as $$ begin
               if nextval('toy.tries') < 3 then
                   raise exception using errcode = '42704', message = 'type with OID 18432 does not exist';
               end if;
               return 1; end $$;
               grant execute on function toy.replaced() to assay_api"""
        )
    async with Database(toy_db) as database:
        assert tuple(await database.row(Query("x", "select toy.replaced()", ()), ()) or ()) == (1,)


async def test_a_function_that_a_migration_replaces_is_called_without_an_error(toy_db: str) -> None:
    calls = Query("x", "select toy.one()", ())
    make = """create function toy.two() returns int language sql begin atomic select 1; end;
              create function toy.one() returns int language plpgsql as $$ begin return toy.two(); end $$;
              grant execute on all functions in schema toy to assay_api"""
    stop = asyncio.Event()

    async def call(database: Database) -> int:
        called = 0
        while not stop.is_set():
            await database.row(calls, ())
            called += 1
        return called

    with psycopg.connect(toy_db, autocommit=True) as admin:
        admin.execute(make.encode())
        async with Database(toy_db) as database:
            calling = [asyncio.create_task(call(database)) for _ in range(8)]
            for _ in range(200):
                drop = "drop function toy.one(); drop function toy.two()"
                await asyncio.to_thread(admin.execute, f"begin; {drop}; {make}; commit".encode())
            stop.set()
            assert min(await asyncio.gather(*calling)) > 0


async def test_a_database_that_is_not_there_is_unavailable() -> None:
    async with Database(NOWHERE) as database:
        for read in (True, False):
            with pytest.raises(Unavailable) as refused:
                await database.row(ONE, (), read=read)
            assert "nobody" not in str(refused.value)


async def test_a_replica_that_is_not_there_is_no_reason_to_refuse(toy_db: str) -> None:
    async with Database(toy_db, NOWHERE) as database:
        assert tuple(await database.row(MINE, [TOKEN], read=True) or ()) == (1,)
    async with Database(NOWHERE, toy_db) as database:
        with pytest.raises(Unavailable):  # a session is asked of the primary
            await database.row(MINE, [TOKEN], read=True)


async def test_a_refusal_of_the_replica_is_not_believed_and_no_reason_to_leave_it_alone(
    toy_db: str, caplog: pytest.LogCaptureFixture
) -> None:
    replicate_itself(toy_db)
    wire = Wire(toy_db)
    place = "case when current_setting('toy.place', true) = 'replica' then 0 else 1 end"
    divided = Query("x", f"select 1 / {place} where $1::bytea is not null", ("token_digest",))
    async with wire.laid() as replica, Database(toy_db, replica, max_lag=3600) as database:
        await fact(lambda: bool(database.replica and database.replica.usable))
        assert tuple(await database.row(divided, [TOKEN], read=True) or ()) == (1,)
        assert await reads(database, 1) == {"replica"}
    assert caplog.records == []


async def test_a_session_that_does_not_act_as_its_role_is_not_used(
    toy_db: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Pooler(toy_db).laid() as url, Database(url) as database:
        with pytest.raises(Unavailable) as error:
            await database.row(ONE, ())
    assert "instead of assay_api" in error.value.sentence
    assert "instead of assay_api" in caplog.text


async def test_a_role_that_is_missing_is_no_fault_of_what_was_sent(toy_db: str) -> None:
    async with Database(toy_db, role="assay_nobody") as database:
        with pytest.raises(Unavailable) as error:
            await database.row(ONE, ())
    assert error.value.sentence.endswith("run `assay migrate` first.")


async def reads(database: Database, times: int) -> set[str]:
    """Where so many reads at once were answered."""
    place = Query(
        "x",
        "select coalesce(current_setting('toy.place', true), 'primary') where $1::bytea is not null",
        ("token_digest",),
    )
    answers = await asyncio.gather(*(database.row(place, [TOKEN], read=True) for _ in range(times)))
    return {answer[0] for answer in answers if answer is not None}


async def test_a_replica_that_does_not_answer_is_not_asked_until_it_does(
    toy_db: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "app.db.replica")
    replicate_itself(toy_db)
    wire = Wire(toy_db)
    async with wire.laid() as replica, Database(toy_db, replica, max_lag=3600) as database:
        assert database.replica
        await fact(lambda: bool(database.replica and database.replica.usable))
        assert await reads(database, 20) == {"replica"}
        wire.break_off()
        assert await reads(database, 20) == {"primary"}  # several find out at once
        await fact(lambda: bool(caplog.records))
        assert await reads(database, 20) == {"primary"}
        wire.cut = False
        await fact(lambda: bool(database.replica and database.replica.usable))
        assert await reads(database, 20) == {"replica"}
        await fact(lambda: len(caplog.records) == 2)
    lost, found = caplog.records
    assert lost.levelno == logging.WARNING
    assert lost.getMessage().startswith("the replica is not asked (it does not answer: ")
    assert found.getMessage() == "the replica is asked again"


async def test_a_cancelled_request_gives_its_place_back(toy_db: str) -> None:
    slow = Query("x", "select pg_sleep(30)", ())
    async with Database(toy_db, size=1) as database:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(database.row(slow, ()), 0.3)
        answer = await database.row(ONE, ())
        assert tuple(answer or ()) == (1,)


async def test_many_more_requests_than_connections_are_all_answered(toy_db: str) -> None:
    async with Database(toy_db, size=3) as database:
        answers = await asyncio.gather(*(database.row(ONE, ()) for _ in range(300)))
        assert [tuple(answer or ()) for answer in answers] == [(1,)] * 300
    with psycopg.connect(toy_db) as admin:
        here = "select count(*) from pg_stat_activity where datname = current_database()"
        left = admin.execute(f"{here} and application_name = 'assay api'".encode()).fetchone()
        assert left == (0,)
