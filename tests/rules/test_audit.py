"""Every write to a table of people's leaves a row in the audit: who, what, when, which; never a value."""

import json
from typing import Any
from uuid import UUID

import pytest

from tests.rules.rows import (
    Sql,
    assignment,
    digest,
    finish,
    hand_in,
    person,
    refused,
    row,
    school,
    student,
    submission,
    take,
    worker,
)

LAST = "select table_name, row_key, action, columns, actor, actor_id, reason from assay.audit"


async def since(sql: Sql, mark: int) -> list[tuple[Any, ...]]:
    """What the audit gained, without the rows before."""
    return [tuple(r) for r in await sql.fetch(f"{LAST} order by id offset {mark}")]


async def mark(sql: Sql) -> int:
    count: int = await sql.fetchval("select count(*) from assay.audit")
    return count


# API function, its arguments after the token, and what the audit says: table, action, columns
WRITES: list[tuple[str, str, list[tuple[str, str, list[str] | None]]]] = [
    ("create_class", "'8a'", [("classes", "inserted", None)]),
    ("edit_class", "{class}, '8b', false, null", [("classes", "changed", ["name"])]),
    ("delete_class", "{class}", [("classes", "changed", ["deleted_at"]), ("enrolments", "deleted", None)]),
    ("enrol_students", "{class}, array[{student}, {other}]", [("enrolments", "inserted", None)]),
    ("remove_student", "{class}, {student}", [("enrolments", "deleted", None)]),
    ("delete_student", "{other}", [("students", "deleted", None)]),
    ("edit_assignment", "{task}, 'T', null, 'Look.', null, false, null, 90",
     [("assignments", "changed", ["title", "correction_template", "max_score"])]),
    ("replace_template", "{task}, 'Look.'", [("assignments", "changed", ["correction_template"])]),
    ("delete_assignment", "{task}", [("assignments", "changed", ["deleted_at"])]),
    ("edit_submission", "{text}, 5, true, 'Well', false, null, '{{}}', '{{}}', '{{}}'",
     [("submissions", "changed", ["score", "feedback"])]),
    ("edit_submission", "{text}, 10, false, null, false, null, '{{}}', '{{}}', '{{}}'", []),
    ("put_api_key", "'anthropic', 'x', 'last'", [("api_keys", "inserted", None)]),
    ("put_api_key", "'openai', 'x', 'last'", [("api_keys", "changed", ["sealed", "last4", "created_at"])]),
    ("delete_api_key", "'openai'", [("api_keys", "deleted", None)]),
    ("edit_rate_limit", "'ai', '1/second'", [("rate_limits", "changed", ["rule"])]),
    ("invite_teacher", "'Bo', 'bo@example.org', sha256('x'), 'sealed'", [("teachers", "inserted", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("function", "arguments", "expected"), WRITES, ids=[w[0] for w in WRITES])
async def test_a_write_through_a_door_says_which_teacher_and_which_columns(
    sql: Sql, function: str, arguments: str, expected: list[tuple[str, str, list[str] | None]]
) -> None:
    here, other = await school(sql), await student(sql)
    graded = await assignment(sql, here.teacher)
    ids = {"class": here.classroom, "student": here.student.id, "other": other.id, "task": here.task,
           "text": await submission(sql, here.student, graded)}  # fmt: skip
    named = {name: f"'{value}'::uuid" for name, value in ids.items()}
    before = await mark(sql)
    await sql.execute(f"select from api.{function}('\\x{here.teacher.token.hex()}', {arguments.format(**named)})")
    entries = await since(sql, before)
    assert [(e[0], e[2], e[3]) for e in entries] == expected
    assert all(e[4:] == ("teacher", here.teacher.id, None) for e in entries)


async def test_who_writes_is_the_ai_a_visitor_or_an_operator(sql: Sql) -> None:
    here = await school(sql)
    before = await mark(sql)
    await hand_in(sql, here.student, here.task)
    await finish(sql, await take(sql, await worker(sql)))
    await sql.execute("select api.register('Bo', 'bo@example.org', 'hash', $1, 'sealed')", digest("mail"))
    await sql.execute("select api.verify_email($1)", digest("mail"))
    await sql.execute("update assay.teachers set name = 'Renamed'")
    async with sql.transaction():
        await sql.execute("select assay.set_audit_reason('ticket 1')")
        await sql.execute("insert into assay.ai_models (provider, model, rank) values ('openai', 'next', 30)")
    said = [(e[0], e[2], e[3], e[4], e[6]) for e in await since(sql, before)]
    assert said == [
        ("submissions", "inserted", None, "ai", None),
        ("students", "inserted", None, "visitor", None),
        ("teachers", "changed", ["name"], "operator", None),
        ("ai_models", "inserted", None, "operator", "ticket 1"),
    ]


async def test_counts_and_totals_and_the_marks_on_keys_are_no_news(sql: Sql) -> None:
    here = await school(sql)
    before = await mark(sql)
    await submission(sql, here.student, here.task)
    await sql.execute("update assay.api_keys set last_ok_at = now(), last_refused_at = now()")
    await sql.execute("update assay.teachers set name = name")
    await sql.execute("update assay.teachers set name = 'x' where false")
    assert [(e[0], e[2]) for e in await since(sql, before)] == [("submissions", "inserted")]


async def test_a_row_is_named_by_its_key_also_when_the_key_changes(sql: Sql) -> None:
    here = await school(sql)
    before = await mark(sql)
    await sql.execute("delete from assay.enrolments")
    await sql.execute("delete from assay.rate_limits where scope = 'ai'")
    await sql.execute("update assay.rate_limits set scope = 'ai' where scope = 'auth'")
    entries = [e[:3] for e in await since(sql, before)]
    assert entries[:2] == [
        ("enrolments", f"{here.classroom}/{here.student.id}", "deleted"),
        ("rate_limits", "ai", "deleted"),
    ]
    assert sorted(entries[2:]) == [("rate_limits", "ai", "inserted"), ("rate_limits", "auth", "deleted")]


async def test_the_audit_holds_no_secret_and_no_text(sql: Sql) -> None:
    canary = "CANARY"
    here = await school(sql)
    made = await person(sql, "students", name=canary, email=f"{canary}@example.org", password_hash=canary)
    await row(sql, "api_keys", teacher_id=here.teacher.id, provider="anthropic", sealed=canary.encode(), last4="CANA")
    task = await assignment(sql, here.teacher, title=canary, instructions=canary, correction_template=canary)
    text = await submission(sql, made, task, content=canary)
    await sql.execute("update assay.submissions set feedback = $2 where id = $1", text, canary)
    await sql.execute("update assay.students set name = $2, password_hash = 'x' where id = $1", made.id, canary + "2")
    entries = [str(r[0]) for r in await sql.fetch("select a::text from assay.audit a")]
    assert entries
    assert not any("CANA" in e or canary.encode().hex() in e for e in entries)


async def test_the_view_says_who_by_name(sql: Sql) -> None:
    here = await school(sql)
    await sql.execute("select from api.create_class($1, '8a')", here.teacher.token)
    shown = await sql.fetchrow("select * from reporting.audit order by id desc limit 1")
    assert shown is not None
    assert isinstance(shown["id"], UUID)
    assert shown["actor_name"] == await sql.fetchval("select name from assay.teachers")
    json.dumps({k: str(v) for k, v in shown.items()})


@pytest.mark.parametrize("write", ["update assay.audit set actor = 'nobody'", "delete from assay.audit"])
@pytest.mark.parametrize("role", ["postgres", "assay_owner"])
async def test_the_audit_is_never_changed_also_not_by_the_owner(sql: Sql, write: str, role: str) -> None:
    await school(sql)
    await sql.execute(f"set role {role}")
    with refused(by="audit_immutable"):
        await sql.execute(write)
