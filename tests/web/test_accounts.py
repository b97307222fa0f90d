"""Accounts: registered, verified, logged in and out, and never told about."""

import asyncio
import re
import statistics
import time
import unicodedata
from collections import Counter

import psycopg
import pytest

from app.commands.create_teacher import AccountRefused, create_teacher
from app.mail.message import HEADERS
from app.security.passwords import Turns
from tests.web.conftest import PASSWORD, Assay

ANNA = {"name": "Anna", "email": "anna@school.example", "password": PASSWORD}


async def test_a_student_registers_verifies_and_logs_in(assay: Assay) -> None:
    assert await assay.ask("POST", "/auth/register", status=202, json=ANNA) == {"status": "verification_sent"}
    login = {"email": "Anna@School.example", "password": PASSWORD}
    await assay.refused("email_not_verified", "POST", "/auth/login", json=login)
    token = await assay.token_for("anna@school.example")
    assert await assay.ask("GET", f"/auth/verify?token={token}") == {"status": "verified"}
    assert await assay.ask("POST", "/auth/verify", json={"token": token}) == {"status": "verified"}  # once more
    await assay.refused("invalid_verification_token", "POST", "/auth/verify", json={"token": token[:-1]})
    body = await assay.ask("POST", "/auth/login", json=login)
    assert body["role"] == "student"
    me = await assay.ask("GET", "/auth/me", body["token"])
    assert me == body["user"] | {"role": "student", "total_gold_coins": 0}


async def test_a_head_request_for_the_link_of_a_mail_uses_nothing_up(assay: Assay) -> None:
    await assay.ask("POST", "/auth/register", status=202, json=ANNA)
    token = await assay.token_for("anna@school.example")
    assert (await assay.client.head(f"/auth/verify?token={token}")).status_code == 405
    await assay.ask("GET", f"/auth/verify?token={token}")


async def test_the_answer_to_a_known_address_is_the_same_and_its_owner_is_told(assay: Assay) -> None:
    await assay.student("Anna")
    again = await assay.ask("POST", "/auth/register", status=202, json=ANNA | {"email": "ANNA@school.example"})
    assert again == {"status": "verification_sent"}
    assert "already has an account" in (await assay.mails("anna@school.example"))[-1]
    for path in ("/auth/verify/resend", "/auth/password/forgot"):
        known = await assay.ask("POST", path, status=202, json={"email": "anna@school.example"})
        assert known == await assay.ask("POST", path, status=202, json={"email": "nobody@school.example"})
    assert await assay.mails("nobody@school.example") == []


async def test_a_mail_is_sent_again_to_an_address_that_waits_for_it(assay: Assay) -> None:
    await assay.ask("POST", "/auth/register", status=202, json=ANNA)
    await assay.ask("POST", "/auth/verify/resend", status=202, json={"email": "anna@school.example"})
    mails = await assay.mails("anna@school.example")
    assert len(mails) == 2
    await assay.ask("POST", "/auth/verify", json={"token": await assay.token_for("anna@school.example")})


async def test_a_wrong_password_and_an_unknown_address_look_the_same(assay: Assay) -> None:
    await assay.student("Anna")
    times: dict[str, list[float]] = {"anna@school.example": [], "nobody@school.example": []}
    for _ in range(8):
        for email, spent in times.items():
            began = time.perf_counter()
            wrong = {"email": email, "password": "wrong horse"}
            await assay.refused("invalid_credentials", "POST", "/auth/login", json=wrong)
            spent.append(time.perf_counter() - began)
    known, unknown = (statistics.median(spent) for spent in times.values())
    assert unknown > known / 3  # a missing hash would answer some twenty times as fast


async def test_a_logout_kills_the_token_at_once(assay: Assay) -> None:
    anna = await assay.student("Anna")
    other = await assay.login("anna@school.example")
    await assay.ask("POST", "/auth/logout", anna, 204)
    await assay.refused("invalid_token", "GET", "/auth/me", anna)
    await assay.ask("GET", "/auth/me", other)


