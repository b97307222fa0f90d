"""`python -m bench.http`: how many requests a second, beside others, on the same rows, in one run.

Writes its table into docs/performance.md; `--quick` only prints one, in less than two minutes. Needs wrk (Debian:
apt install wrk) and, for the peers' own virtual environment, a package index.
"""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # in this folder, `http` is not the standard library's
    from bench.compare import main

    sys.exit(main())
