"""API functions: each begins by asking who calls, shows only what is the caller's, and refuses by name."""

import asyncpg

from tests.rules.rows import (
    Sql,
    assignment,
    build,
    classroom,
    digest,
    fail,
    hand_in,
    only,
    refused,
    row,
    rule_of,
    school,
    soon,
    student,
    submission,
    take,
    teacher,
    worker,
)

FUNCTIONS = """
    select p.proname as name, p.pronargs as arguments
      from pg_proc p
     where p.pronamespace = 'api'::regnamespace and p.proargnames[1] = 'token_digest' and p.proname <> 'note_write'
     order by 1"""

OF_BOTH = (
    "change_password", "claim_key", "delete_me", "edit_me", "end_my_sessions", "keep_answer", "log_out", "read_caller",
    "read_me", "read_my_hash", "read_session",
)  # fmt: skip

CREATE = """
    select (job).id
      from api.create_assignment($1, {title}, {instructions}, now() + '1 day', null, null,
                                 null, null, false, null, null, null)
"""


async def answer(sql: Sql, function: asyncpg.Record, token: bytes | None) -> str | None:
    """The rule by which a function that is asked for nothing in particular refuses; None when it answers."""
    nothing = ", null" * (function["arguments"] - 1)
    undone = sql.transaction()
    await undone.start()
    try:
        await sql.execute(f"select from api.{function['name']}($1{nothing})", token)
    except asyncpg.PostgresError as no:
        return rule_of(no)
    finally:
        await undone.rollback()
    return None


async def test_every_api_function_asks_who_calls_before_anything_else(sql: Sql) -> None:
    here = await school(sql)
    late = [await student(sql), await teacher(sql)]
    await sql.execute(
        "update assay.sessions set expires_at = now() where digest = any ($1)", [someone.token for someone in late]
    )
    functions = await sql.fetch(FUNCTIONS)
    assert len(functions) > 40
    for function in functions:
        assert await answer(sql, function, None) == "missing_token", function["name"]
        for token in (digest("unknown"), *(someone.token for someone in late)):
            assert await answer(sql, function, token) == "invalid_token", function["name"]
        closed = [who for who in (here.teacher, here.student) if await answer(sql, function, who.token) == "wrong_role"]
        expected = [] if function["name"] in OF_BOTH else [0]
        assert len(closed) == len(expected), function["name"]


async def test_a_dead_token_says_so_by_name(sql: Sql) -> None:
    here = await school(sql)
    with refused(by="missing_token"):
        await sql.execute("select * from api.read_me(null)")
    with refused(by="wrong_role"):
        await sql.execute("select * from api.list_teachers($1, null, 1)", here.student.token)
    await sql.execute("select api.log_out($1)", here.student.token)
    with refused(by="invalid_token"):
        await sql.execute("select * from api.read_me($1)", here.student.token)


async def test_what_belongs_to_another_teacher_is_not_there(sql: Sql) -> None:
    here, thief = await school(sql), await teacher(sql)
    text = await submission(sql, here.student, here.task)
    for call in (
        "edit_class($1, '{class}', 'mine', false, null)", "delete_class($1, '{class}')",
        "read_gradebook($1, '{class}')",
        "enrol_students($1, '{class}', '{{}}')", "list_class_students($1, '{class}', null, 9)",
        "remove_student($1, '{class}', '{student}')", "delete_assignment($1, '{task}')",
        "edit_assignment($1, '{task}', 'x', null, null, null, false, null, null)", "read_submission($1, '{text}')",
        "replace_template($1, '{task}', 'x')", "list_submissions($1, '{task}', null, 9)",
        "edit_submission($1, '{text}', 1, false, null, false, null, '{{}}', '{{}}', '{{}}')",
        "list_score_history($1, '{text}', null, 9)",
        "regrade_submission($1, '{text}', true)", "delete_api_key($1, 'anthropic')",
        "create_assignment($1, 'T', 'I', now(), '{class}', 9, null, null, false, null, null, null)",
    ):  # fmt: skip
        ids = {"class": here.classroom, "task": here.task, "text": text, "student": here.student.id}
        with refused(by="not_found"):
            await sql.execute(f"select from api.{call.format(**ids)}", thief.token)
    assert await sql.fetchval("select (api.read_assignment($1, $2)).title", thief.token, here.task) == "An essay"


async def test_enrolling_an_unknown_student_enrols_nobody(sql: Sql) -> None:
    here, verified = await school(sql), await student(sql)
    enrol = "select api.enrol_students($1, $2, $3)"
    with refused(by="students_unknown"):
        await sql.execute(enrol, here.teacher.token, here.classroom, [verified.id, here.task])
    assert await sql.fetchval("select count(*) from assay.enrolments") == 1
    assert await sql.fetchval(enrol, here.teacher.token, here.classroom, [verified.id, here.student.id]) == 1


