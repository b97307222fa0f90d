"""`python -m bench.soak --minutes 10`: half the top rate for a while; memory must not grow."""

import argparse
import statistics
import sys
import threading
import time
from pathlib import Path

from app.dev import embedded_postgres
from bench import data, load, servers
from bench.compare import say, scratch, tokens_file

CONNECTIONS = 32
WARM_UP = 0.2  # of the time: caches fill
GROWTH = 1.03  # of the memory, from the beginning after the warm-up to the end


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--scratch", type=Path)
    given = options.parse_args()
    with scratch(given.scratch) as folder:
        postgres = embedded_postgres.start(folder / "data")
        try:
            seeded = data.create(postgres.url, f"bench_soak_{time.time_ns()}", data.SMALL)
            with servers.assay(seeded.url, folder) as assay:
                return soak(assay, seeded, tokens_file(folder, seeded.students), given.minutes * 60)
        finally:
            postgres.stop()


def soak(assay: servers.Server, seeded: data.Seeded, tokens: Path, seconds: float) -> int:
    """0 when the memory is flat, 1 when it grows. Raises Invalid when any request failed."""
    top = load.wrk(assay.address, "mix", seeded, CONNECTIONS, 10, tokens).per_second
    # At half the rate an answer takes about a third of what it takes when all connections are busy.
    rest = max(1, round(1000 * CONNECTIONS * (2 - 1 / 3) / top))
    say(f"top rate {top:,.0f}/s; {CONNECTIONS} connections rest {rest} ms between requests")
    sizes: list[int] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(max(0.5, seconds / 200)):
            sizes.append(assay.memory()["now"])

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        run = load.wrk(assay.address, "mix", seeded, CONNECTIONS, seconds, tokens, rest)
    finally:
        over.set()
        watching.join()
    steady = sizes[int(len(sizes) * WARM_UP) :]
    quarter = max(1, len(steady) // 4)
    first, last = statistics.median(steady[:quarter]), statistics.median(steady[-quarter:])
    print(
        f"{run.requests:,} requests in {seconds / 60:.1f} minutes, {run.per_second:,.0f}/s"
        f" ({run.per_second / top:.2f} of the top rate), p99 {run.p99:.1f} ms, none failed;"
        f" resident memory {first / 1e6:.1f} MB at first, {last / 1e6:.1f} MB at last,"
        f" {assay.memory()['most'] / 1e6:.1f} MB at most"
    )
    return 0 if last <= first * GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
