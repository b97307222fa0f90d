"""A worker in a process of its own, as `assay worker` runs it, at the intervals given as JSON on the command line."""

import json
import logging
import sys

from app.settings import Settings
from app.worker.intervals import Intervals
from app.worker.process import run

if __name__ == "__main__":
    logging.basicConfig(level="INFO", stream=sys.stderr, format="%(levelname)s %(message)s")
    run(Settings(_env_file=None), Intervals(**json.loads(sys.argv[1])))
