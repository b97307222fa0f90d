"""Mail is a row until it is sent: nobody's mailbox is flooded, nothing is lost, and no link outlives its use."""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from tests.rules.rows import Sql, digest, only, refused, row, student

ADA = "ada@example.org"
CLAIM = "select * from worker.claim_mail(100, 60)"


async def forgot(sql: Sql, link: str, email: str = ADA) -> None:
    await sql.execute("select api.forgot_password($1, $2, 'sealed')", email, digest(link))


async def register(sql: Sql, link: str, email: str = ADA) -> None:
    await sql.execute("select api.register('Ada', $1, 'hash', $2, 'sealed')", email, digest(link))


async def count(sql: Sql) -> int:
    mails: int = await sql.fetchval("select count(*) from assay.outgoing_mail")
    return mails


async def claim(sql: Sql) -> UUID:
    """The one mail that is due."""
    (mail,) = await sql.fetch(CLAIM)
    found: UUID = mail["id"]
    return found


async def test_five_mails_an_hour_go_to_an_address_whatever_their_kind(sql: Sql) -> None:
    await register(sql, "1")
    await register(sql, "2")
    await sql.execute("select api.resend_verification($1, $2, 'sealed')", ADA, digest("3"))
    for n in range(4, 9):
        await forgot(sql, f"{n}", ADA.upper())
    assert await count(sql) == 5
    await register(sql, "another", "bo@example.org")
    assert await count(sql) == 6
    for link in ("1", "2", "3"):
        assert await sql.fetchval("select count(*) from assay.links where digest = $1", digest(link)) == 1
    await sql.execute("update assay.outgoing_mail set created_at = now() - interval '2 hours'")
    await register(sql, "later")
    assert await count(sql) == 7


async def test_who_is_told_that_the_address_has_an_account_can_recover_it(sql: Sql) -> None:
    await student(sql, email=ADA)
    for n in range(8):
        await register(sql, f"{n}")
    assert [r[0] for r in await sql.fetch("select kind from assay.outgoing_mail")] == ["already_registered"] * 5
    await forgot(sql, "suppressed")
    assert await count(sql) == 5
    await sql.execute("select api.reset_password($1, 'new')", digest("4"))


async def test_the_ceiling_leaves_nobody_without_a_link_that_works(sql: Sql) -> None:
    for n in range(5):
        await register(sql, f"{n}")
    await sql.execute("select api.verify_email($1)", digest("2"))
    await forgot(sql, "needed")
    await forgot(sql, "suppressed")
    assert await count(sql) == 6
    await sql.execute("select api.reset_password($1, 'new')", digest("needed"))


async def test_the_ceiling_holds_when_many_ask_at_once(db: str, sql: Sql) -> None:
    await student(sql, email=ADA)
    others = [await asyncpg.connect(db) for _ in range(12)]
    try:
        await asyncio.gather(*(forgot(other, f"{n}") for n, other in enumerate(others)))
    finally:
        for other in others:
            await other.close()
    assert await count(sql) == 5


async def test_the_ceiling_holds_for_rows_that_are_written_by_hand(sql: Sql) -> None:
    for n in range(5):
        await register(sql, f"{n}")
    with refused(by="mail_ceiling"):
        await row(sql, "outgoing_mail", kind="verify_email", recipient=ADA, address=ADA)


async def test_a_mail_is_claimed_by_one_process_and_due_again_when_that_one_died(db: str, sql: Sql) -> None:
    await register(sql, "link")
    others = [await asyncpg.connect(db) for _ in range(4)]
    try:
        claims = await asyncio.gather(*(other.fetch(CLAIM) for other in others))
    finally:
        for other in others:
            await other.close()
    assert sum(map(len, claims)) == 1
    await sql.execute("update assay.outgoing_mail set next_attempt_at = now()")
    (again,) = await sql.fetch(CLAIM)
    assert (again["attempt"], again["recipient"], again["link_digest"]) == (2, ADA, digest("link"))


async def test_a_mail_that_was_sent_keeps_no_link_and_the_lifetime_of_the_link_begins(sql: Sql) -> None:
    await student(sql, email=ADA)
    await forgot(sql, "link")
    left = "select expires_at - now() from assay.links"
    assert await sql.fetchval(left) > timedelta(hours=24)
    await sql.execute("select worker.finish_mail($1)", await claim(sql))
    assert await sql.fetchval("select sealed_link is null and sent_at is not null from assay.outgoing_mail")
    assert timedelta(minutes=59) < await sql.fetchval(left) <= timedelta(hours=1)
    assert await sql.fetch(CLAIM) == []
    assert await sql.fetchval("select status from reporting.outgoing_mail") == "sent"


