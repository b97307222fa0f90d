"""Jobs of the toy service: what a route that begins one says, and what a worker does to it."""

from typing import Any

import psycopg

JOB: dict[str, Any] = {"tag": "student", "wait_seconds": 30.0, "outcome": "student/outcome", "status": 201}


def change(url: str, status: str) -> None:
    """What a worker does to the one job."""
    with psycopg.connect(url, autocommit=True) as worker:
        worker.execute(
            """with done as (update toy.jobs set status = %s returning id, status)
               select pg_notify('assay_job', id || ' ' || status) from done""",
            [status],
        )
