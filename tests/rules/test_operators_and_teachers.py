"""What operators do to teachers: disabled, enabled, deleted, invited again."""

import json
from typing import Any

from tests.rules.cases import brought
from tests.rules.rows import (
    Sql,
    assignment,
    coins,
    digest,
    draft,
    drift,
    finish,
    hand_in,
    only,
    refused,
    row,
    school,
    student,
    submission,
    take,
    teacher,
    worker,
)

TOVE = "tove@example.org"
DISABLE = "select operator.disable_teacher($1, 'ticket 7', $2)"
ENABLE = "select operator.enable_teacher($1, 'ticket 8')"
DELETE = "select classes, assignments, submissions from operator.delete_teacher($1, 'ticket 9', $2)"
INVITE = "select operator.invite_teacher($1, $2, 'sealed')"
LOG_IN = "select role from api.read_login($1) l, api.log_in(l.account_id, l.password_hash, null, $2)"
AUDIT = "select actor, reason, columns from assay.audit where table_name = 'teachers' order by id desc limit 1"


async def named(sql: Sql) -> Any:
    """A school whose teacher is Tove."""
    here = await school(sql)
    await sql.execute("update assay.teachers set email = $2 where id = $1", here.teacher.id, TOVE)
    return here


async def test_a_disabled_teacher_is_logged_out_at_once_and_their_students_go_on(sql: Sql) -> None:
    here = await named(sql)
    waits = await hand_in(sql, here.student, here.task)
    assert await sql.fetchval(DISABLE, "TOVE@example.org", False) == 1
    assert await only(sql, AUDIT) == ("operator", "ticket 7", ["disabled_at"])
    with refused(by="invalid_token"):
        await sql.execute("select api.read_me($1)", here.teacher.token)
    with refused(by="account_disabled"):
        await sql.execute(LOG_IN, TOVE, digest("token"))
    assert not await sql.fetchval("select can_log_in from reporting.teachers where id = $1", here.teacher.id)
    # What was accepted is graded, and the next text is accepted.
    assert await finish(sql, await take(sql, await worker(sql)), 42) == {waits}
    assert await coins(sql, here.student) == 42
    another = await assignment(sql, here.teacher)
    await hand_in(sql, here.student, another)
    assert await sql.fetchval(DISABLE, TOVE, False) == 0
    await sql.execute(ENABLE, TOVE)
    assert await sql.fetchval(LOG_IN, TOVE, digest("token")) == "teacher"
    assert await only(sql, AUDIT) == ("operator", "ticket 8", ["disabled_at"])


async def test_the_keys_of_a_disabled_teacher_are_forgotten_on_request(sql: Sql) -> None:
    here = await named(sql)
    waits = await hand_in(sql, here.student, here.task)
    await take(sql, await worker(sql))
    await sql.execute(DISABLE, TOVE, True)
    assert await sql.fetchval("select count(*) from assay.api_keys") == 0
    deleted = "select actor, reason from assay.audit where table_name = 'api_keys' and action = 'deleted'"
    assert await only(sql, deleted) == ("operator", "ticket 7")
    assert json.loads(await sql.fetchval("select keys from worker.load_texts($1)", [waits])) == []


async def test_an_operator_says_why_and_names_a_teacher(sql: Sql) -> None:
    here = await named(sql)
    await sql.execute("update assay.students set email = 'anna@example.org' where id = $1", here.student.id)
    for call in ("disable_teacher($1, $2, false)", "enable_teacher($1, $2)", "delete_teacher($1, $2, true)"):
        with refused(by="reason_missing"):
            await sql.execute(f"select operator.{call}", TOVE, " ")
        for nobody in ("nobody@example.org", "anna@example.org"):
            with refused(by="not_found"):
                await sql.execute(f"select operator.{call}", nobody, "ticket")


