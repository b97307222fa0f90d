"""A worker in a process of its own, as `assay worker` runs it, at the intervals given as JSON.

It is started as a program, or forked by `tests.forked`.
"""

import json
import logging
import sys

from app.settings import Settings
from app.worker.intervals import Intervals
from app.worker.process import run


def work(intervals: str) -> None:
    logging.basicConfig(level="INFO", stream=sys.stderr, format="%(levelname)s %(message)s")
    run(Settings(_env_file=None), Intervals(**json.loads(intervals)))


if __name__ == "__main__":
    work(sys.argv[1])