async def test_a_new_password_kills_every_token(assay: Assay) -> None:
    anna = await assay.student("Anna")
    await assay.ask("POST", "/auth/password/forgot", status=202, json={"email": "anna@school.example"})
    mail = (await assay.mails("anna@school.example"))[-1]
    assert re.search(r"^http\S+/auth/password/reset\?token=\S+$", mail, re.MULTILINE)
    token = await assay.token_for("anna@school.example")
    new = {"token": token, "password": "another long one"}
    await assay.ask("POST", "/auth/password/reset", json=new)
    await assay.refused("invalid_reset_token", "POST", "/auth/password/reset", json=new)
    await assay.refused("invalid_token", "GET", "/auth/me", anna)
    await assay.refused(
        "invalid_credentials", "POST", "/auth/login", json={"email": ANNA["email"], "password": PASSWORD}
    )
    await assay.ask("POST", "/auth/login", json={"email": ANNA["email"], "password": "another long one"})


async def test_the_database_keeps_no_password_and_no_token(assay: Assay) -> None:
    anna = await assay.student("Anna")
    await assay.ask("POST", "/auth/password/forgot", status=202, json={"email": ANNA["email"]})
    link = await assay.token_for("anna@school.example")
    with psycopg.connect(assay.url) as admin:
        tables = admin.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'assay'"
        )
        for (table,) in tables.fetchall():
            for (row,) in admin.execute(f"select to_jsonb(t)::text from {table} t").fetchall():
                assert not any(secret in row for secret in (PASSWORD, anna, link)), table


async def test_students_and_teachers_stay_apart(assay: Assay) -> None:
    anna, tove = await assay.student("Anna"), await assay.teacher(keys=False)
    await assay.refused("wrong_role", "GET", "/teacher/students", anna)
    await assay.refused("wrong_role", "GET", "/student/scores", tove)
    await assay.refused("validation_failed", "POST", "/auth/register", json=ANNA | {"role": "teacher"})
    await assay.ask("POST", "/auth/register", status=202, json=ANNA | {"email": "tove@school.example"})
    assert (await assay.ask("GET", "/auth/me", tove))["role"] == "teacher"


async def test_a_teacher_made_without_a_password_chooses_it_with_the_link(assay: Assay) -> None:
    local = assay.state.settings.model_copy(update={"database_url": assay.url})
    link = await asyncio.to_thread(create_teacher, local, "Tove", "Tove@school.example", None)
    assert link is not None
    assert link.startswith(local.link_prefix + "/auth/password/reset?token=")
    login = {"email": "tove@school.example", "password": PASSWORD}
    await assay.refused("invalid_credentials", "POST", "/auth/login", json=login)
    await assay.ask("POST", "/auth/password/reset", json={"token": link.partition("=")[2], "password": PASSWORD})
    assert (await assay.ask("POST", "/auth/login", json=login))["role"] == "teacher"


async def test_a_teacher_that_cannot_be_made_is_refused_in_a_plain_sentence(assay: Assay) -> None:
    local = assay.state.settings.model_copy(update={"database_url": assay.url})
    await assay.student("Anna")
    for name, email, password, said in (
        ("Tove", "anna@school.example", PASSWORD, "already"),
        ("Tove", "no address", PASSWORD, "e-mail"),
        ("Tove", "t@school.example", "", "1 to 200 characters"),
        ("\u200b", "t@school.example", PASSWORD, "visible character"),
    ):
        with pytest.raises(AccountRefused, match=said):
            await asyncio.to_thread(create_teacher, local, name, email, password)


