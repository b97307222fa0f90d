"""How often a client may ask."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from app.security.passwords import digest
from app.web.rate_limits import FAILED_LOGINS, LOGIN_TRIES, InProcessStorage, RateLimits, is_fair
from app.web.state import Accounts
from tests.web.conftest import PASSWORD, Assay, Serve, toy_route, until
from tests.web.redis_server import redis
from tests.web.school import rows

ROUTES = (
    toy_route("GET", "/read", "nothing"),
    toy_route("GET", "/alive", "nothing", limited=False),
    toy_route("GET", "/auth/in", "nothing", scope="auth"),
)
QUERIES = {"student/nothing": "select '{}'::json"}


def set_limit(url: str, scope: str, rule: str) -> None:
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("update toy.limits set rule = %s where scope = %s", [rule, scope])
        admin.execute("notify assay_rate_limits")


async def test_every_answer_says_what_remains(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        for path, left in (("/read", 99), ("/read", 98), ("/nothing", 97)):
            headers = (await toy.client.get(path)).headers
            assert headers["ratelimit-policy"] == '"read";q=100;w=60'
            assert headers["ratelimit"].startswith(f'"read";r={left};t=')
            assert headers["x-ratelimit-limit"] == "100"
            assert headers["x-ratelimit-remaining"] == str(left)
            assert int(headers["x-ratelimit-reset"]) > 1_700_000_000


async def test_too_many_requests_are_refused_until_the_window_is_over(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        await until(lambda: toy.state.job_updates.connected)
        set_limit(toy.url, "read", "3/second")
        await until(lambda: toy.state.rate_limits.rules["read"].text == "3/second")
        async with asyncio.timeout(300):
            while (refused := await toy.client.get("/read")).status_code == 200:
                pass
        assert refused.json()["error"]["code"] == "rate_limited"
        assert refused.json()["error"]["details"] == {
            "retry_after": int(refused.headers["retry-after"]),
            "scope": "read",
        }
        assert int(refused.headers["retry-after"]) == 1
        assert refused.headers["x-ratelimit-remaining"] == "0"
        async with asyncio.timeout(300):
            while (await toy.client.get("/read")).status_code == 429:
                await asyncio.sleep(0.05)


async def test_who_asks_whether_it_lives_is_counted_and_never_refused(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        await until(lambda: toy.state.job_updates.connected)
        set_limit(toy.url, "read", "60/hour")
        await until(lambda: toy.state.rate_limits.rules["read"].text == "60/hour")
        answers = [await toy.client.get("/alive") for _ in range(62)]
        assert [answer.status_code for answer in answers] == [200] * 62
        left = [int(answer.headers["x-ratelimit-remaining"]) for answer in answers]
        assert left == [*range(59, -1, -1), 0, 0]
        assert (await toy.client.get("/read")).status_code == 429


async def test_the_limit_of_one_account_speaks_in_the_headers_of_a_login(assay: Assay) -> None:
    login = {"email": "anna@school.example", "password": PASSWORD}
    for left in (LOGIN_TRIES - 1, LOGIN_TRIES - 2):
        headers = (await assay.client.post("/auth/login", json=login)).headers
        assert headers["x-ratelimit-limit"] == str(LOGIN_TRIES)
        assert headers["x-ratelimit-remaining"] == str(left)
        assert len(headers.get_list("ratelimit")) == 1
    for _ in range(3):  # somebody else counts for themselves
        headers = (await assay.client.post("/auth/login", json={**login, "email": "bert@school.example"})).headers
    assert headers["x-ratelimit-remaining"] == str(LOGIN_TRIES - 3)


async def test_invented_tokens_are_nobody_and_count_by_address(assay: Assay) -> None:
    await set_rule(assay, "read", "60/hour")
    statuses = []
    for number in range(70):
        headers = {"Authorization": f"Bearer invented-{number}"}
        statuses.append((await assay.client.get("/auth/me", headers=headers)).status_code)
    assert statuses == [401] * 60 + [429] * 10


async def test_a_person_is_counted_whichever_token_they_send(assay: Assay) -> None:
    tove, ulf = await assay.teacher("Tove", keys=False), await assay.teacher("Ulf", keys=False)
    await set_rule(assay, "read", "60/hour")
    tokens = [tove, await assay.login("tove@school.example"), await assay.login("tove@school.example")]
    statuses = [(await assay.client.get("/auth/me", headers=bearer(token))).status_code for token in tokens * 21]
    assert statuses == [200] * 60 + [429] * 3
    assert (await assay.client.get("/auth/me", headers=bearer(ulf))).status_code == 200


async def test_one_address_may_ask_five_times_as_often_as_one_person(assay: Assay) -> None:
    await set_rule(assay, "read", "60/hour")
    teachers = [await assay.teacher(f"T{number}", keys=False) for number in range(6)]
    for one in teachers[:5]:
        answers = await asyncio.gather(*(assay.client.get("/auth/me", headers=bearer(one)) for _ in range(60)))
        assert {answer.status_code for answer in answers} == {200}
    assert (await assay.client.get("/auth/me", headers=bearer(teachers[5]))).status_code == 429
    elsewhere = bearer(teachers[5]) | {"X-Forwarded-For": "192.0.2.7"}
    assert (await assay.client.get("/auth/me", headers=elsewhere)).status_code == 200


async def test_a_token_that_this_process_does_not_know_costs_one_statement_once(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    assay.state.accounts = Accounts()
    assert (await assay.client.get("/auth/me", headers=bearer(tove))).status_code == 200
    assert assay.state.accounts.get(digest(tove)) == (await assay.ask("GET", "/auth/me", tove))["id"]


async def test_many_failed_logins_are_refused_and_the_right_password_passes(assay: Assay) -> None:
    await assay.student("Anna")
    (ceiling,) = FAILED_LOGINS
    wrong = {"email": "anna@school.example", "password": "wrong"}
    statuses = []
    for number in range(ceiling.amount + 3):
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        answer = await assay.client.post("/auth/login", json=wrong, headers=headers)
        statuses.append(answer.status_code)
    assert statuses == [401] * ceiling.amount + [429] * 3
    assert int(answer.headers["retry-after"]) > 0
    await assay.login("anna@school.example")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def set_rule(assay: Assay, scope: str, text: str) -> None:
    """A rule in the table, once this process obeys it."""
    rows(assay, "update assay.rate_limits set rule = %(text)s where scope = %(scope)s", text=text, scope=scope)
    await until(lambda: assay.state.rate_limits.rules[scope].text == text)


async def test_a_changed_limit_starts_anew_and_an_unreadable_one_changes_nothing(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        await toy.client.get("/read")
        with psycopg.connect(toy.url, autocommit=True) as admin:
            admin.execute("update toy.limits set rule = 'often' where scope = 'read'")
        await toy.state.reload()
        assert (await toy.client.get("/read")).headers["x-ratelimit-remaining"] == "98"


async def test_of_several_windows_the_tightest_speaks() -> None:
    limits = RateLimits(rules=[("read", "2/second; 3/hour")])
    verdicts = [await limits.person("read", "x") for _ in range(3)]
    assert [verdict.allowed for verdict in verdicts] == [True, True, False]
    assert dict(verdicts[0].headers)[b"ratelimit-policy"] == b'"read";q=2;w=1, "read";q=60;w=3600'
    assert dict(verdicts[2].headers)[b"x-ratelimit-limit"] == b"2"


async def test_one_account_may_be_tried_less_often_than_one_address() -> None:
    limits = RateLimits(rules=[("auth", "300/minute")])
    assert sum([(await limits.login("x", "a")).allowed for _ in range(100)]) == LOGIN_TRIES
    limits.reload([("auth", "5/minute")])
    assert sum([(await limits.login("x", "a")).allowed for _ in range(100)]) == 5


@pytest.mark.parametrize("rule", ["often", "", "3/fortnight"])
def test_a_rule_that_cannot_be_read_is_an_error(rule: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        RateLimits(rules=[("read", rule)])


@pytest.mark.parametrize(
    ("rule", "fair"),
    [("1/minute", True), ("59/hour", False), ("60/hour", True), ("1/year", False), ("1440/day", True),
     ("1000000/2 day", False), ("100/second; 1/day", False)],
)  # fmt: skip
def test_a_rule_leaves_everybody_a_request_a_minute_and_ends_within_a_day(rule: str, fair: bool) -> None:
    assert is_fair(rule) == fair


async def test_a_stored_rule_that_would_shut_people_out_is_not_obeyed() -> None:
    limits = RateLimits(rules=[("read", "1/year")])
    (item,) = limits.rules["read"].person.items
    assert (item.amount, item.get_expiry()) == (1440, 86_400)


async def test_the_number_of_counters_is_bounded() -> None:
    storage = InProcessStorage(most_counters=1000)
    for number in range(1010):
        await storage.incr(f"{number}", 60)
    assert len(storage.counters) <= 1000
    assert await storage.get("1009") == 1


@pytest.mark.parametrize("scheme", ["redis", "valkey"])
async def test_processes_that_share_a_storage_count_together(tmp_path: Path, scheme: str) -> None:
    async with redis(tmp_path) as server:
        url = f"{scheme}://127.0.0.1:{server.port}"
        first, second = (RateLimits(url, [("read", "60/hour")]) for _ in "ab")
        verdicts = [await (first, second)[number % 2].person("read", "anna") for number in range(62)]
        assert [verdict.allowed for verdict in verdicts] == [True] * 60 + [False] * 2
        assert [verdict.remaining for verdict in verdicts] == [*range(59, -1, -1), 0, 0]
        assert (await second.person("read", "bert")).allowed
        addresses = [await first.address("read", "192.0.2.1") for _ in range(301)]
        assert [one.allowed for one in addresses] == [True] * 300 + [False]
