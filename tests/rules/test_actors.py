"""Who acts is signed: no rule, no ledger and no audit believes a session variable that anybody may set."""

import pytest

from tests.rules.rows import Sql, digest, only, refused, school, soon, submission

FORGED = ["ai", "ai|", "ai||", "ai||0", "teacher|x|y|z"]


@pytest.mark.parametrize("value", FORGED)
async def test_a_forged_actor_stores_no_late_text(sql: Sql, value: str) -> None:
    here = await school(sql)
    await sql.execute("update assay.assignments set deadline = now() - interval '1 hour'")
    await sql.execute("select set_config('assay.actor', $1, false)", value)
    with refused(by="deadline_passed"):
        await submission(sql, here.student, here.task, submitted_at=soon(hours=-2))


@pytest.mark.parametrize("value", FORGED)
async def test_a_forged_actor_is_written_down_as_an_operator_with_the_login(sql: Sql, value: str) -> None:
    here = await school(sql)
    await sql.execute("select set_config('assay.actor', $1, false)", value)
    await submission(sql, here.student, here.task)
    written = "select actor, teacher_id, login from assay.coin_ledger"
    assert await only(sql, written) == ("operator", None, await sql.fetchval("select session_user"))
    last = "select actor, actor_id, login from assay.audit order by id desc limit 1"
    assert await only(sql, last) == ("operator", None, await sql.fetchval("select session_user"))


async def test_a_signature_of_another_transaction_is_not_believed(sql: Sql) -> None:
    here = await school(sql)
    async with sql.transaction():
        await sql.execute("select api.create_class($1, '8a')", here.teacher.token)
        signed = await sql.fetchval("select current_setting('assay.actor')")
    assert str(here.teacher.id) in signed
    await sql.execute("select set_config('assay.actor', $1, false)", signed)
    await submission(sql, here.student, here.task)
    assert await only(sql, "select actor, teacher_id from assay.coin_ledger") == ("operator", None)


async def test_a_login_role_called_ai_is_nobody_special(sql: Sql) -> None:
    here = await school(sql)
    await sql.execute("create role ai superuser")
    try:
        await sql.execute("set session authorization ai")
        await submission(sql, here.student, here.task, provider="openai", model="m", prompt_version="v")
        assert await only(sql, "select actor, login, provider from assay.coin_ledger") == ("operator", "ai", None)
    finally:
        await sql.execute("reset session authorization")
        await sql.execute("drop role ai")


@pytest.mark.parametrize("value", ["regraded", "regraded|", "regraded|x", "removed|x|y"])
async def test_a_forged_reason_moves_no_coins_in_the_ledger(sql: Sql, value: str) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task)
    await sql.execute("select set_config('assay.coins_moved_by', $1, false)", value)
    await sql.execute("update assay.submissions set score = 7, graded_at = now() where id = $1", text)
    last = "select reason, actor from assay.coin_ledger order by id desc limit 1"
    assert await only(sql, last) == ("edited", "operator")


async def test_what_the_api_does_is_written_down_as_the_teachers(sql: Sql) -> None:
    here = await school(sql)
    text = await submission(sql, here.student, here.task)
    await sql.execute(
        "select api.edit_submission($1, $2, 7, false, null, false, null, '{}', '{}', '{}')", here.teacher.token, text
    )
    last = "select actor, teacher_id from assay.coin_ledger order by id desc limit 1"
    assert await only(sql, last) == ("teacher", here.teacher.id)
    await sql.execute("select api.register('Bo', 'bo@example.org', 'hash', $1, 'sealed')", digest("mail"))
    await sql.execute("select api.verify_email($1)", digest("mail"))
    assert await only(sql, "select actor from assay.audit order by id desc limit 1") == ("visitor",)
