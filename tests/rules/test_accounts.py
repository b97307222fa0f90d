"""Accounts: what a stranger sends changes nothing that is live, and who has the mailbox has the account."""

import asyncio

import asyncpg
import pytest

from tests.rules.rows import Sql, digest, only, refused, row, school, student, teacher

ADA = "ada@example.org"
LOG_IN = "select role from api.read_login($1) l, api.log_in(l.account_id, l.password_hash, null, $2)"


async def register(sql: Sql, link: str, name: str = "Ada", password: str = "hash", email: str = ADA) -> None:
    """Register; the mail's link has this token."""
    await sql.execute("select api.register($1, $2, $3, $4, 'sealed')", name, email, password, digest(link))


async def verify(sql: Sql, link: str) -> None:
    await sql.execute("select api.verify_email($1)", digest(link))


async def mailed(sql: Sql) -> list[str]:
    """The kinds of mail that were queued, in their order."""
    return [row["kind"] for row in await sql.fetch("select kind from assay.outgoing_mail order by id")]


async def test_a_student_registers_verifies_and_logs_in(sql: Sql) -> None:
    await register(sql, "link")
    with refused(by="email_not_verified"):
        await sql.execute(LOG_IN, "ADA@example.org", digest("token"))
    await verify(sql, "link")
    await verify(sql, "link")  # a mail scanner was first
    assert await sql.fetchval(LOG_IN, "ADA@example.org", digest("token")) == "student"
    assert await sql.fetchval("select role from api.read_me($1)", digest("token")) == "student"
    await register(sql, "again", email="ada@EXAMPLE.org")
    assert await mailed(sql) == ["verify_email", "already_registered"]
    with refused(by="invalid_credentials"):
        await sql.execute("select api.log_in((api.read_me($1)).id, 'other', null, sha256('x'))", digest("token"))


async def test_an_unverified_address_owns_nothing(sql: Sql) -> None:
    await register(sql, "link")
    assert await sql.fetchval("select count(*) from assay.students") == 0
    assert await sql.fetchval("select count(*) from assay.email_addresses") == 0


async def test_a_registration_over_an_unverified_address_changes_nothing_of_the_earlier_one(sql: Sql) -> None:
    await register(sql, "hers", "Ada", "her hash")
    await register(sql, "theirs", "Mallory", "their hash", "ADA@example.org")
    stored = "select password_hash from api.read_login($1)"
    assert await sql.fetchval(stored, ADA) == "her hash"
    await verify(sql, "hers")
    assert await only(sql, "select name, email, password_hash from assay.students") == ("Ada", ADA, "her hash")
    with refused(by="invalid_verification_token"):
        await verify(sql, "theirs")
    assert await sql.fetchval(stored, ADA) == "her hash"


async def test_the_link_that_is_opened_says_which_registration_becomes_the_account(sql: Sql) -> None:
    await register(sql, "first", "Ada", "first hash")
    await register(sql, "second", "Ada Lovelace", "second hash")
    await verify(sql, "second")
    assert await only(sql, "select name, password_hash from assay.students") == ("Ada Lovelace", "second hash")
    with refused(by="invalid_verification_token"):
        await verify(sql, "first")


async def test_another_link_for_a_registration_leaves_the_earlier_one_good(sql: Sql) -> None:
    await register(sql, "first", password="her hash")
    await register(sql, "stranger", password="their hash")
    await sql.execute("select api.resend_verification('ADA@example.org', $1, 'sealed')", digest("second"))
    await verify(sql, "second")
    await verify(sql, "second")
    assert await sql.fetchval("select password_hash from assay.students") == "her hash"
    assert await mailed(sql) == ["verify_email"] * 3


async def test_who_has_the_mailbox_recovers_a_registration_with_a_new_password(sql: Sql) -> None:
    await register(sql, "stranger", password="their hash")
    await sql.execute("select api.forgot_password('ADA@example.org', $1, 'sealed')", digest("link"))
    await sql.execute("select api.reset_password($1, 'her hash')", digest("link"))
    assert await only(sql, "select email, password_hash from assay.students") == (ADA, "her hash")
    with refused(by="invalid_verification_token"):
        await verify(sql, "stranger")
    with refused(by="invalid_reset_token"):
        await sql.execute("select api.reset_password($1, 'other hash')", digest("link"))


async def test_a_teacher_takes_the_place_of_an_unverified_registration(sql: Sql) -> None:
    here = await school(sql)
    await register(sql, "first", email="bo@example.org")
    await register(sql, "second", email="cy@example.org")
    await register(sql, "third", email="di@example.org")
    invite = "select api.invite_teacher($1, 'Bo', 'BO@example.org', $2, 'sealed')"
    await sql.execute(invite, here.teacher.token, digest("invitation"))
    await sql.execute("select operator.create_teacher('Cy', 'CY@example.org', 'hash', null)")
    await row(sql, "teachers", name="Di", email="DI@example.org")
    for link in ("first", "second", "third"):
        with refused(by="invalid_verification_token"):
            await verify(sql, link)
    assert await sql.fetchval("select count(*) from assay.registrations") == 0