async def test_a_teacher_others_depend_on_is_deleted_only_by_force_and_students_keep_what_they_earned(sql: Sql) -> None:
    here = await named(sql)
    text = await submission(sql, here.student, here.task, 30)
    gated = await assignment(sql, here.teacher, autonomy="gated")
    await hand_in(sql, here.student, gated)
    await finish(sql, await take(sql, await worker(sql)), 12)
    assert await coins(sql, here.student) == 30
    await brought(sql, gated)
    ask = "select id from api.request_regrade($1, $2, null, 'The second paragraph says so.')"
    disputed = await sql.fetchval(ask, here.student.token, here.task)
    waits = await hand_in(sql, here.student, await assignment(sql, here.teacher))
    built = await draft(sql, here.teacher, await assignment(sql, here.teacher))
    with refused(by="teacher_has_work"):
        await sql.execute(DELETE, TOVE, False)
    assert await only(sql, DELETE, TOVE, True) == (1, 4, 2)
    assert await coins(sql, here.student) == 42
    assert await drift(sql) == []
    failed = await sql.fetch("select id, error_code, cause from assay.finished_jobs where error_code is not null")
    assert {tuple(r) for r in failed} == {(job, "not_found", "rule") for job in (waits, built)}
    answered = "select state, answer from assay.regrade_requests where id = $1"
    assert await only(sql, answered, disputed) == ("rejected", "The teacher's account was deleted.")
    listed = "select id, score from api.list_my_submissions($1, null, 9)"
    assert [r["score"] for r in await sql.fetch(listed, here.student.token)] == [12, 30]
    assert text in [r["id"] for r in await sql.fetch(listed, here.student.token)]
    assert await sql.fetchval("select count(*) from api.list_my_scores($1, null, 9)", here.student.token) == 2
    for table in ("enrolments", "jobs", "pending_submissions", "cases", "api_keys"):
        assert await sql.fetchval(f"select count(*) from assay.{table}") == 0, table
    reasons = await sql.fetch("select distinct reason from assay.audit where actor = 'operator' and reason is not null")
    assert [r["reason"] for r in reasons] == ["ticket 9"]
    with refused(by="not_found"):
        await sql.execute(DELETE, TOVE, True)


async def test_teachers_are_listed_with_what_they_have(sql: Sql) -> None:
    here = await named(sql)
    await submission(sql, here.student, here.task)
    await assignment(sql, here.teacher)
    invited = await teacher(sql, password_hash=None)
    disabled = await teacher(sql)
    await sql.execute("update assay.teachers set disabled_at = now() where id = $1", disabled.id)
    gone = await teacher(sql)
    await sql.execute("select api.delete_me($1, $2)", gone.token, "$argon2id$…")
    found = await sql.fetch("select email, state, classes, assignments, submissions from operator.list_teachers(9)")
    assert [r["state"] for r in found] == ["active", "invited", "disabled"]
    assert tuple(found[0]) == (TOVE, "active", 1, 2, 1)
    assert invited.id


async def test_an_invitation_is_sent_again_until_a_password_is_chosen(sql: Sql) -> None:
    here = await named(sql)
    await row(sql, "teachers", name="Bo", email="bo@example.org")
    await sql.execute(INVITE, "BO@example.org", digest("first"))
    await sql.execute(INVITE, "bo@example.org", digest("second"))
    mails = await sql.fetch("select kind, recipient from assay.outgoing_mail")
    assert [tuple(r) for r in mails] == [("invitation", "bo@example.org")] * 2
    for number in range(3):
        await sql.execute(INVITE, "bo@example.org", digest(f"more {number}"))
    with refused(by="mail_ceiling"):
        await sql.execute(INVITE, "bo@example.org", digest("too many"))
    await sql.execute("select api.reset_password($1, 'hash')", digest("second"))
    with refused(by="invitation_accepted"):
        await sql.execute(INVITE, "bo@example.org", digest("late"))
    await sql.execute("update assay.teachers set password_hash = null, disabled_at = now() where email = $1", TOVE)
    with refused(by="account_disabled"):
        await sql.execute(INVITE, TOVE, digest("disabled"))
    with refused(by="not_found"):
        await sql.execute(INVITE, "nobody@example.org", digest("nobody"))
    assert here.student != await student(sql)
