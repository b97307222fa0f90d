"""People: one address each, in any case; and what is left of a student who is deleted: nothing."""

import pytest

from tests.rules.rows import (
    Sql,
    coins,
    digest,
    drift,
    fail,
    hand_in,
    only,
    refused,
    row,
    school,
    soon,
    student,
    submission,
    take,
    teacher,
    worker,
)

SAME = [("Ada@Example.org", "ada@eXample.ORG"), ("STRASSE@example.org", "straße@example.org"),
        ("Σίσυφος@example.org", "σίσυφοσ@example.org"), ("ÅSA@example.org", "åsa@example.org")]  # fmt: skip


TABLES = """
    select format('assay.%I', relname) as name
      from pg_class
     where relnamespace = 'assay'::regnamespace and relkind = 'r'"""


@pytest.mark.parametrize(("one", "other"), SAME)
@pytest.mark.parametrize("tables", [("students", "students"), ("students", "teachers"), ("teachers", "students")])
async def test_an_address_belongs_to_one_person_in_any_case(
    sql: Sql, one: str, other: str, tables: tuple[str, str]
) -> None:
    await row(sql, tables[0], name="First", email=one)
    with refused(by="email_taken"):
        await row(sql, tables[1], name="Second", email=other)


async def test_an_address_that_changes_is_taken_and_its_old_one_free(sql: Sql) -> None:
    first = await row(sql, "students", name="First", email="first@example.org")
    second = await row(sql, "teachers", name="Second", email="second@example.org")
    with refused(by="email_taken"):
        await sql.execute("update assay.teachers set email = 'FIRST@example.org' where id = $1", second["id"])
    await sql.execute("update assay.students set email = 'First@Example.ORG' where id = $1", first["id"])
    await sql.execute("update assay.students set email = 'new@example.org' where id = $1", first["id"])
    await sql.execute("update assay.teachers set email = 'first@example.org' where id = $1", second["id"])


@pytest.mark.parametrize(
    "write", ["delete from assay.email_addresses", "update assay.email_addresses set address = 'x@y'"]
)
async def test_the_addresses_in_use_are_not_written_by_hand(sql: Sql, write: str) -> None:
    await teacher(sql)
    with refused(by="email_addresses_read_only"):
        await sql.execute(write)


async def test_a_deleted_student_leaves_nothing_but_ids_in_the_audit(sql: Sql) -> None:
    here = await school(sql)
    author, task = here.student, here.task
    other = await student(sql)
    await submission(sql, other, task, 5)
    text = await submission(sql, author, task, 40)
    await row(sql, "flags", submission_id=text, kind="role_marker", starts_at=0, ends_at=3)
    await row(
        sql, "links", digest=digest("link"), purpose="set_password", student_id=author.id, expires_at=soon(hours=1)
    )
    second = await sql.fetchval(
        "insert into assay.assignments (teacher_id, title, instructions, correction_template, max_score, deadline,"
        " published_at) values ($1, 'T', 'I', 'C', 10, now() + '1 day', now()) returning id",
        here.teacher.id,
    )
    job = await hand_in(sql, author, second)
    assert await fail(sql, job, (await take(sql, await worker(sql)))[job])
    await hand_in(sql, author, second)
    await sql.execute("select api.remove_student($1, $2, $3)", here.teacher.token, here.classroom, author.id)
    await row(sql, "enrolments", class_id=here.classroom, student_id=author.id)
    name, email = await only(sql, "select name, email from assay.students where id = $1", author.id)
    await row(sql, "idempotency_keys", digest=digest("k"), request_digest=digest("r"), student_id=author.id,
              body=f'"{name}"')  # fmt: skip

    await sql.execute("select api.delete_student($1, $2)", here.teacher.token, author.id)

    with refused(by="invalid_token"):
        await sql.execute("select * from api.read_me($1)", author.token)
    tables = await sql.fetch(TABLES)
    mentions = {
        table["name"]: await sql.fetchval(
            f"select count(*) from {table['name']} t where strpos(t::text, $1) > 0"
            " or strpos(t::text, $2) > 0 or strpos(t::text, $3) > 0",
            str(author.id),
            name,
            email,
        )
        for table in tables
    }
    assert {table for table, count in mentions.items() if count} == {"assay.audit"}
    shown = await sql.fetch("select a::text as entry from assay.audit a where strpos(a::text, $1) > 0", str(author.id))
    assert not any(name in r["entry"] or email in r["entry"] for r in shown)
    entry = await sql.fetchrow("select * from assay.audit where (table_name, action) = ('students', 'deleted')")
    assert entry is not None
    assert (entry["row_key"], entry["actor"], entry["actor_id"]) == (str(author.id), "teacher", here.teacher.id)
    assert await drift(sql) == []
    assert await coins(sql, other) == 5
    count = "select submission_count from reporting.assignments where id = $1"
    assert await sql.fetchval(count, task) == 1


async def test_a_deleted_student_is_gone_by_hand_too(sql: Sql) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task)
    await sql.execute("delete from assay.students where id = $1", here.student.id)
    assert await sql.fetchval("select count(*) from assay.submissions") == 0
    assert await sql.fetchval("select count(*) from assay.coin_ledger") == 0


async def test_a_teacher_who_has_something_is_not_deleted(sql: Sql) -> None:
    here = await school(sql)
    with refused(by="classes_teacher_id_fkey"):
        await sql.execute("delete from assay.teachers where id = $1", here.teacher.id)