@pytest.mark.parametrize("typed", ["eva@school.test", "eva@localhost", "eva@exämple.se"])
async def test_an_address_of_any_network_registers_and_logs_in(assay: Assay, typed: str) -> None:
    person = {"name": "Eva", "email": typed, "password": "a long password"}
    await assay.ask("POST", "/auth/register", status=202, json=person)
    stored = typed.replace("exämple", "xn--exmple-cua")
    await assay.ask("POST", "/auth/verify", json={"token": await assay.token_for(stored)})
    login = await assay.ask("POST", "/auth/login", json={"email": typed.upper(), "password": "a long password"})
    assert login["user"]["email"] == stored


async def test_an_address_that_mail_servers_may_not_take_is_refused(assay: Assay) -> None:
    person = {"name": "Eva", "email": "évà@school.example", "password": "a long password"}
    await assay.refused("validation_failed", "POST", "/auth/register", json=person)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("=?utf-8?q?a=0d=0aSubject:_X=0d=0aBcc:_e@x.example=0d=0a=0d=0a<h1>Win!</h1><!--?=", ANNA["email"]),
        ('Anna", <e@x.example>, "', ANNA["email"]),
        ("Win a prize at https://evil.example", ANNA["email"]),
        ("Anna", "=?utf-8?q?a?=@school.example"),
    ],
)
async def test_nothing_that_a_stranger_typed_stands_in_a_mail(assay: Assay, name: str, email: str) -> None:
    await assay.ask("POST", "/auth/register", status=202, json={"name": name, "email": email, "password": PASSWORD})
    tove = await assay.teacher(keys=False)
    invited = {"name": name, "email": email.replace("@", "2@")}
    await assay.ask("POST", "/teacher/teachers", tove, 201, json=invited)
    await assay.all_mail_sent()
    contents = sorted(file.read_bytes() for file in assay.mail.glob("*.eml"))
    assert len(contents) == 2
    for content in contents:
        head, _, body = content.partition(b"\n\n")
        lines = head.decode("ascii").splitlines()
        assert tuple(line.partition(":")[0] for line in lines) == HEADERS
        assert lines[1].replace('"', "") in (f"To: {email}", f"To: {invited['email']}")
        for part in (b"Win", b"evil", b"x.example", b"<h1>", name.encode()):
            assert part not in body
            assert part not in head or part == b"Anna"


async def test_registering_over_an_unverified_address_neither_takes_it_over_nor_locks_its_owner_out(
    assay: Assay,
) -> None:
    await assay.ask("POST", "/auth/register", status=202, json=ANNA)
    hers = await assay.token_for("anna@school.example")
    for number in range(8):
        over = {"name": "Mallory", "email": "ANNA@school.example", "password": f"stranger {number}"}
        assert await assay.ask("POST", "/auth/register", status=202, json=over) == {"status": "verification_sent"}
    assert len(await assay.mails("chool.example")) == 5
    login = {"email": ANNA["email"], "password": PASSWORD}
    await assay.refused("email_not_verified", "POST", "/auth/login", json=login)
    await assay.ask("POST", "/auth/verify", json={"token": hers})
    assert (await assay.ask("POST", "/auth/login", json=login))["user"]["name"] == "Anna"
    theirs = await assay.token_for("ANNA@school.example")
    await assay.refused("invalid_verification_token", "POST", "/auth/verify", json={"token": theirs})
    await assay.refused(
        "invalid_credentials", "POST", "/auth/login", json={"email": ANNA["email"], "password": "stranger 0"}
    )


async def test_an_account_is_told_five_times_an_hour_that_somebody_tried_to_register_it(assay: Assay) -> None:
    await assay.student("Anna")
    with psycopg.connect(assay.url) as admin:
        admin.execute("delete from assay.outgoing_mail")
    await asyncio.gather(*(assay.ask("POST", "/auth/register", status=202, json=ANNA) for _ in range(12)))
    mails = [mail for mail in await assay.mails("anna@school.example") if "already has an account" in mail]
    assert len(mails) == 5


