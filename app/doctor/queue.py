"""The queue: whether anybody works, and how long work waits."""

from collections.abc import Iterator

from app.doctor.database import api_processes, asking, row_of
from app.doctor.finding import Deployment, Finding

LONGEST_WAIT = 600.0  # seconds


def queue(deployment: Deployment) -> Iterator[Finding]:
    """That nobody works is wrong where the API runs or work waits."""
    with asking(deployment.direct, "assay_api") as connection:
        _, workers, oldest = row_of(connection, "auth/read_readiness", "", [])
    waits = "" if oldest is None else f", and the oldest job has been waiting for {duration(oldest)}"
    if not workers and (oldest is not None or api_processes(deployment.direct)):
        yield Finding(f"No worker is alive{waits}.", "Start `assay worker`, or `assay serve` without --no-worker.")
    elif oldest is not None and oldest > LONGEST_WAIT:
        yield Finding(
            f"{len(workers)} workers are alive{waits}.",
            "Start more of them, or see what holds them up: `assay jobs list`, `assay check-ai`, and"
            " reporting.ai_usage.",
        )


def duration(seconds: float) -> str:
    """As people say it."""
    minutes = round(seconds / 60)
    return f"{seconds:.0f} s" if seconds < 120 else f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
