"""CPU of PostgreSQL for one text on its way through the queue: accepted, claimed and loaded, finished.

    python -m bench.queue_cpu

One connection, batches of 250, no AI. CPU time of the one backend: where a machine is shared, it moves less than time.
"""

import json
import statistics
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped,unused-ignore]
import psycopg

from app.db.queries import load
from bench.queues.server import Server, furnish, started
from bench.queues.statements import CLEAN

TEXTS, ROUNDS, BATCH = 2_000, 5, 250
SCRIPT = "select token, assignment, content from bench.script where n > %s and n <= %s order by n"
ACCEPT = "select from api.submit_assignment(%s, %s, %s)"
CLAIM = "select job_id, attempt from worker.claim_jobs(%s, %s, '{grade_text}', 8)"
LOAD = "select * from worker.load_texts(%s)"
GRADED = {"score": 7, "provider": "anthropic", "model": "none", "prompt_version": "none", "flags": []}


def main() -> None:
    """Prints the median of each part, in microseconds a text."""
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as scratch:
        Path(scratch).chmod(0o711)
        with started(Path(scratch)) as server:
            furnish(server, TEXTS, ROUNDS)
            seen: dict[str, list[float]] = defaultdict(list)
            for number in range(ROUNDS):
                server.ask(CLEAN)
                server.ask("vacuum analyze")
                for part, seconds in one_round(server, number).items():
                    seen[part].append(1e6 * seconds / TEXTS)
    for part, values in seen.items():
        print(f"{part}: {statistics.median(values):.0f} us of CPU a text ({min(values):.0f} to {max(values):.0f})")


def one_round(server: Server, number: int) -> dict[str, float]:
    """Seconds of CPU for TEXTS texts, by part."""
    finish = load()["worker/finish_gradings"].sql.replace("$1", "%s::json")
    spent: dict[str, float] = defaultdict(float)
    with psycopg.connect(server.of("bench"), autocommit=True, prepare_threshold=1) as connection:
        backend = psutil.Process(connection.info.backend_pid)

        def timed(part: str, statement: str, arguments: list[Any]) -> list[Any]:
            before = sum(backend.cpu_times()[:2])
            rows = connection.execute(statement.encode(), arguments).fetchall()
            spent[part] += sum(backend.cpu_times()[:2]) - before
            return rows

        texts = connection.execute(SCRIPT, [number * TEXTS, (number + 1) * TEXTS]).fetchall()
        before = sum(backend.cpu_times()[:2])
        for text in texts:
            connection.execute(ACCEPT, text)
        spent["accepted"] = sum(backend.cpu_times()[:2]) - before
        (worker,) = connection.execute("select worker.register_worker('bench', 3600)").fetchone() or (0,)
        while claimed := timed("claimed", CLAIM, [worker, BATCH]):
            timed("loaded", LOAD, [[job for job, _ in claimed]])
            results = [{"job_id": str(job), "attempt": attempt, **GRADED} for job, attempt in claimed]
            timed("finished", finish, [json.dumps(results)])
    return spent


if __name__ == "__main__":
    main()