async def test_an_invitation_takes_the_place_of_an_unverified_registration(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    await assay.ask("POST", "/auth/register", status=202, json=ANNA)
    theirs = await assay.token_for("anna@school.example")
    invited = {"name": "Anna Ek", "email": "Anna@school.example"}
    await assay.ask("POST", "/teacher/teachers", tove, 201, json=invited)
    await assay.refused("invalid_verification_token", "POST", "/auth/verify", json={"token": theirs})
    token = await assay.token_for("Anna@school.example")
    await assay.ask("POST", "/auth/password/reset", json={"token": token, "password": "another one"})
    login = await assay.ask("POST", "/auth/login", json={"email": "anna@school.example", "password": "another one"})
    assert (login["role"], login["user"]["name"]) == ("teacher", "Anna Ek")


@pytest.mark.parametrize("password", ["x", "é" * 200, "e\u0301" * 200, " "])
async def test_any_password_of_1_to_200_characters_is_taken_however_it_is_typed(assay: Assay, password: str) -> None:
    await assay.ask("POST", "/auth/register", status=202, json=ANNA | {"password": password})
    await assay.ask("POST", "/auth/verify", json={"token": await assay.token_for("anna@school.example")})
    for form in ("NFC", "NFD"):
        typed = unicodedata.normalize(form, password)
        await assay.ask("POST", "/auth/login", json={"email": ANNA["email"], "password": typed})


@pytest.mark.parametrize("password", ["", "x" * 201, "\0"])
async def test_a_password_of_no_or_more_characters_is_refused(assay: Assay, password: str) -> None:
    await assay.refused("validation_failed", "POST", "/auth/register", json=ANNA | {"password": password})


async def test_a_right_login_passes_a_flood_of_others_and_what_is_too_much_is_refused(assay: Assay) -> None:
    """The flood comes from one address, the login from another, as a proxy on loopback says."""
    await assay.student("Anna")
    assay.state.password_turns = Turns(at_once=1, most=8)
    wrong = {"email": "nobody@school.example", "password": "wrong"}

    async def flood(number: int) -> int:
        headers = {"X-Forwarded-For": "192.0.2.7"}
        login = wrong | {"email": f"nobody{number}@school.example"}
        return (await assay.client.post("/auth/login", json=login, headers=headers)).status_code

    floods = [asyncio.create_task(flood(number)) for number in range(60)]
    async with asyncio.timeout(300):
        while assay.state.password_turns.waiting < 8:
            await asyncio.sleep(0)
    login = {"email": ANNA["email"], "password": PASSWORD}
    answer = await assay.client.post("/auth/login", json=login, headers={"X-Forwarded-For": "192.0.2.8"})
    assert answer.status_code == 200
    said = Counter(await asyncio.gather(*floods))
    assert set(said) == {401, 503}
    assay.state.password_turns = Turns(at_once=0, most=0)
    answer = await assay.client.post("/auth/login", json=login)
    assert answer.json()["error"]["code"] == "overloaded"
    assert int(answer.headers["retry-after"]) >= 1


async def test_a_verification_link_opened_in_a_browser_shows_a_page(assay: Assay) -> None:
    new = {"name": "Berta", "email": "berta@school.example", "password": "x"}
    await assay.ask("POST", "/auth/register", status=202, json=new)
    token = await assay.token_for(new["email"])
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    head = await assay.client.head("/auth/verify", params={"token": token}, headers=browser)
    assert head.status_code == 405  # to look at a link is not to open it
    await assay.refused("email_not_verified", "POST", "/auth/login", json={k: new[k] for k in ("email", "password")})
    page = await assay.client.get("/auth/verify", params={"token": token}, headers=browser)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "is confirmed" in page.text
    await assay.ask("POST", "/auth/login", json={k: new[k] for k in ("email", "password")})
    dead = await assay.client.get("/auth/verify", params={"token": "<script>"}, headers=browser)
    assert (dead.status_code, dead.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "<script>" not in dead.text
    told = await assay.client.get("/auth/verify", params={"token": "dead"})
    assert told.json()["error"]["code"] == "invalid_verification_token"
