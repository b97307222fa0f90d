"""What operators' commands ask of stored AI keys and models."""

from tests.rules.rows import Sql, draft, school

KEYS = "select provider, sealed from operator.read_teacher_keys($1)"
RESEAL = "select operator.reseal_keys($1, $2, $3, $4)"


async def test_a_teachers_keys_are_found_by_their_address_in_any_case(sql: Sql) -> None:
    here = await school(sql)
    email = await sql.fetchval("select email from assay.teachers where id = $1", here.teacher.id)
    assert len(await sql.fetch(KEYS, email.upper())) == 1
    await sql.execute("delete from assay.api_keys")
    assert [tuple(row) for row in await sql.fetch(KEYS, email)] == [(None, None)]
    student = await sql.fetchval("select email from assay.students limit 1")
    assert await sql.fetch(KEYS, student) == []


async def test_a_key_is_sealed_anew_only_while_it_is_the_one_that_was_read(sql: Sql) -> None:
    here = await school(sql)
    ((owner, provider, sealed),) = await sql.fetch("select * from operator.list_sealed_keys(null, null, 9)")
    assert (owner, provider) == (here.teacher.id, "openai")
    assert await sql.fetch("select from operator.list_sealed_keys($1, $2, 9)", owner, provider) == []
    assert await sql.fetchval(RESEAL, [owner], [provider], [b"another"], [b"new"]) == 0
    assert await sql.fetchval(RESEAL, [owner], [provider], [sealed], [b"new"]) == 1
    assert await sql.fetchval("select sealed from assay.api_keys") == b"new"


async def test_an_attempt_with_an_earlier_key_marks_nothing(sql: Sql) -> None:
    here = await school(sql)
    task = await draft(sql, here.teacher, here.task)
    await sql.execute("update assay.jobs set worker_id = 1, claimed_at = now() - interval '1 hour'")
    record = "select worker.record_attempts($1, $2, '{openai}', '{gpt-4o}', $3, '{12}', '{1}', '{2}', '{req}')"
    for outcome in ("ok", "authentication"):
        await sql.execute(record, [task], [here.teacher.id], [outcome])
        assert await sql.fetchval("select state from api.list_api_keys($1)", here.teacher.token) == "unused"
    await sql.execute("update assay.jobs set claimed_at = now()")
    await sql.execute(record, [task], [here.teacher.id], ["authentication"])
    assert await sql.fetchval("select state from api.list_api_keys($1)", here.teacher.token) == "refused"