async def test_an_assignment_that_gets_a_new_template_does_not_change_meanwhile(sql: Sql) -> None:
    here = await school(sql)
    edit = "select from api.edit_assignment($1, $2, null, $3, null, null, false, null, null)"
    await sql.execute(edit, here.teacher.token, here.task, "New instructions.")
    for again in ("Newer.", None):
        with refused(by="assignment_not_ready"):
            await sql.execute(edit, here.teacher.token, here.task, again)
    with refused(by="assignment_not_ready"):
        await sql.execute("select api.replace_template($1, $2, 'x')", here.teacher.token, here.task)


async def test_a_template_that_is_built_after_the_first_text_changes_nothing(sql: Sql) -> None:
    here = await school(sql)
    edit = "select from api.edit_assignment($1, $2, 'T', 'New.', null, null, false, null, null)"
    await sql.execute(edit, here.teacher.token, here.task)
    ((job, attempt),) = (await take(sql, await worker(sql))).items()
    await hand_in(sql, here.student, here.task)
    with refused(by="assignment_locked"):
        await build(sql, job, attempt)
    assert await fail(sql, job, attempt, "assignment_locked", "rule")
    with refused(by="assignment_locked"):
        await sql.execute("select api.read_outcome($1, $2)", here.teacher.token, job)


DRAFTED = "select instructions, max_score from assay.assignment_drafts"


async def test_a_maximum_that_the_teacher_gave_stays_and_one_that_was_read_is_read_anew(sql: Sql) -> None:
    here = await school(sql)
    read = await assignment(sql, here.teacher, max_score_given=False)
    edit = "select from api.edit_assignment($1, $2, null, $3, null, null, false, null, $4)"
    for task, kept in ((here.task, 100), (read, None)):
        await sql.execute(edit, here.teacher.token, task, "New.", None)
        assert await only(sql, DRAFTED) == ("New.", kept)
        await sql.execute("delete from assay.jobs")


async def test_a_text_that_states_another_maximum_than_the_teacher_gave_is_refused(sql: Sql) -> None:
    here = await school(sql)  # its maximum is 100
    read = await assignment(sql, here.teacher, max_score_given=False)
    edit = "select from api.edit_assignment($1, $2, null, $3, $4, null, false, null, null, $5, $6)"
    changes: list[tuple[object, ...]] = [
        ("New.", None, 90, []),
        ("New.", "Old.", 90, []),
        (None, "New.", None, [100, 90]),
    ]
    for texts in changes:
        with refused(by="other_maximum"):
            await sql.execute(edit, here.teacher.token, here.task, *texts)
    with refused(by="other_maximum"):
        await sql.execute("select api.replace_template($1, $2, 'New.', '{100, 90}')", here.teacher.token, here.task)
    await sql.execute(edit, here.teacher.token, read, "New.", "New.", 90, [90])
    shown = "select max_score, max_score_given from assay.assignments where id = $1"
    assert await only(sql, shown, read) == (90, False)


async def test_another_maximum_builds_the_template_anew_and_the_same_one_changes_nothing(sql: Sql) -> None:
    here = await school(sql)
    edit = "select from api.edit_assignment($1, $2, null, null, $3, null, false, null, $4)"
    await sql.execute(edit, here.teacher.token, here.task, None, 100)
    assert await sql.fetch(DRAFTED) == []
    await sql.execute(edit, here.teacher.token, here.task, None, 30)
    old = await sql.fetchval("select instructions from assay.assignments where id = $1", here.task)
    assert await only(sql, DRAFTED) == (old, 30)
    await sql.execute("delete from assay.jobs")
    await sql.execute(edit, here.teacher.token, here.task, "Thirty at most.", 30)
    assert await sql.fetch(DRAFTED) == []
    shown = "select max_score, max_score_given, correction_template from assay.assignments where id = $1"
    assert await only(sql, shown, here.task) == (30, True, "Thirty at most.")


