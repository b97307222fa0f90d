"""What a process says of the requests that it answered."""

import logging
import re

import pytest

from tests.web.conftest import Serve, toy_route

ROUTES = (
    toy_route("GET", "/count", "count"),
    toy_route("GET", "/count/{class_id}", "slow"),
)
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
