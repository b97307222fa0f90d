"""What a process says of the requests that it answered."""

import asyncio
import logging
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.db.database import READERS, Database
from app.db.pool_metrics import measure
from app.metrics import exposition, refused
from app.web.handlers.meta import metrics
from app.web.route import PLAIN
from tests.web.conftest import Serve, toy_route, until

ROUTES = (
    toy_route("GET", "/count", "count"),
    toy_route("GET", "/count/{class_id}", "slow"),
)
# What a process counts is one, so this address is asked for in one test only.
SCRAPED = (toy_route("GET", "/scraped", "count"), toy_route("GET", "/scraped/{class_id}", "slow"))
METRICS = (toy_route("GET", "/metrics", handler=metrics, limited=False, produces=(PLAIN,)),)
QUERIES = {
    "student/count": "select to_json(count(*)) from toy.things",
    "student/slow": "select to_json(1) from pg_sleep(0.2)",
}
SOME = "019a0000-0000-7000-8000-000000000001"


def read(text: str) -> dict[tuple[str, ...], float]:
    """Values by the name of a sample and its labels' values."""
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


async def test_answers_are_counted_by_status_and_told_in_one_line_without_addresses(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="app.web.metrics"):
        async with serve(ROUTES, QUERIES) as toy:
            for path in ("/count", "/count", f"/count/{SOME}", "/nothing/secret", "/count/secret"):
                await toy.client.get(path)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "app.web.metrics"]
    found = re.fullmatch(
        r"5 requests: 3 x 200, 2 x 404; mean ([\d.]+) ms, slowest (\d+) ms: GET /count/\{class_id\}", line
    )
    assert found, line
    assert float(found[1]) * 5 >= int(found[2]) >= 200


async def test_prometheus_reads_what_was_answered_by_route_and_status(serve: Serve) -> None:
    async with serve((*SCRAPED, *METRICS), QUERIES) as toy:
        for path in ("/scraped", "/scraped", f"/scraped/{SOME}", "/nothing/secret"):
            await toy.client.get(path)
        answer = await toy.client.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        found = read(answer.text)
        counted = "assay_http_request_duration_seconds_count"
        assert found[counted, "GET", "/scraped", "200"] == 2
        assert found[counted, "GET", "/scraped/{class_id}", "200"] == 1
        assert found[counted, "", "an address without a route", "404"] >= 1
        assert found["assay_jobs", "grade_text", "ready"] == 3
        assert found["assay_database_up",] == 1
        assert found["assay_pool_connections_in_use", "reads"] == 0
        assert "secret" not in answer.text


async def test_metrics_come_without_what_the_database_knows_while_it_is_away(serve: Serve) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    async with serve(METRICS, url=nowhere) as toy:
        found = read((await toy.client.get("/metrics")).text)
        assert found["assay_database_up",] == 0
        assert found["assay_listener_connected", "api"] == 0
        assert not [key for key in found if key[0] == "assay_jobs"]


async def test_metrics_wait_for_no_statement_that_takes_long_and_for_no_free_connection(serve: Serve) -> None:
    busy = {"student/slow": "select to_json(1) from pg_sleep(5)", "auth/read_figures": "select pg_sleep(3600)"}
    async with serve((*SCRAPED, *METRICS), busy) as toy:
        asked = [asyncio.create_task(toy.client.get(f"/scraped/{SOME}")) for _ in range(READERS + 2)]
        pool = toy.state.database.reads
        await until(lambda: pool.waiting == 2)
        found = read((await toy.client.get("/metrics")).text)
        assert found["assay_database_up",] == 0
        assert found["assay_pool_connections_in_use", "reads"] == READERS
        assert found["assay_pool_statements_waiting", "reads"] == 2
        for one in asked:
            one.cancel()
        await asyncio.wait(asked)


async def test_the_metrics_are_for_this_machine_and_for_who_has_the_token(serve: Serve) -> None:
    elsewhere = {"X-Forwarded-For": "192.0.2.1"}
    async with serve(METRICS, metrics_token="sesame") as toy:
        assert (await toy.client.get("/metrics")).status_code == 200
        assert (await toy.client.get("/metrics", headers=elsewhere)).status_code == 401
        for token, status in (("sesame", 200), ("guess", 401)):
            headers = elsewhere | {"Authorization": f"Bearer {token}"}
            assert (await toy.client.get("/metrics", headers=headers)).status_code == status
    async with serve(METRICS) as toy:
        headers = elsewhere | {"Authorization": "Bearer None"}
        assert (await toy.client.get("/metrics", headers=headers)).status_code == 401


def test_the_token_is_compared_as_a_whole() -> None:
    assert refused("192.0.2.1", "", "sesame") == "missing_token"
    assert refused("192.0.2.1", "Bearer sesam", "sesame") == "invalid_token"
    assert refused("192.0.2.1", "Bearer sesame", "sesame") is None
    assert refused("192.0.2.1", "Bearer None", None) == "invalid_token"
    assert refused("::1", "", None) is None


def test_a_token_may_hold_any_character() -> None:
    sent = "Bearer schlüssel".encode().decode("latin-1")
    assert refused("192.0.2.1", sent, "schlüssel") is None
    assert refused("192.0.2.1", sent, "schlussel") == "invalid_token"


async def test_a_pool_that_is_closed_has_no_connections_in_the_metrics(db: str) -> None:
    async with Database(db, size=3, name="assay closed") as database:
        measure()
        assert read(exposition().decode())["assay_pool_connections_max", "closed"] == 3
    measure()
    assert read(exposition().decode())["assay_pool_connections_max", "closed"] == 0
    assert database.writes.size == 3  # though somebody holds it still