async def test_an_attempt_that_failed_is_repeated_with_growing_pauses_for_a_day(sql: Sql) -> None:
    await register(sql, "link")
    pauses, attempt, ended = [], 0, False
    while not ended:
        (mail,) = await sql.fetch(CLAIM)
        attempt += 1
        assert mail["attempt"] == attempt
        ended = await sql.fetchval("select worker.fail_mail($1, $2, '451 busy', false)", mail["id"], attempt)
        pause = await sql.fetchval("select extract(epoch from next_attempt_at - now())::int from assay.outgoing_mail")
        pauses.append(pause)
        # As if it had passed.
        await sql.execute(
            "update assay.outgoing_mail set next_attempt_at = now(), queued_at = queued_at - $1::interval",
            timedelta(seconds=pause),
        )
    assert pauses[:9] == [10, 20, 40, 80, 160, 320, 640, 1280, 1800]
    assert 23 * 3600 < sum(pauses[:-1]) <= 24 * 3600
    assert await only(sql, "select status, last_error from reporting.outgoing_mail") == ("failed", "451 busy")


async def test_a_result_of_an_earlier_attempt_changes_nothing(sql: Sql) -> None:
    await register(sql, "link")
    mail = await claim(sql)
    await sql.execute("update assay.outgoing_mail set next_attempt_at = now()")
    await claim(sql)
    assert not await sql.fetchval("select worker.fail_mail($1, 1, 'late', true)", mail)
    assert await sql.fetchval("select status from reporting.outgoing_mail") == "queued"


async def test_a_failed_mail_is_listed_and_sent_again_while_its_link_can_be_used(sql: Sql) -> None:
    await register(sql, "link")
    mail = await claim(sql)
    assert await sql.fetchval("select worker.fail_mail($1, 1, '550 no such user', true)", mail)
    assert await sql.fetch(CLAIM) == []
    (listed,) = await sql.fetch("select * from operator.list_mail(50)")
    assert (listed["id"], listed["status"], listed["last_error"]) == (mail, "failed", "550 no such user")
    await sql.execute("select operator.resend_mail($1)", mail)
    assert await claim(sql) == mail
    with refused(by="mail_not_failed"):
        await sql.execute("select operator.resend_mail($1)", mail)
    with refused(by="not_found"):
        await sql.execute("select operator.resend_mail(gen_random_uuid())")


async def test_mail_whose_link_is_of_no_use_any_more_is_neither_sent_nor_sent_again(sql: Sql) -> None:
    await register(sql, "first")
    await register(sql, "second")
    await sql.execute("select api.verify_email($1)", digest("first"))
    claimed = await sql.fetch(CLAIM)
    assert [mail["link_digest"] for mail in claimed] == [digest("first")]
    failed, sealed = await only(sql, "select id, sealed_link from assay.outgoing_mail where failed_at is not null")
    assert sealed is None
    with refused(by="mail_link_gone"):
        await sql.execute("select operator.resend_mail($1)", failed)


async def test_mail_goes_with_the_person_it_was_written_to(sql: Sql) -> None:
    ada = await student(sql, email=ADA)
    await forgot(sql, "link")
    await sql.execute("delete from assay.students where id = $1", ada.id)
    assert await count(sql) == 0
    assert await sql.fetchval("select count(*) from assay.mail_recipients") == 0


async def test_old_mail_is_pruned_unless_it_waits(sql: Sql) -> None:
    await student(sql, email=ADA)
    await forgot(sql, "sent")
    await sql.execute("select worker.finish_mail($1)", await claim(sql))
    await forgot(sql, "waits")
    await sql.execute("update assay.outgoing_mail set created_at = now() - interval '31 days'")
    await sql.execute("select worker.prune_mail(30, 100)")
    assert [r[0] for r in await sql.fetch("select link_digest from assay.outgoing_mail")] == [digest("waits")]


async def test_who_sends_mail_is_told_of_it(sql: Sql) -> None:
    heard = asyncio.Event()
    await sql.add_listener("assay_mail", lambda *_: heard.set())
    await register(sql, "link")
    async with asyncio.timeout(300):
        await heard.wait()


@pytest.mark.parametrize("kind", ["verify_email", "already_registered", "reset_password", "invitation"])
async def test_every_kind_of_mail_has_a_link_with_a_lifetime(sql: Sql, kind: str) -> None:
    ada = await student(sql)
    await sql.execute("select assay.make_link($1, $2, $3, null, null, false)", digest("x"), kind, ada.id)
    purpose, lifetime = await only(sql, "select purpose, expires_at - created_at from assay.links")
    assert (purpose == "verify_email") == (kind == "verify_email")
    assert lifetime >= timedelta(hours=1)
