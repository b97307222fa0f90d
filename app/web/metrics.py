"""What this process answered: a histogram for Prometheus, and a line in the log every minute."""

import asyncio
import logging
from collections import Counter

from prometheus_client import Histogram

from app.metrics import HTTP_SECONDS
from app.web.route import Route

REPORT_SECONDS = 60.0

log = logging.getLogger(__name__)


class Metrics:
    """Responses by route and status, and the seconds they took; since the last report the slowest of them."""

    def __init__(self) -> None:
        self._children: dict[tuple[int, int], Histogram] = {}  # by the identity of a route, and status
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._statuses: Counter[int] = Counter()
        self._total, self._slowest = 0.0, 0.0
        self._slowest_route = ""

    def observe(self, route: Route, status: int, seconds: float) -> None:
        """One response."""
        key = id(route), status
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = HTTP_SECONDS.labels(route.method, route.path, str(status))
        child.observe(seconds)
        self._statuses[status] += 1
        self._total += seconds
        if seconds > self._slowest:
            self._slowest, self._slowest_route = seconds, route.name

    def summary(self) -> str:
        """A line about what was counted since the last one, empty when nothing was."""
        requests = self._statuses.total()
        if not requests:
            return ""
        by_status = ", ".join(f"{count:,} x {status}" for status, count in sorted(self._statuses.items()))
        mean, slowest = 1000 * self._total / requests, f"{1000 * self._slowest:.0f} ms: {self._slowest_route}"
        self._begin_anew()
        return f"{requests:,} requests: {by_status}; mean {mean:.1f} ms, slowest {slowest}"

    async def report(self) -> None:
        """Log the summary every minute in which something was answered, and at the end."""
        try:
            while True:
                await asyncio.sleep(REPORT_SECONDS)
                self._report()
        finally:
            self._report()

    def _report(self) -> None:
        if line := self.summary():
            log.info(line)
