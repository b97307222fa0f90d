"""What people do with their own account while they are logged in, and when it goes."""

import asyncio

import asyncpg
import pytest

from tests.rules.cases import brought, tried
from tests.rules.quizzes import SHORT, published
from tests.rules.rows import (
    Person,
    Sql,
    assignment,
    classroom,
    coins,
    digest,
    draft,
    drift,
    hand_in,
    only,
    refused,
    row,
    school,
    student,
    submission,
    teacher,
)

HASH = "$argon2id$…"
CHANGE = "select api.change_password($1, $2, $3)"
DELETE = "select api.delete_me($1, $2)"
LAST = "select table_name, action, columns, actor, actor_id from assay.audit order by id desc limit 1"


async def another_session(sql: Sql, who: Person, kind: str, token: str = "another") -> bytes:
    await row(sql, "sessions", digest=digest(token), **{f"{kind}_id": who.id})
    return digest(token)


@pytest.mark.parametrize("kind", ["student", "teacher"])
async def test_a_new_password_ends_the_other_sessions_and_links_and_keeps_this_one(sql: Sql, kind: str) -> None:
    me = await (student if kind == "student" else teacher)(sql, email="me@example.org")
    other = await another_session(sql, me, kind)
    await sql.execute("select api.forgot_password('me@example.org', $1, 'sealed')", digest("link"))
    bystander = await student(sql)
    with refused(by="wrong_password"):
        await sql.execute(CHANGE, me.token, "another hash", "new")
    await sql.execute(CHANGE, me.token, HASH, "new")
    assert await only(sql, LAST) == (f"{kind}s", "changed", ["password_hash"], kind, me.id)
    assert await only(sql, "select account_id, password_hash from api.read_my_hash($1)", me.token) == (me.id, "new")
    with refused(by="invalid_token"):
        await sql.execute("select api.read_me($1)", other)
    with refused(by="invalid_reset_token"):
        await sql.execute("select api.reset_password($1, 'stolen')", digest("link"))
    assert await sql.fetchval("select password_hash from api.read_my_hash($1)", bystander.token) == HASH


@pytest.mark.parametrize("kind", ["student", "teacher"])
async def test_somebody_is_called_otherwise_and_logs_out_everywhere(sql: Sql, kind: str) -> None:
    me = await (student if kind == "student" else teacher)(sql)
    other = await another_session(sql, me, kind)
    named = "select name, role from api.edit_me($1, $2)"
    assert await only(sql, named, me.token, "A\u030angstr\u00f6m") == ("\u00c5ngstr\u00f6m", kind)
    assert await only(sql, LAST) == (f"{kind}s", "changed", ["name"], kind, me.id)
    with refused(by="name_not_blank"):
        await sql.execute(named, me.token, " ")
    bystander = await student(sql)
    await sql.execute("select api.end_my_sessions($1)", me.token)
    for token in (me.token, other):
        with refused(by="invalid_token"):
            await sql.execute("select api.read_me($1)", token)
    await sql.execute("select api.read_me($1)", bystander.token)


async def test_a_student_who_leaves_takes_all_they_wrote_along_whichever_teachers_they_had(sql: Sql) -> None:
    here, there = await school(sql), await school(sql)
    await submission(sql, here.student, here.task)
    await classroom(sql, there.teacher, here.student)
    await submission(sql, here.student, there.task)
    await hand_in(sql, here.student, await assignment(sql, here.teacher))
    with refused(by="wrong_password"):
        await sql.execute(DELETE, here.student.token, "another hash")
    await sql.execute(DELETE, here.student.token, HASH)
    for table in ("submissions", "jobs", "pending_submissions", "coin_ledger", "past_enrolments"):
        assert await sql.fetchval(f"select count(*) from assay.{table}") == 0
    assert await sql.fetchval("select count(*) from assay.sessions where student_id = $1", here.student.id) == 0
    gone = "select actor, actor_id from assay.audit where table_name = 'students' and action = 'deleted'"
    assert await only(sql, gone) == ("student", here.student.id)
    listed = "select count(*) from api.list_submissions($1, $2, null, 9)"
    assert await sql.fetchval(listed, here.teacher.token, here.task) == 0
    with refused(by="invalid_token"):
        await sql.execute("select api.read_me($1)", here.student.token)


