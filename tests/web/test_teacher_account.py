"""A teacher's colleagues, keys and limits."""

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2

from app.web.lifespan import POLL_SECONDS
from tests.web.conftest import INSTRUCTIONS, LATER, PASSWORD, Assay
from tests.web.serve_process import serving


@asynccontextmanager
async def another_process(assay: Assay, folder: Path, **variables: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A second API on the same database."""
    async with serving(assay.url, folder, "--no-worker", "--no-migrate", **variables) as served:
        async with httpx2.AsyncClient(base_url=served.url, timeout=300, trust_env=False) as client:
            yield client
        assert await served.ended() == 0


async def test_a_colleague_gets_a_mail_whose_link_sets_the_password_once(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    made = await assay.ask(
        "POST", "/teacher/teachers", tove, 201, json={"name": "Ulf Ek", "email": "Ulf@School.example"}
    )
    (mail,) = await assay.mails(made["email"])
    prefix = f"{assay.state.settings.link_prefix}/auth/password/reset?token="
    (link,) = [line for line in mail.splitlines() if line.startswith("http")]
    assert link.startswith(prefix)
    login = {"email": "ulf@school.example", "password": PASSWORD}
    await assay.refused("invalid_credentials", "POST", "/auth/login", json=login)  # no password yet
    page = await assay.client.get(link.removeprefix(assay.state.settings.link_prefix))
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html")
    reset = {"token": link.removeprefix(prefix), "password": PASSWORD}
    await assay.ask("POST", "/auth/password/reset", json=reset)
    await assay.refused("invalid_reset_token", "POST", "/auth/password/reset", json=reset)
    told = await assay.ask("POST", "/auth/login", json=login)
    assert (told["role"], told["user"]["id"]) == ("teacher", made["id"])
    listed = (await assay.ask("GET", "/teacher/teachers", told["token"]))["items"]
    assert [one["name"] for one in listed] == ["Ulf Ek", "Tove"]
    assert listed[0] == made


async def test_an_address_that_anybody_has_is_a_conflict_and_gets_no_mail(assay: Assay) -> None:
    tove, _ = await assay.teacher(keys=False), await assay.student("Anna")
    for email in ("tove@school.example", "anna@school.example", "ANNA@school.example"):
        known = len(await assay.mails(email.lower()))
        await assay.refused("conflict", "POST", "/teacher/teachers", tove, json={"name": "X", "email": email})
        assert len(await assay.mails(email.lower())) == known
    assert len((await assay.ask("GET", "/teacher/teachers", tove))["items"]) == 1
    await assay.refused("validation_failed", "POST", "/teacher/teachers", tove, json={"name": "", "email": "x"})


async def test_a_key_is_stored_replaced_and_deleted(assay: Assay) -> None:
    tove, ulf = await assay.teacher(keys=False), await assay.teacher("Ulf", keys=False)
    path = "/teacher/api-keys/openai"
    assert await assay.ask("GET", "/teacher/api-keys", tove) == {"items": [], "next_cursor": None}
    first = await assay.ask("PUT", path, tove, json={"key": "sk-sim-first-1111"})
    assert (first["last4"], first["state"], first["last_ok_at"], first["last_error"]) == ("1111", "unused", None, None)
    second = await assay.ask("PUT", path, tove, json={"key": "  sk-sim-second-2222\n"})
    assert second["last4"] == "2222"
    assert second["created_at"] > first["created_at"]
    # The service says no: the stored one stays.
    rejected = {"key": "sk-sim:models,fail=401"}
    assert await assay.refused("api_key_rejected", "PUT", path, tove, json=rejected) == {"provider": "openai"}
    assert (await assay.ask("GET", "/teacher/api-keys", tove))["items"] == [second]
    # A service that answers with anything else has not said no.
    for fault in ("fail=500", "fail=429", "fail=permission", "close", "html"):
        await assay.ask("PUT", path, tove, json={"key": f"sk-sim:models,{fault}"})
    for wrong in ("", "a b", "sk-\x00", "x" * 1001, "nøkkel-æøå"):
        await assay.refused("validation_failed", "PUT", path, tove, json={"key": wrong})
    assert (await assay.ask("GET", "/teacher/api-keys", ulf))["items"] == []
    await assay.refused("not_found", "DELETE", path, ulf)
    await assay.ask("DELETE", path, tove, 204)
    await assay.refused("not_found", "DELETE", path, tove)
    assert (await assay.ask("GET", "/teacher/api-keys", tove))["items"] == []


async def test_a_service_that_cannot_be_reached_is_no_reason_to_refuse_a_key(assay: Assay, tmp_path: Path) -> None:
    tove = await assay.teacher(keys=False)
    nowhere = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
    async with another_process(assay, tmp_path, **nowhere) as client:
        client.headers["Authorization"] = f"Bearer {tove}"
        for provider, key in (("openai", "sk-proj-abcdefgh1234"), ("anthropic", "sk-ant-abcdefgh5678")):
            answer = await client.put(f"/teacher/api-keys/{provider}", json={"key": key})
            assert (answer.status_code, answer.json()["last4"]) == (200, key[-4:])


async def test_a_key_says_whether_its_service_took_it(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    # Refused at the first use of the one, answered at the other.
    await assay.ask("PUT", "/teacher/api-keys/openai", tove, json={"key": "sk-sim:fail=auth"})
    await assay.ask("PUT", "/teacher/api-keys/anthropic", tove, json={"key": "sk-sim-of-tove"})
    sent = {"instructions": INSTRUCTIONS, "deadline": LATER}
    await assay.ask("POST", "/teacher/assignments", tove, 201, json=sent)

    async def states() -> dict[str, tuple[str, bool, bool]]:
        items = (await assay.ask("GET", "/teacher/api-keys", tove))["items"]
        return {one["provider"]: (one["state"], bool(one["last_ok_at"]), bool(one["last_error"])) for one in items}

    assert await states() == {"anthropic": ("ok", True, False), "openai": ("refused", False, True)}
    # Another key is another chance.
    await assay.ask("PUT", "/teacher/api-keys/openai", tove, json={"key": "sk-sim-of-tove"})
    assert (await states())["openai"] == ("unused", False, False)
    await assay.ask("POST", "/teacher/assignments", tove, 201, json=sent)
    assert (await states())["openai"] == ("ok", True, False)
    # With nothing but a refused key no service is left.
    await assay.ask("DELETE", "/teacher/api-keys/anthropic", tove, 204)
    await assay.ask("PUT", "/teacher/api-keys/openai", tove, json={"key": "sk-sim:fail=auth"})
    await assay.refused("ai_unavailable", "POST", "/teacher/assignments", tove, json=sent)
    assert await states() == {"openai": ("refused", False, True)}


async def test_a_changed_limit_is_in_force_in_another_process_too(assay: Assay, tmp_path: Path) -> None:
    """Long before that process would read the limits anew by itself; the time is printed."""
    tove = await assay.teacher(keys=False)
    async with another_process(assay, tmp_path) as other:
        before = await other.get("/health")
        await assay.ask("PUT", "/teacher/rate-limits/read", tove, json={"limit": "2/minute; 100/hour"})
        started = time.monotonic()
        while (answer := await other.get("/auth/verify/no")).headers["x-ratelimit-limit"] != "2":
            assert time.monotonic() - started < POLL_SECONDS / 3, "the other process never heard of it"
        print(f"in force after {time.monotonic() - started:.3f} s")
        assert re.match(r'"read";q=2;w=60, "read";q=100;w=3600', answer.headers["ratelimit-policy"])
        assert before.headers["x-ratelimit-limit"] != "2"
        statuses = [(await other.get("/openapi.json")).status_code for _ in range(3)]
        assert statuses[-1] == 429