async def test_an_invited_teacher_sets_a_password_and_an_address_is_invited_once(sql: Sql) -> None:
    here = await school(sql)
    invite = "select (api.invite_teacher($1, 'Bo', 'bo@example.org', $2, 'sealed')).id"
    await sql.fetchval(invite, here.teacher.token, digest("link"))
    with refused(by="email_taken"):
        await sql.fetchval(invite, here.teacher.token, digest("other"))
    assert await mailed(sql) == ["invitation"]
    await sql.execute("select api.reset_password($1, 'hash')", digest("link"))
    assert await sql.fetchval("select can_log_in from reporting.teachers where email = 'bo@example.org'")
    with refused(by="email_taken"):
        await sql.execute("select operator.create_teacher('Bo', 'BO@example.org', 'hash', null)")
    await sql.execute("select operator.create_teacher('Cy', 'cy@example.org', null, $1)", digest("cy"))
    await sql.execute("select api.reset_password($1, 'hash')", digest("cy"))
    assert await mailed(sql) == ["invitation"]


async def test_a_new_password_ends_every_session_and_its_link_works_once(sql: Sql) -> None:
    ada = await student(sql, email=ADA)
    forgot = "select api.forgot_password($1, $2, 'sealed')"
    await sql.execute(forgot, "ada@EXAMPLE.org", digest("link"))
    await sql.execute(forgot, "nobody@example.org", digest("x"))
    assert await mailed(sql) == ["reset_password"]
    await sql.execute("select api.reset_password($1, 'new hash')", digest("link"))
    with refused(by="invalid_reset_token"):
        await sql.execute("select api.reset_password($1, 'newer hash')", digest("link"))
    with refused(by="invalid_token"):
        await sql.execute("select * from api.read_me($1)", ada.token)


async def test_a_login_does_not_outlive_a_password_that_is_set_beside_it(db: str, sql: Sql) -> None:
    """Whichever comes first: the login's session ends, or the login finds its password changed."""
    people = (
        await student(sql, email=ADA, password_hash="old"),
        await teacher(sql, email="t@example.org", password_hash="old"),
    )
    for person, email in zip(people, (ADA, "t@example.org"), strict=True):
        await sql.execute("select api.forgot_password($1, $2, 'sealed')", email, digest(email))
        other = await asyncpg.connect(db)
        try:
            login = other.transaction()
            await login.start()
            await other.execute("select api.log_in($1, 'old', null, $2)", person.id, digest(f"{email} token"))
            reset = asyncio.create_task(sql.execute("select api.reset_password($1, 'new')", digest(email)))
            await waits_for_a_lock(other)
            await login.commit()
            await reset
        finally:
            await other.close()
        with refused(by="invalid_token"):
            await sql.execute("select * from api.read_me($1)", digest(f"{email} token"))
        with refused(by="invalid_credentials"):
            await sql.execute("select api.log_in($1, 'old', null, $2)", person.id, digest("late"))


@pytest.mark.parametrize(
    ("end", "of"), [("select operator.end_sessions($1)", "id"), ("select api.end_my_sessions($1)", "token")]
)
async def test_a_login_does_not_outlive_the_end_of_all_sessions_beside_it(db: str, sql: Sql, end: str, of: str) -> None:
    for person in (await student(sql, password_hash="hash"), await teacher(sql, password_hash="hash")):
        other = await asyncpg.connect(db)
        try:
            login = other.transaction()
            await login.start()
            await other.execute("select api.log_in($1, 'hash', null, $2)", person.id, digest(f"{person.id}"))
            ending = asyncio.create_task(sql.execute(end, getattr(person, of)))
            await waits_for_a_lock(other)
            await login.commit()
            await ending
        finally:
            await other.close()
        with refused(by="invalid_token"):
            await sql.execute("select * from api.read_me($1)", digest(f"{person.id}"))


async def waits_for_a_lock(sql: Sql) -> None:
    """Until some statement of this database waits for a lock."""
    waiting = """
        select exists (select from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock')"""
    async with asyncio.timeout(300):
        while not await sql.fetchval(waiting):
            await asyncio.sleep(0.01)


async def test_a_link_that_has_expired_opens_nothing(sql: Sql) -> None:
    await register(sql, "link")
    await student(sql, email="bo@example.org")
    await sql.execute("select api.forgot_password('bo@example.org', $1, 'sealed')", digest("reset"))
    await sql.execute("update assay.links set expires_at = now()")
    with refused(by="invalid_verification_token"):
        await verify(sql, "link")
    with refused(by="invalid_reset_token"):
        await sql.execute("select api.reset_password($1, 'hash')", digest("reset"))
    with refused(by="invalid_reset_token"):
        await sql.execute("select api.reset_password($1, 'hash')", digest("unknown"))


async def test_unverified_people_go_when_their_last_link_has_expired(sql: Sql) -> None:
    await register(sql, "gone")
    await register(sql, "stays", email="bo@example.org")
    await sql.execute("update assay.links set expires_at = now() where digest = $1", digest("gone"))
    await sql.execute(
        "update assay.outgoing_mail set sent_at = now(), sealed_link = null, created_at = now() - interval '2 hours'"
    )
    assert await sql.fetchval("select worker.prune_mail(30, 100)") == 1
    for table in ("registrations", "outgoing_mail"):
        assert [r[0] for r in await sql.fetch(f"select address from assay.{table}")] == ["bo@example.org"]
    assert [r[0] for r in await sql.fetch("select address from assay.mail_recipients")] == ["bo@example.org"]