async def test_a_template_makes_the_assignment_and_a_superseded_one_nothing(sql: Sql) -> None:
    here = await school(sql)
    create = CREATE.format(title="null", instructions="$2")
    job = await sql.fetchval(create, here.teacher.token, "\n  First line\nmore")
    ((_, attempt),) = (await take(sql, await worker(sql))).items()
    listed = "select count(*) from api.list_assignments($1, null, null, null, 9)"
    assert await sql.fetchval(listed, here.teacher.token) == 1  # the one of before
    assert await build(sql, job, attempt - 1) is None
    assert await build(sql, job, attempt) == job
    made = await sql.fetchval("select assignment_id from api.read_job($1, $2)", here.teacher.token, job)
    assert await sql.fetchval("select title from reporting.assignments where id = $1", made) == "First line"
    assert await build(sql, job, attempt) is None
    with refused(by="not_found"):
        await sql.execute("select api.read_job($1, $2)", (await teacher(sql)).token, job)


async def test_a_template_for_an_assignment_that_was_deleted_is_refused(sql: Sql) -> None:
    here = await school(sql)
    edit = "select from api.edit_assignment($1, $2, 'T', 'New.', null, null, false, null, null)"
    await sql.execute(edit, here.teacher.token, here.task)
    ((job, attempt),) = (await take(sql, await worker(sql))).items()
    await sql.execute("select api.delete_assignment($1, $2)", here.teacher.token, here.task)
    with refused(by="not_found"):
        await build(sql, job, attempt)


async def test_instructions_without_a_clear_maximum_say_what_was_seen(sql: Sql) -> None:
    here = await school(sql)
    create = CREATE.format(title="'T'", instructions="'I'")
    job = await sql.fetchval(create, here.teacher.token)
    ((_, attempt),) = (await take(sql, await worker(sql))).items()
    assert await fail(sql, job, attempt, "max_score_unclear", "text", "[20, 30]")
    with refused(by="max_score_unclear"):
        await sql.execute("select api.read_outcome($1, $2)", here.teacher.token, job)
    seen = await sql.fetchval("select maxima_seen from reporting.jobs where id = $1", job)
    assert seen == [20, 30]


async def test_without_a_key_nothing_is_asked_of_the_ai(sql: Sql) -> None:
    here = await school(sql)
    await sql.execute("select api.delete_api_key($1, 'openai')", here.teacher.token)
    with refused(by="api_key_missing"):
        await sql.execute(
            "select api.create_assignment($1, 'T', 'I', now(), null, 5, null, null, false, null, null, null)",
            here.teacher.token,
        )
    with refused(by="not_found"):
        await sql.execute("select api.edit_rate_limit($1, 'none', '1/day')", here.teacher.token)


async def test_a_student_sees_the_assignments_of_their_classes_and_their_state(sql: Sql) -> None:
    here = await school(sql)
    other = await classroom(sql, here.teacher, name="8a")
    await assignment(sql, here.teacher, class_id=other)
    closed = await assignment(sql, here.teacher, deadline=soon(days=-1))
    waits = await assignment(sql, here.teacher, class_id=here.classroom)
    graded = await assignment(sql, here.teacher)
    await submission(sql, here.student, graded, 12)
    await hand_in(sql, here.student, waits)
    rows = await sql.fetch("select id, state, score from api.list_my_assignments($1, null, 50)", here.student.token)
    assert [tuple(r) for r in rows] == [
        (graded, "graded", 12), (waits, "pending", None), (closed, "closed", None), (here.task, "open", None)
    ]  # fmt: skip
    for one in rows:
        seen = await sql.fetchrow("select state from api.read_my_assignment($1, $2)", here.student.token, one["id"])
        assert seen is not None
        assert seen["state"] == one["state"]
        await sql.execute("select * from api.read_my_instructions($1, $2)", here.student.token, one["id"])
    await row(sql, "enrolments", class_id=other, student_id=here.student.id)
    assert len(await sql.fetch("select * from api.list_my_assignments($1, null, 50)", here.student.token)) == 5


async def test_paging_shows_none_twice_and_misses_none_while_others_come(db: str, sql: Sql) -> None:
    here = await school(sql)
    await sql.execute(
        "with people as (insert into assay.students (name, email) select 's', n || '@example.org'"
        "              from generate_series(1, 1000) n returning id)"
        " insert into assay.submissions (student_id, assignment_id, content, score, original_score)"
        " select id, $1, 'x', 1, 1 from people", here.task)  # fmt: skip
    before = {r["id"] for r in await sql.fetch("select id from assay.submissions")}
    other = await asyncpg.connect(db)
    seen, after = [], None
    try:
        while True:
            page = "select id from api.list_submissions($1, $2, $3, 50)"
            found = [r["id"] for r in await sql.fetch(page, here.teacher.token, here.task, after)]
            if not found:
                break
            seen += found
            after = found[-1]
            await submission(other, await student(other), here.task)
    finally:
        await other.close()
    assert len(seen) == len(set(seen))
    assert before <= set(seen)
