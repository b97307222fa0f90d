"""Accounts: registered, verified, logged in and out, and never told about."""

import asyncio
import re
import statistics
import time

import psycopg
import pytest

from app.commands.create_teacher import AccountRefused, create_teacher
from app.security.passwords import hash_password, is_outdated, is_password
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


async def test_a_head_request_for_the_link_of_a_letter_uses_nothing_up(assay: Assay) -> None:
    await assay.ask("POST", "/auth/register", status=202, json=ANNA)
    token = await assay.token_for("anna@school.example")
    assert (await assay.client.head(f"/auth/verify?token={token}")).status_code == 405
    await assay.ask("GET", f"/auth/verify?token={token}")


async def test_the_answer_to_a_known_address_is_the_same_and_its_owner_is_told(assay: Assay) -> None:
    await assay.student("Anna")
    again = await assay.ask("POST", "/auth/register", status=202, json=ANNA | {"email": "ANNA@school.example"})
    assert again == {"status": "verification_sent"}
    assert "already has an account" in (await assay.letters("anna@school.example"))[-1]
    for path in ("/auth/verify/resend", "/auth/password/forgot"):
        known = await assay.ask("POST", path, status=202, json={"email": "anna@school.example"})
        assert known == await assay.ask("POST", path, status=202, json={"email": "nobody@school.example"})
    assert await assay.letters("nobody@school.example") == []


async def test_a_letter_is_sent_again_to_an_address_that_waits_for_it(assay: Assay) -> None:
    await assay.ask("POST", "/auth/register", status=202, json=ANNA)
    await assay.ask("POST", "/auth/verify/resend", status=202, json={"email": "anna@school.example"})
    letters = await assay.letters("anna@school.example")
    assert len(letters) == 2
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
    letter = (await assay.letters("anna@school.example"))[-1]
    assert re.search(r"^http\S+/auth/password/reset\?token=\S+$", letter, re.MULTILINE)
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
        ("Tove", "t@school.example", "short", "8 characters"),
    ):
        with pytest.raises(AccountRefused, match=said):
            await asyncio.to_thread(create_teacher, local, name, email, password)


async def test_passwords_are_hashed_as_owasp_says() -> None:
    stored = await hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await is_password(PASSWORD, stored)
    assert not await is_password("wrong", stored)
    assert not await is_password(PASSWORD, None)
    assert not await is_password(PASSWORD, "not a hash")
    assert not is_outdated(stored)
    assert is_outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA")


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
