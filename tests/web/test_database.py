"""The pool: what is retried, what is not, and who may answer."""

import asyncio

import asyncpg
import psycopg
import pytest

from app.database import Database, Unavailable
from app.queries import Query

WHO = Query("x", "select application_name || ' ' || current_user || ' ' || current_setting('jit') || ' ' ||"
            " current_setting('timezone') from pg_stat_activity where pid = pg_backend_pid()", ())  # fmt: skip
ONE = Query("x", "select 1", ())
NOWHERE = "postgresql://nobody@127.0.0.1:9/none"


async def test_every_connection_acts_as_the_applications_role(toy_db: str) -> None:
    async with Database(toy_db, name="assay test") as database:
        assert (await database.row(WHO, ()))[0] == "assay test assay_app off UTC"  # type: ignore[index]


async def test_a_deadlock_is_retried_until_it_passes(toy_db: str) -> None:
    with psycopg.connect(toy_db, autocommit=True) as admin:
        admin.execute("create sequence toy.tries; grant all on sequence toy.tries to assay_app")
        admin.execute(
            """create function toy.third_time() returns int language plpgsql as $$ begin
               if nextval('toy.tries') < 3 then raise exception using errcode = '40P01'; end if; return 1; end $$"""
        )
    async with Database(toy_db) as database:
        assert tuple(await database.row(Query("x", "select toy.third_time()", ()), ()) or ()) == (1,)
        always = Query("x", "do $$ begin raise exception using errcode = '40001'; end $$", ())
        with pytest.raises(asyncpg.SerializationError):
            await database.row(always, ())


async def test_a_database_that_is_not_there_is_unavailable() -> None:
    async with Database(NOWHERE) as database:
        for read in (True, False):
            with pytest.raises(Unavailable) as trouble:
                await database.row(ONE, (), read=read)
            assert "nobody" not in str(trouble.value)


async def test_reads_go_to_the_replica_and_to_the_primary_when_it_cannot(toy_db: str) -> None:
    async with Database(toy_db, NOWHERE) as database:
        assert tuple(await database.row(ONE, (), read=True) or ()) == (1,)
    async with Database(NOWHERE, toy_db) as database:
        assert tuple(await database.row(ONE, (), read=True) or ()) == (1,)
        with pytest.raises(Unavailable):
            await database.row(ONE, ())


async def test_a_refusal_of_the_replica_is_not_believed(toy_db: str, postgres: str) -> None:
    """The replica may not have heard of a login yet: here it lacks even the function."""
    here = Query("x", "select toy.outcome(gen_random_uuid()) is null", ())
    async with Database(toy_db, postgres) as database:
        assert await database.rows(here, (), read=True) is not None
        with pytest.raises(asyncpg.UndefinedTableError):
            await database.row(Query("x", "select * from toy.nothing", ()), (), read=True)


async def test_a_cancelled_request_gives_its_place_back(toy_db: str) -> None:
    slow = Query("x", "select pg_sleep(30)", ())
    async with Database(toy_db, size=1) as database:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(database.row(slow, ()), 0.3)
        answer = await asyncio.wait_for(database.row(ONE, ()), 5)
        assert tuple(answer or ()) == (1,)


async def test_many_more_requests_than_connections_are_all_answered(toy_db: str) -> None:
    async with Database(toy_db, size=3) as database:
        answers = await asyncio.gather(*(database.row(ONE, ()) for _ in range(300)))
        assert [tuple(answer or ()) for answer in answers] == [(1,)] * 300
    with psycopg.connect(toy_db) as admin:
        here = "select count(*) from pg_stat_activity where datname = current_database()"
        left = admin.execute(f"{here} and application_name = 'assay api'".encode()).fetchone()
        assert left == (0,)
