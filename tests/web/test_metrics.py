"""What a process says of the requests that it answered."""

import logging
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.web.handlers.meta import metrics
from app.web.route import PLAIN
from tests.web.conftest import Serve, toy_route

ROUTES = (
    toy_route("GET", "/count", "count"),
    toy_route("GET", "/count/{class_id}", "slow"),
)
METRICS = (toy_route("GET", "/metrics", handler=metrics, limited=False, produces=(PLAIN,)),)
QUERIES = {
    "student/count": "select to_json(count(*)) from toy.things",
    "student/slow": "select to_json(1) from pg_sleep(0.2)",
}
SOME = "019a0000-0000-7000-8000-000000000001"


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
    async with serve((*ROUTES, *METRICS), QUERIES) as toy:
        for path in ("/count", "/count", f"/count/{SOME}", "/nothing/secret"):
            await toy.client.get(path)
        answer = await toy.client.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=")
        name = "assay_http_request_duration_seconds_count"
        found = {one.name: one.samples for one in text_string_to_metric_families(answer.text)}
        counts = {
            (one.labels["method"], one.labels["route"], one.labels["status"]): one.value
            for one in found["assay_http_request_duration_seconds"]
            if one.name == name
        }
        assert counts == {
            ("GET", "/count", "200"): 2,
            ("GET", "/count/{class_id}", "200"): 1,
            ("", "an address without a route", "404"): 1,
        }
        assert "secret" not in answer.text


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
