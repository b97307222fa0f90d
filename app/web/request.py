"""One request on its way, and its answer."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from starlette.types import Receive, Scope, Send

from app.web.errors import Header, Refusal

if TYPE_CHECKING:
    from app.web.rate_limits import Verdict
    from app.web.routes import Route
    from app.web.state import World

CLOSE: tuple[Header, ...] = ((b"connection", b"close"),)
JSON = b"application/json"
PLAIN = b"text/plain; charset=utf-8"
EVENTS = b"text/event-stream"


class Answer(NamedTuple):
    """What goes back. A list is a body in pieces. None: nothing more to send, it has gone out already."""

    status: int
    body: bytes | list[bytes] | None
    type: bytes = JSON
    headers: tuple[Header, ...] = ()


@dataclass(slots=True)
class Call:
    """What an endpoint gets. `headers` has the last of each name, lower-case; `path` the path's parameters."""

    world: "World"
    route: "Route"
    scope: Scope
    receive: Receive
    send: Send
    headers: Mapping[bytes, bytes]
    path: dict[str, str]
    client: bytes
    token: bytes | None
    accepted: str
    correlation_id: str
    base_headers: list[Header]
    verdict: "Verdict"
    held: int = 0

    def hold(self, size: int) -> None:
        """Says that this request holds a body of so many bytes. 503 when all together would hold too much."""
        self.world.held += size - self.held
        self.held = size
        if self.world.held > self.world.most_held:
            raise Refusal("database_unavailable", "Too much is being sent just now: try again.", headers=CLOSE)

    def limit(self, verdict: "Verdict") -> None:
        """Another limit for this request: the tighter of the two speaks in the headers."""
        if verdict.left < self.verdict.left:
            self.base_headers[:] = [one for one in self.base_headers if one not in self.verdict.headers]
            self.base_headers += verdict.headers
            self.verdict = verdict

    async def row(self, query: str, values: Mapping[str, Any], *, read: bool = False) -> Any:
        """The first row that a query file answers, with its parameters taken by name from `values`."""
        rows = await self.rows(query, values, read=read)
        return rows[0] if rows else None

    async def rows(self, query: str, values: Mapping[str, Any], *, read: bool = False) -> Sequence[Any]:
        """All rows, as `row`."""
        found = self.world.queries[query]
        return await self.world.database.rows(found, [values[name] for name in found.parameters], read=read)


def raw(body: bytes | str) -> bytes:
    """What Postgres sent: JSON comes as bytes, other text as text."""
    return body if isinstance(body, bytes) else body.encode()


Handler = Callable[[Call], Awaitable[Answer]]