async def test_a_teacher_with_submissions_does_not_leave_before_they_delete_those_assignments(sql: Sql) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task)
    waits = await assignment(sql, here.teacher)
    await hand_in(sql, here.student, waits)
    with refused(by="teacher_has_work"):
        await sql.execute(DELETE, here.teacher.token, HASH)
    with refused(by="wrong_password"):
        await sql.execute(DELETE, here.teacher.token, "another hash")
    for task in (here.task, waits):
        with refused(by="teacher_has_work"):
            await sql.execute(DELETE, here.teacher.token, HASH)
        await sql.execute("select api.delete_assignment($1, $2)", here.teacher.token, task)
    await sql.execute(DELETE, here.teacher.token, HASH)
    assert await coins(sql, here.student) == 10
    assert await drift(sql) == []
    own = "select score, teacher ->> 'name' as name from api.list_my_submissions($1, null, 9)"
    assert await only(sql, own, here.student.token) == (10, "Deleted teacher")


async def test_of_a_teacher_who_leaves_no_person_and_nothing_that_waits_remains(sql: Sql) -> None:
    here = await school(sql)
    known = {"name": "Tove Guld", "email": "tove@example.org"}
    await sql.execute("update assay.teachers set name = $2, email = $3 where id = $1", here.teacher.id, *known.values())
    await sql.execute("select api.forgot_password('tove@example.org', $1, 'sealed')", digest("link"))
    quiz = await published(sql, here.teacher, SHORT)
    job = await draft(sql, here.teacher, await assignment(sql, here.teacher))
    case = await brought(sql, here.task)
    await tried(sql, case, [None], [3], teacher_id=here.teacher.id)
    running = (await row(sql, "tries", case_id=case, number=2, provider="openai", model="gpt-4o"))["id"]
    await sql.execute(DELETE, here.teacher.token, HASH)
    left = "select name, email, password_hash, disabled_at is not null, deleted_at is not null from assay.teachers"
    assert await only(sql, left) == ("Deleted teacher", f"deleted-{here.teacher.id}@deleted.invalid", None, True, True)
    for table in ("sessions where teacher_id is not null", "api_keys", "links", "outgoing_mail", "jobs", "enrolments",
                  "cases", "tries", "marks", "assignment_drafts", "assignments where deleted_at is null",
                  "classes where deleted_at is null"):  # fmt: skip
        assert await sql.fetchval(f"select count(*) from assay.{table}") == 0, table
    assert await only(sql, "select error_code, cause from assay.finished_jobs where id = $1", job) == (
        "not_found",
        "rule",
    )
    assert running not in [
        r["id"] for r in await sql.fetch("select id from assay.finished_jobs where error_code is null")
    ]
    for view in ("reporting.teachers", "reporting.assignments where deleted_at is null"):
        assert await sql.fetchval(f"select count(*) from {view}") == 0
    with refused(by="not_found"):
        await sql.execute("select api.read_my_assignment($1, $2)", here.student.token, quiz)
    assert await sql.fetchval("select count(*) from api.list_my_assignments($1, null, 9)", here.student.token) == 0
    # The address is free again, for whoever has its mailbox.
    await sql.execute("select operator.create_teacher('Tove', 'TOVE@example.org', 'hash', null)")


async def test_nothing_is_made_for_a_teacher_whose_account_was_deleted(db: str, sql: Sql) -> None:
    gone = await teacher(sql)
    await sql.execute(DELETE, gone.token, HASH)
    for table, values in (
        ("classes", {"name": "8a"}),
        ("api_keys", {"provider": "openai", "sealed": b"s", "last4": "x"}),
    ):
        with refused(by="teacher_deleted"):
            await row(sql, table, teacher_id=gone.id, **values)
    with refused(by="teacher_deleted"):
        await assignment(sql, gone)
    with refused(by="account_disabled"):
        await row(sql, "sessions", digest=digest("x"), teacher_id=gone.id)
    # Whoever uploads beside the deletion waits for it, and is refused.
    me = await teacher(sql)
    other = await asyncpg.connect(db)
    try:
        leaving = other.transaction()
        await leaving.start()
        await other.execute(DELETE, me.token, HASH)
        making = asyncio.create_task(sql.execute("select api.create_class($1, '8a')", me.token))
        await until_it_waits(other)
        await leaving.commit()
        with refused(by="teacher_deleted"):
            await making
    finally:
        await other.close()


async def until_it_waits(sql: Sql) -> None:
    """Until some statement of this database waits for a lock."""
    waiting = """
        select exists (select from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock')"""
    async with asyncio.timeout(300):
        while not await sql.fetchval(waiting):
            await asyncio.sleep(0.01)
