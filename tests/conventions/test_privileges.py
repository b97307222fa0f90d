"""Who sees what: the application reads no relation, a reader no secret, and neither can become more."""

import asyncpg
import pytest

from tests.rules.cases import brought, trial, tried
from tests.rules.quizzes import SHORT, handed_in, quiz, saved
from tests.rules.rows import Sql, assignment, draft, fail, hand_in, row, school, soon, student, submission, take, worker

CANARY = "CANARY"
DIGEST = (CANARY * 6)[:32].encode()

# The columns that nobody but the application may see.
SECRETS = {
    "actor_seal.secret", "api_keys.sealed", "assignment_drafts.instructions", "finished_jobs.content_sha256",
    "idempotency_keys.body", "idempotency_keys.digest", "idempotency_keys.request_digest",
    "links.digest",
    "outgoing_mail.link_digest", "outgoing_mail.sealed_link", "pending_submissions.content",
    "registrations.password_hash", "sessions.digest", "students.password_hash", "teachers.password_hash",
}  # fmt: skip
SUSPECTS = """
    select c.relname || '.' || a.attname as name
      from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'assay'::regnamespace and c.relkind = 'r' and a.attnum > 0
       and (a.atttypid = 'bytea'::regtype or a.attname ~ 'hash|secret|token$|sealed|password|key$')
       and a.attname not in ('row_key', 'key', 'rubric_digest')"""
VIEWS = "select c.oid::regclass::text as name from pg_class c where relnamespace = 'reporting'::regnamespace"


async def planted(sql: Sql) -> None:
    """A row for every view of reporting, and a canary in every secret column."""
    here = await school(sql)
    text = await submission(sql, here.student, here.task)
    await row(sql, "regrade_requests", submission_id=text, student_text="The second sentence says so.")
    await sql.execute("select api.remove_student($1, $2, $3)", here.teacher.token, here.classroom, here.student.id)
    await row(sql, "enrolments", class_id=here.classroom, student_id=here.student.id)
    second = await assignment(sql, here.teacher)
    job = await hand_in(sql, here.student, second)
    await fail(sql, job, (await take(sql, await worker(sql)))[job])
    await sql.execute("update assay.finished_jobs set content_sha256 = $1", DIGEST)
    await sql.execute("update assay.actor_seal set secret = $1", DIGEST)
    await hand_in(sql, here.student, second, f"{CANARY} in a coal mine")
    await draft(sql, here.teacher, here.task, instructions=CANARY)
    for table in ("students", "teachers"):
        await sql.execute(f"update assay.{table} set password_hash = $1", CANARY)
    await sql.execute("update assay.sessions set digest = $1 where teacher_id is not null", DIGEST)
    await row(sql, "links", digest=DIGEST, purpose="set_password", teacher_id=here.teacher.id, expires_at=soon(days=1))
    await row(sql, "idempotency_keys", digest=DIGEST, request_digest=DIGEST, student_id=here.student.id,
              body=f'"{CANARY}"')  # fmt: skip
    await row(sql, "registrations", name="A", email="a@example.org", password_hash=CANARY)
    await row(sql, "outgoing_mail", kind="reset_password", recipient="a@example.org", address="a@example.org",
              link_digest=DIGEST, sealed_link=DIGEST)  # fmt: skip
    await sql.execute("update assay.api_keys set sealed = $1", DIGEST)
    record = "select worker.record_attempts($1, $2, '{openai}', '{gpt-4o}', '{ok}', '{1}', '{1}', '{1}', '{r}')"
    await sql.execute(record, [second], [here.teacher.id])
    asked = await quiz(sql, SHORT)
    await saved(sql, asked.student, asked.questions[0], texts=["binary"])
    await handed_in(sql, asked.student, asked.task)
    await saved(sql, asked.student, (await quiz(sql, SHORT)).questions[0], texts=[f"{CANARY}, only saved"])
    here_too = await trial(sql, 5)
    case = await brought(sql, here_too.task)
    await tried(sql, case, here_too.criteria, [3])
    await tried(sql, case, here_too.criteria, [4], teacher_id=here_too.teacher.id)
    # One student whose coins are wrong, so that this view has a row to look at too.
    poor = await student(sql, password_hash=CANARY)
    await sql.execute("set session_replication_role = replica")
    await sql.execute("update assay.students set total_gold_coins = 1 where id = $1", poor.id)
    await sql.execute("set session_replication_role = origin")


async def test_no_view_shows_a_secret(sql: Sql) -> None:
    await planted(sql)
    assert {r["name"] for r in await sql.fetch(SUSPECTS)} <= SECRETS
    for column in SECRETS:
        table, _, name = column.partition(".")
        found = f"select count(*) from assay.{table} t where strpos({name}::text, $1) + strpos({name}::text, $2) > 0"
        assert await sql.fetchval(found, CANARY, CANARY.encode().hex()), f"no canary in {column}"
    names = [r["name"] for r in await sql.fetch(VIEWS)]
    await sql.execute("set role assay_dba_read")
    for name in [*names, "reporting.gradebook_as_of(now())"]:
        rows = await sql.fetch(f"select v::text as text from {name} v")
        assert rows, f"{name} is empty: give it a row, or this means nothing"
        assert not [r for r in rows if CANARY in r["text"] or CANARY.encode().hex() in r["text"].lower()], name


async def test_the_examples_of_the_catalog_run_for_a_reader(sql: Sql) -> None:
    await planted(sql)
    await sql.execute("set role assay_dba_read")
    examples = await sql.fetch("select name, example from reporting.catalog")
    assert len(examples) > 15
    for one in examples:
        await sql.execute(one["example"])


@pytest.mark.parametrize("role", ["assay_api", "assay_worker", "assay_operator", "assay_dba_read", "assay_owner"])
async def test_a_role_of_assay_has_no_power_over_the_cluster(sql: Sql, role: str) -> None:
    powers = "rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolcanlogin"
    assert not await sql.fetchval(f"select {powers} from pg_roles where rolname = $1", role)
    assert not await sql.fetch("select from pg_auth_members where member = $1::regrole", role)


@pytest.mark.parametrize("role", ["assay_api", "assay_worker", "assay_operator", "assay_dba_read"])
@pytest.mark.parametrize(
    "attempt",
    ["create table public.x (i int)", "create temp table x (i int)", "set role assay_owner",
     "select * from assay.students", "select * from assay.audit", "truncate assay.students",
     "select assay.set_audit_reason('x')", "select * from migration.files"],
)  # fmt: skip
async def test_a_role_of_assay_cannot_become_more(sql: Sql, role: str, attempt: str) -> None:
    await sql.execute(f"set session authorization {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await sql.execute(attempt)


WORK = {  # one thing of each role's own work
    "assay_api": "select * from api.list_rate_limits()",
    "assay_worker": "select * from worker.list_models()",
    "assay_operator": "select * from operator.list_models()",
    "assay_dba_read": "select * from reporting.students",
}


@pytest.mark.parametrize("role", WORK)
async def test_a_role_does_its_own_work_and_no_other(sql: Sql, role: str) -> None:
    await sql.execute(f"set session authorization {role}")
    await sql.execute(WORK[role])
    for other in WORK.keys() - {role}:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await sql.execute(WORK[other])
