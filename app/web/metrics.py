"""What this process answered: counted at every request, told in one log line a minute."""

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.web.routes import Route


def where(route: "Route | None") -> str:
    """A route for the log: never the address, which holds what a client put into it."""
    return f"{route.verb} {route.path}" if route else "an address without a route"


class Counters:
    """Since the last line: answers by status, the seconds they took, and the slowest."""

    __slots__ = ("seconds", "slowest", "slowest_route", "statuses")

    def __init__(self) -> None:
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.seconds, self.slowest = 0.0, 0.0
        self.slowest_route: Route | None = None

    def count(self, status: int, seconds: float, route: "Route | None") -> None:
        """One answer."""
        self.statuses[status] += 1
        self.seconds += seconds
        if seconds > self.slowest:
            self.slowest, self.slowest_route = seconds, route

    def told(self) -> str:
        """A line about what was counted, empty when nothing was; counting begins anew."""
        total = self.statuses.total()
        if not total:
            return ""
        answers = ", ".join(f"{count:,} x {status}" for status, count in sorted(self.statuses.items()))
        slow, mean, slowest = where(self.slowest_route), 1000 * self.seconds / total, 1000 * self.slowest
        self._begin_anew()
        return f"{total:,} requests: {answers}; mean {mean:.1f} ms, slowest {slowest:.0f} ms: {slow}"
