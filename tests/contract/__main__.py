"""The command line: see the package's docstring."""

import argparse
import json
import signal
import sys
from pathlib import Path

from tests.contract.build import build_in, this_build
from tests.contract.recording import add, judge, record, replay


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.contract", description="Record or replay the session.")
    parser.add_argument("what", choices=("replay", "add", "record"))
    parser.add_argument("--build", type=Path, metavar="FOLDER", help="a checkout with its .venv; this one unless given")
    parser.add_argument("--declare", action="store_true", help="print lines for differences.jsonl")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the processes of a session end with it
    build = build_in(arguments.build) if arguments.build else this_build()
    if arguments.what != "replay":
        done = record(build) if arguments.what == "record" else add(build)
        print(f"{done} steps were recorded.")
        return 0
    found, _, new = replay(build)
    left, idle = judge(found)
    for difference in left:
        line = str(difference)
        print(line if not arguments.declare else json.dumps({**difference.__dict__, "why": ""}, ensure_ascii=False))
    for text in (
        *(f"Declared, and not there: {line}" for line in idle),
        *(f"Not recorded: {one['step']}" for one in new),
    ):
        print(text, file=sys.stderr)
    return int(bool(left or idle or new))


if __name__ == "__main__":
    sys.exit(main())
