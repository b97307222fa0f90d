"""`python -m bench.start_up`: how long `python3 dev.py run` takes until /ready, with a database that exists.

Beside it, in turns, what is part of it: the embedded PostgreSQL alone, and a Python that only imports the libraries.
"""

import argparse
import contextlib
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from app.dev import embedded_postgres, postgres_keeper
from bench import servers
from bench.compare import say, scratch

GOAL_SECONDS = 2.0
LIBRARIES = (
    "asyncpg",
    "cryptography.fernet",
    "limits",
    "psycopg",
    "pydantic",
    "starlette",
    "uvicorn",
    "uvloop",
    "yoyo",
)


def main() -> int:
    """0: ready within the goal in each round; 1: not."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    with scratch(None) as folder:
        whole(folder)  # makes the database
        parts: list[float] = []
        wholes: list[float] = []
        for number in range(1, given.rounds + 1):
            server, python = postgres(folder), libraries()
            parts.append(server + python)
            wholes.append(whole(folder))
            say(f"round {number}: PostgreSQL {server:.2f} s, libraries {python:.2f} s, dev.py run {wholes[-1]:.2f} s")
    median = statistics.median(wholes)
    print(
        f"Ready after {median:.2f} s ({min(wholes):.2f} to {max(wholes):.2f}; goal {GOAL_SECONDS:.0f}),"
        f" {median / statistics.median(parts):.1f} times what PostgreSQL and the libraries take alone."
    )
    return int(max(wholes) > GOAL_SECONDS)


def postgres(folder: Path) -> float:
    """Seconds until the embedded PostgreSQL accepts connections."""
    began = time.monotonic()
    server = embedded_postgres.start(folder / "data")
    took = time.monotonic() - began
    server.stop()
    _wait_for_end(folder)
    return took


def libraries() -> float:
    """Seconds of a Python process that imports what the API imports of others, and ends."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", f"import {', '.join(LIBRARIES)}"], check=True)
    return time.monotonic() - began


def whole(folder: Path) -> float:
    """Seconds from `python3 dev.py run` to 200 at /ready."""
    port = servers.free_port()
    environment = {"ASSAY_DATA_DIR": str(folder / "data"), "LOG_DIR": str(folder / "logs")}
    command = [sys.executable, str(servers.ROOT / "dev.py"), "run", "--port", str(port)]
    began = time.monotonic()
    with servers.running("dev.py run", command, environment, port, folder) as server:
        while not _ready(server.address):
            if time.monotonic() - began > servers.START_SECONDS:
                raise RuntimeError("dev.py run is not ready after a minute")
            time.sleep(0.01)
        took = time.monotonic() - began
    _wait_for_end(folder)
    return took


def _ready(address: str) -> bool:
    """False for 503: the database does not answer, or the listener has no connection yet."""
    with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(f"{address}/ready", timeout=5):
        return True
    return False


def _wait_for_end(folder: Path) -> None:
    """Nobody uses the server any more; the next start is to be one."""
    while (folder / "data/postgres" / postgres_keeper.PID_FILE).exists():
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
