"""Requests that are counted for all processes together, and what is said when the storage for that is away."""

import logging
import signal
from pathlib import Path

import pytest

from app.web.handlers.meta import metrics, ready
from app.web.rate_limits import RateLimits
from app.web.route import PLAIN
from app.web.storage_sentences import said
from tests.web.conftest import Serve, toy_route, until
from tests.web.redis_server import redis

ROUTES = (
    toy_route("GET", "/read", "nothing"),
    toy_route("GET", "/ready", handler=ready, limited=False),
    toy_route("GET", "/metrics", handler=metrics, limited=False, produces=(PLAIN,)),
)
QUERIES = {"student/nothing": "select '{}'::json"}
AWAY = "rate limits: the shared storage does not answer, counting here: "
BACK = "rate limits: the shared storage answers again and counts for all processes"


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "app.web.rate_limits"]


async def test_a_storage_that_does_not_answer_stops_nobody_and_each_process_counts(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with redis(tmp_path) as server:
        limits = RateLimits(f"redis://127.0.0.1:{server.port}", [("read", "60/hour")])
        assert (await limits.person("read", "anna")).allowed
    verdicts = [(await limits.person("read", "anna")).allowed for _ in range(61)]
    assert verdicts == [True] * 60 + [False]
    (line,) = lines(caplog)
    assert line.startswith(AWAY + "ConnectionError: ")


async def test_a_storage_that_is_away_or_hangs_is_told_and_no_reason_not_to_be_ready(
    tmp_path: Path, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async with redis(tmp_path) as server:
        url = f"redis://127.0.0.1:{server.port}"
        async with serve(ROUTES, QUERIES, rate_limit_storage_url=url) as toy:
            await until(lambda: toy.state.job_updates.connected)
            toy.state.rate_limits = RateLimits(url, retry_seconds=0.0)  # the storage is asked again at once

            async def told() -> tuple[int, str, list[str]]:
                answer = await toy.client.get("/ready")
                body = answer.json()
                limits = [note for note in body["notes"] if "RATE_LIMIT_STORAGE_URL" in note]
                gauge = (await toy.client.get("/metrics")).text
                assert f"assay_rate_limits_shared {float(body['checks']['rate_limits'] == 'shared')}" in gauge
                assert (await toy.client.get("/read")).status_code == 200
                return answer.status_code, body["checks"]["rate_limits"], limits

            with caplog.at_level(logging.INFO, logger="app.web.rate_limits"):
                assert await told() == (200, "shared", [])
                server.process.send_signal(signal.SIGSTOP)  # it takes connections and says nothing
                assert (await told())[:2] == (200, "alone")
                server.process.send_signal(signal.SIGCONT)
                assert await told() == (200, "shared", [])
                server.process.terminate()
                await server.process.wait()
                status, limits, (note,) = await told()
                assert (status, limits) == (200, "alone")
                assert note.endswith("each process counts requests by itself.")
                async with redis(tmp_path, port=server.port):
                    assert await told() == (200, "shared", [])
    hung, back, gone, again = lines(caplog)  # once for each change, and not for each request
    assert hung.startswith(AWAY + "TimeoutError: ")
    assert gone.startswith(AWAY + "ConnectionError: ")
    assert (back, again) == (BACK, BACK)


async def test_without_a_shared_storage_nothing_is_said_of_one(serve: Serve) -> None:
    async with serve(ROUTES, QUERIES) as toy:
        assert "rate_limits" not in (await toy.client.get("/ready")).json()["checks"]
        assert await toy.state.rate_limits.look() is None


@pytest.mark.parametrize(
    ("options", "login", "sentence"),
    [
        (["--requirepass", "right-secret"], "", "AuthenticationError: HELLO must be called"),
        (["--requirepass", "right-secret"], ":wrong-secret@",
         "AuthenticationError: invalid username-password pair or user is disabled."),
        (["--user", "default", "on", "nopass", "~*", "&*", "+@all", "-evalsha", "-script"], "", "NoPermissionError: "),
        (["--rename-command", "EVALSHA", ""], "", "ResponseError: unknown command 'EVALSHA'"),
    ],
)  # fmt: skip
async def test_the_log_says_why_in_the_servers_own_sentence_and_nothing_that_was_sent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, options: list[str], login: str, sentence: str
) -> None:
    async with redis(tmp_path, *options) as server:
        limits = RateLimits(f"redis://{login}127.0.0.1:{server.port}")
        assert (await limits.login("192.0.2.7", "anna@school.example")).allowed
    (line,) = lines(caplog)
    assert line.startswith(AWAY + sentence), line
    for sent in ("secret", "192.0.2.7", "anna", "school.example"):
        assert sent not in line


def test_a_sentence_that_quotes_what_was_sent_is_not_shown() -> None:
    from redis.exceptions import ConnectionError, ResponseError

    quoting = ResponseError("WRONGTYPE of assay/login/192.0.2.7/anna@school.example")
    assert said(quoting, ("login", "192.0.2.7", "anna@school.example")) == "ResponseError"
    assert said(ConnectionError("Error 111 connecting to 127.0.0.1:6379."), ("127.0.0.1",)).endswith("127.0.0.1:6379.")
