"""A request with an Idempotency-Key acts once: claimed, done and kept in one statement, or not at all."""

import asyncio
from typing import Any

import asyncpg

from app.db.queries import shipped_queries
from app.web.idempotency import once
from tests.rules.concurrent import connections
from tests.rules.rows import Person, Sql, digest, fail, only, refused, row, school, student, take, teacher, worker

QUERIES = shipped_queries()
NAMED = {"one": '{"name": "9B"}', "other": '{"name": "9C"}'}
WAITS = """select exists (select from pg_stat_activity
                           where datname = current_database() and wait_event_type = 'Lock')"""
EXPIRE = "update assay.idempotency_keys set expires_at = now()"


async def send(sql: Sql, query: str, who: Person, key: str, what: str, **values: Any) -> asyncpg.Record:
    """A request as the API asks it: its statement in the one that lets it run once."""
    begins_job = query == "student/submit_assignment"
    statement = once(QUERIES[query], QUERIES["auth/answer_once"], begins_job=begins_job)
    values |= {"traceparent": None, "token_digest": who.token, "idempotency_key": key, "request_digest": digest(what)}
    answer = await sql.fetchrow(statement.sql, *statement.arguments(values))
    assert answer is not None
    return answer


async def open_class(sql: Sql, who: Person, key: str = "k", what: str = "one") -> str:
    """The class that a request makes, or made."""
    answer = await send(sql, "teacher/create_class", who, key, what, body=NAMED[what])
    return str(answer["body"])


async def classes(sql: Sql) -> int:
    count: int = await sql.fetchval("select count(*) from assay.classes")
    return count


async def test_a_request_that_comes_again_makes_nothing_and_is_answered_as_before(sql: Sql) -> None:
    here, other = await teacher(sql), await teacher(sql)
    first = await open_class(sql, here)
    assert await open_class(sql, here) == first
    with refused(by="idempotency_key_reused"):
        await open_class(sql, here, what="other")
    assert await classes(sql) == 1
    assert await open_class(sql, here, key="K", what="other") != first
    assert await open_class(sql, other) != first  # another account's key is another key
    assert await classes(sql) == 3
    await sql.execute(EXPIRE)
    assert await open_class(sql, here, what="other") != first  # a day later
    assert await classes(sql) == 4


async def test_what_was_refused_is_not_kept(sql: Sql) -> None:
    here = await school(sql)
    wrong = {"assignment_id": here.task, "body": '{"number": 1, "text": "It is right, as the second line says."}'}
    with refused(by="not_found"):  # nothing was handed in
        await send(sql, "student/request_regrade", here.student, "k", "one", **wrong)
    assert await sql.fetchval("select count(*) from assay.idempotency_keys") == 0
    with refused(by="wrong_role"):
        await open_class(sql, here.student)
    for token in (None, digest("nobody")):
        with refused(by=("missing_token", "invalid_token")):
            await open_class(sql, here.teacher._replace(token=token))  # type: ignore[arg-type]
    assert await sql.fetchval("select count(*) from assay.idempotency_keys") == 0


async def test_of_two_at_once_the_second_waits_and_finds_what_the_first_made(db: str, sql: Sql) -> None:
    here = await teacher(sql)
    async with connections(db, 2) as (one, other):
        for kept in (False, True):
            first = one.transaction()
            await first.start()
            made = await open_class(one, here)
            second = asyncio.ensure_future(open_class(other, here))
            async with asyncio.timeout(300):
                while not await sql.fetchval(WAITS):
                    await asyncio.sleep(0.01)
            if kept:
                await first.commit()
                assert await second == made
            else:  # the second is the first then
                await first.rollback()
                assert await second != made
                await sql.execute("delete from assay.idempotency_keys")
    assert await classes(sql) == 2


async def test_a_job_is_kept_as_the_job_and_one_that_failed_is_begun_anew(sql: Sql) -> None:
    here = await school(sql)
    text = {"assignment_id": here.task, "content": "A secret text.", "body": "{}"}

    async def hand_in() -> asyncpg.Record:
        return await send(sql, "student/submit_assignment", here.student, "k", "text", **text)

    first, again = await hand_in(), await hand_in()
    assert first["body"] is not None
    assert (again["job_id"], again["finished"], again["body"]) == (first["job_id"], None, None)
    assert await only(sql, "select job_id, body from assay.idempotency_keys") == (first["job_id"], None)
    with refused(by="submission_pending"):
        await send(sql, "student/submit_assignment", here.student, "another", "text", **text)

    assert await fail(sql, first["job_id"], (await take(sql, await worker(sql)))[first["job_id"]])
    anew = await hand_in()
    assert anew["body"] is not None
    assert anew["job_id"] != first["job_id"]
    assert (await hand_in())["job_id"] == anew["job_id"]
    assert "secret" not in await sql.fetchval("select string_agg(k::text, ' ') from assay.idempotency_keys k")


async def test_what_is_kept_of_a_student_goes_with_them(sql: Sql) -> None:
    here, other = await school(sql), await student(sql)
    for n, who in enumerate((here.student, other)):
        await row(sql, "idempotency_keys", digest=digest(str(n)), request_digest=digest("r"), student_id=who.id)
    await sql.execute("select api.delete_student($1, $2)", here.teacher.token, here.student.id)
    assert await only(sql, "select array_agg(student_id) from assay.idempotency_keys") == ([other.id],)
