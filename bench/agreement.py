"""Agreement over a million marks, and the promotion of a thousand tries: seconds, against the goals of 2 each.

    python -m bench.agreement            # five assignments, 200 cases each, ten models with ten tries, ten criteria
    python -m bench.agreement --quick    # a tenth of that

On an embedded PostgreSQL with fsync on; medians of five. Prints only.
"""

import argparse
import hashlib
import statistics
import time
from pathlib import Path

import psycopg

from app.db.migrate import migrate
from app.dev import embedded_postgres
from bench.compare import scratch

SEED = Path(__file__).with_name("comparison.sql")
ROUNDS, GOAL_SECONDS = 5, 2.0
ALL = "select * from reporting.agreement"
ONE = "select * from api.list_agreement(%s, (select id from assay.assignments order by id desc limit 1))"
PROMOTE = """
select promoted, skipped
  from api.promote_tries(%s, (select id from assay.assignments order by id limit 1), 'openai', 'new', 'v1', 'bench')"""
TOKEN = hashlib.sha256(b"bench").digest()


def main() -> None:
    """Prints the median of each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with scratch(None) as folder:
        server = embedded_postgres.start(folder / "data")
        try:
            measure(server.url, tries=1 if quick else 10)
        finally:
            server.stop()


def measure(url: str, tries: int) -> None:
    """Seeds, then measures on one connection."""
    migrate(url)
    with psycopg.connect(url, autocommit=True) as connection:
        for name, value in (("assignments", 5), ("tries", tries), ("promoted", 1000)):
            connection.execute("select set_config(%s, %s, false)", (f"bench.{name}", str(value)))
        connection.execute(SEED.read_bytes())
        connection.execute("vacuum (analyze)")
        marks = connection.execute("select count(*) from assay.marks").fetchone()
        said: tuple[tuple[str, str, list[bytes]], ...] = (
            ("agreement, all", ALL, []),
            ("agreement of one assignment", ONE, [TOKEN]),
            ("promote", PROMOTE, [TOKEN]),
        )
        print(f"{marks and marks[0]:,} marks; goal {GOAL_SECONDS:g} s each")
        for name, statement, values in said:
            seconds, rows = timed(connection, statement, values)
            print(f"{name}: {statistics.median(seconds):.3f} s ({min(seconds):.3f} to {max(seconds):.3f}); {rows}")


def timed(connection: psycopg.Connection, statement: str, values: list[bytes]) -> tuple[list[float], str]:
    """Seconds of each round, all undone, and what the last one answered."""
    seconds, said = [], ""
    for _ in range(ROUNDS):
        with connection.transaction(force_rollback=True):
            began = time.perf_counter()
            rows = connection.execute(statement.encode(), values).fetchall()
            connection.execute("set constraints all immediate")
            seconds.append(time.perf_counter() - began)
            said = f"{len(rows)} rows" if len(rows) > 1 else str(rows[0])
    return seconds, said


if __name__ == "__main__":
    main()
