"""How often a client may ask."""

import asyncio

import psycopg
import pytest

from app.web.rate_limits import LOGIN_TRIES, MANY, Limiter, Window
from app.web.routes import Route
from tests.web.conftest import PASSWORD, Assay, Serve, until

ROUTES = (
    Route(verb="GET", path="/read", summary="", scope="read", query="student/nothing", public=True),
    Route(verb="GET", path="/alive", summary="", scope="read", query="student/nothing", public=True, limited=False),
    Route(verb="GET", path="/auth/in", summary="", scope="auth", query="student/nothing", public=True),
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
        await until(lambda: toy.world.news.connected)
        set_limit(toy.url, "read", "3/second")
        await until(lambda: toy.world.limiter.rules["read"].text == "3/second")
        answers = [await toy.client.get("/read") for _ in range(5)]
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert refused.json()["error"]["code"] == "rate_limited"
        assert int(refused.headers["retry-after"]) == 1
        assert refused.headers["x-ratelimit-remaining"] == "0"
        await asyncio.sleep(1.05)
        assert (await toy.client.get("/read")).status_code == 200


async def test_who_asks_whether_it_lives_is_counted_and_never_refused(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        await until(lambda: toy.world.news.connected)
        set_limit(toy.url, "read", "2/hour")
        await until(lambda: toy.world.limiter.rules["read"].text == "2/hour")
        answers = [await toy.client.get("/alive") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200] * 4
        assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["1", "0", "0", "0"]
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


async def test_each_token_has_counters_of_its_own_and_logins_count_by_address(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        await until(lambda: toy.world.news.connected)
        for scope in ("read", "auth"):
            set_limit(toy.url, scope, "2/hour")
        await until(lambda: {toy.world.limiter.rules[scope].text for scope in ("read", "auth")} == {"2/hour"})
        for path, statuses in (("/read", [200, 200, 429, 200, 200, 429]), ("/auth/in", [200, 200, 429, 429, 429, 429])):
            tokens = ["a", "a", "a", "b", "b", "b"]
            got = [(await toy.client.get(path, headers={"Authorization": f"Bearer {token}"})) for token in tokens]
            assert [answer.status_code for answer in got] == statuses


async def test_a_changed_limit_starts_anew_and_an_unreadable_one_changes_nothing(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        await toy.client.get("/read")
        with psycopg.connect(toy.url, autocommit=True) as admin:
            admin.execute("update toy.limits set rule = 'often' where scope = 'read'")
        await toy.world.learn()
        assert (await toy.client.get("/read")).headers["x-ratelimit-remaining"] == "98"


def test_of_several_windows_the_tightest_speaks() -> None:
    limiter = Limiter([("read", "2/second; 3/hour")])
    verdicts = [limiter.hit("read", b"x") for _ in range(3)]
    assert [verdict.allowed for verdict in verdicts] == [True, True, False]
    assert dict(verdicts[0].headers)[b"ratelimit-policy"] == b'"read";q=2;w=1, "read";q=3;w=3600'
    assert dict(verdicts[2].headers)[b"x-ratelimit-limit"] == b"2"


def test_one_account_may_be_tried_less_often_than_one_address() -> None:
    limiter = Limiter([("auth", "300/minute")])
    assert sum(limiter.hit("login", b"x").allowed for _ in range(100)) == LOGIN_TRIES
    limiter.learn([("auth", "5/minute")])
    assert sum(limiter.hit("login", b"x").allowed for _ in range(100)) == 5


@pytest.mark.parametrize("rule", ["often", "", "3/fortnight"])
def test_a_rule_that_cannot_be_read_is_an_error(rule: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Limiter([("read", rule)])


def test_the_number_of_counters_is_bounded() -> None:
    window = Window(5, 60)
    for number in range(MANY + 10):
        window.hit(b"%d" % number, 0.0)
    assert len(window.counts) <= MANY
    window.sweep(61.0)
    assert not window.counts
