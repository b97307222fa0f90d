"""assay's grading queue against procrastinate, pgqueuer, graphile-worker and the bare limit, in one run on one server.

    python -m bench.queue            # a quarter of an hour; writes the tables of docs/performance.md
    python -m bench.queue --quick    # under two; prints them only

The peers are installed by name into a scratch folder, hashes checked; nothing of them enters assay's own lock.
"""

import argparse
import json
import shlex
import sys
import tempfile
import time
from pathlib import Path

if sys.path[0] == str(Path(__file__).parent):  # run as a file: this one would hide the standard library's queue
    sys.path[0] = str(Path(__file__).parents[1])

from bench.queues.rounds import Plan, run
from bench.queues.tables import page, write

FULL = Plan(
    rounds=3, jobs=20_000, drain_seconds=3.0, enqueue=4_000, wakes=400, sleepers=2_000,
    finished=1_000_000, old_seconds=60.0, calls=1_500,
)  # fmt: skip
QUICK = Plan(
    rounds=1, jobs=5_000, drain_seconds=2.0, enqueue=1_500, wakes=60, sleepers=1_000,
    finished=50_000, old_seconds=2.0, calls=500,
)  # fmt: skip


def main() -> None:
    """One command."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--quick", action="store_true", help="one short round, nothing is written")
    options.add_argument("--only", help="of these queues only, with a comma between them: assay,bare,graphile,…")
    options.add_argument("--skip", default="", help="without these parts: noop,million,old,sdk")
    options.add_argument("--write", action="store_true", help="write docs/performance.md in spite of --quick or --only")
    options.add_argument("--folder", type=Path, help="where the peers are installed; kept for the next run")
    options.add_argument("--json", type=Path, help="write every number there too")
    given = options.parse_args()
    shown = ["--quick"] * given.quick + (["--only", given.only] if given.only else [])
    command = shlex.join(["python", "-m", "bench.queue", *shown, *(["--skip", given.skip] if given.skip else [])])
    print(f"$ {command}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as scratch:
        Path(scratch).chmod(0o711)
        only = tuple(given.only.split(",")) if given.only else None
        results = run(QUICK if given.quick else FULL, Path(scratch), given.folder, only, given.skip.split(","))
    text = page(results, command, time.monotonic() - began)
    print(text)
    if given.json:
        given.json.write_text(json.dumps(results.as_json(), indent=1))
    if given.write or not (given.quick or given.only or given.skip):
        write(text, "queue")


if __name__ == "__main__":
    main()
