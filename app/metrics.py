"""What a process measures, for Prometheus: counted here, shown by `exposition`.

`assay serve --processes N` gives the processes that it starts a folder in common (`SHARED`), in which each keeps its
numbers in files of its own (prometheus_client's multiprocess mode). Whichever of them is asked shows the sum of all. A
process that replaces another goes on with its files (`NUMBER`), so that no counter goes back.
"""

import hmac
import os
from collections.abc import Iterable
from functools import cache
from ipaddress import ip_address
from typing import Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.metrics_core import Metric

SHARED, NUMBER = "PROMETHEUS_MULTIPROC_DIR", "ASSAY_PROCESS_NUMBER"
if SHARED in os.environ and (number := os.environ.get(NUMBER)):
    values.ValueClass = values.MultiProcessValue(lambda: number)  # type: ignore[no-untyped-call]

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each counter, which says little
REGISTRY = CollectorRegistry()

BUILD_INFO = Gauge(
    "assay_build_info",
    "Always 1: which assay runs, by version and commit.",
    ("version", "commit"),
    registry=REGISTRY,
    multiprocess_mode="livemax",
)
HTTP_SECONDS = Histogram(
    "assay_http_request_duration_seconds",
    "Seconds from the head of a request to the end of its response, by route and status.",
    ("method", "route", "status"),
    registry=REGISTRY,
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
POOL_IN_USE = Gauge(
    "assay_pool_connections_in_use",
    "Database connections that run a statement, or are being opened for one, by pool.",
    ("pool",),
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
POOL_SIZE = Gauge(
    "assay_pool_connections_max",
    "Database connections that there may be, by pool.",
    ("pool",),
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
POOL_WAITING = Gauge(
    "assay_pool_statements_waiting",
    "Statements that wait for a database connection, by pool.",
    ("pool",),
    registry=REGISTRY,
    multiprocess_mode="livesum",
)
LISTENER_CONNECTED = Gauge(
    "assay_listener_connected",
    "1 while notifications of the database arrive in every process that listens, by what for: api or mail.",
    ("listener",),
    registry=REGISTRY,
    multiprocess_mode="livemin",
)
JOBS_ENDED = Counter(
    "assay_jobs_ended",
    "Jobs that workers ended, by kind: succeeded, failed, or postponed (they wait in the queue again).",
    ("kind", "outcome"),
    registry=REGISTRY,
)
AI_SECONDS = Histogram(
    "assay_ai_call_duration_seconds",
    "Seconds of calls of AI providers, by model and by what came of them: ok, or the kind of failure.",
    ("provider", "model", "outcome"),
    registry=REGISTRY,
    buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60),
)
AI_TOKENS = Counter(
    "assay_ai_tokens",
    "Tokens sent (in) and received (out), as the AI providers count them.",
    ("provider", "model", "direction"),
    registry=REGISTRY,
)
MAIL_ATTEMPTS = Counter(
    "assay_mail_attempts",
    "Attempts to send a mail: sent, refused (it is tried again) or given_up.",
    ("kind", "outcome"),
    registry=REGISTRY,
)


@cache
def replica_lag() -> Gauge:
    """Seconds that the replica lags behind the primary; there is such a number only once somebody has set it."""
    return Gauge(
        "assay_replica_lag_seconds",
        "Seconds by which the replica lags behind the primary, as last seen; the most that a process saw.",
        registry=REGISTRY,
        multiprocess_mode="livemax",
    )


@cache
def replica_asked() -> Gauge:
    """1 while reads may go to the replica, 0 while it is left alone; as `replica_lag`, only once it was set."""
    return Gauge(
        "assay_replica_asked",
        "1 while reads of every process may go to the replica, 0 while one leaves it alone.",
        registry=REGISTRY,
        multiprocess_mode="livemin",
    )


@cache
def counted_together() -> Gauge:
    """1 while a shared storage counts requests for all processes; as `replica_lag`, only once it was set."""
    return Gauge(
        "assay_rate_limits_shared",
        "1 while every process counts requests in the shared storage, 0 while one counts by itself.",
        registry=REGISTRY,
        multiprocess_mode="livemin",
    )


class _Families:
    """Metrics that are there already, as a collector."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self.families = families

    def collect(self) -> Iterable[Metric]:
        return self.families


def tell_build(version: str, commit: str | None) -> None:
    """From now on `assay_build_info` says so; of a commit that nobody knows `unknown`."""
    BUILD_INFO.labels(version, commit or "unknown").set(1)


def exposition(families: Iterable[Metric] = ()) -> bytes:
    """Everything that was counted, by all processes that share a folder, and `families`; in Prometheus' text format."""
    counted = REGISTRY
    if SHARED in os.environ:
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    given = CollectorRegistry()
    given.register(_Families(families))
    return generate_latest(counted) + generate_latest(given)


def refused(client: str, authorization: str, token: str | None) -> Literal["missing_token", "invalid_token"] | None:
    """Why a client may not read metrics; None when it may: from this machine, or with METRICS_TOKEN."""
    if is_own_address(client):
        return None
    if not authorization:
        return "missing_token"
    # Servers hand a header on as Latin-1, whatever its bytes are.
    if token and hmac.compare_digest(authorization.encode("latin-1", "replace"), f"Bearer {token}".encode()):
        return None
    return "invalid_token"


def is_own_address(client: str) -> bool:
    """Whether a client address is this machine's own."""
    try:
        return ip_address(client).is_loopback
    except ValueError:
        return False
