"""What one line of the table of routes says: everything that is known about a request before it comes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from starlette.responses import Response

JSON = "application/json"
PLAIN = "text/plain"
CSV = "text/csv"
GIFT = "text/x-gift"
EVENTS = "text/event-stream"
HTML = "text/html"

Scope = Literal["auth", "read", "write", "ai", "attempts"]  # attempts: counted by the database
Audience = Literal["public", "account", "student", "teacher"]
Tag = Literal["service", "auth", "student", "teacher"]
Handler = Callable[[Any], Awaitable[Response]]  # of an app.web.request.Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One request.

    `query` is the query file that answers it, `csv_query` the one for text/csv, `outcome` the one that is asked when
    the job that it began has ended.
    `body` is the JSON that is sent; `text_fields` are those of its fields that may be as large as the setting
    `max_bytes` says, and the first of them may come as a text/plain body where `consumes` has that media type.
    `parameters` are those of the address, after the question mark. `wait_seconds` says how long it waits for a job
    when the client prefers nothing; None: it waits for none. A GET that `changes` something has no HEAD.
    `other_statuses` have the same body as `status`. What is not `limited` is counted, and never refused for being
    asked too often. What takes an `idempotency_key` makes something, once for each key.
    What has an `etag` answers 200 with what is at its address, and with the tag of it; what takes `if_match` changes
    that, and does so only while it is what the client has seen.
    `codes` are the error codes that it may answer with, beyond those that follow from the rest.
    """

    method: str
    path: str
    summary: str
    scope: Scope
    handler: Handler
    tag: Tag = "service"
    audience: Audience = "account"
    query: str = ""
    outcome: str = ""
    csv_query: str = ""
    response: Any = None
    status: int = 200
    body: type[BaseModel] | None = None
    body_optional: bool = False
    text_fields: tuple[str, ...] = ()
    max_bytes: str = ""
    consumes: tuple[str, ...] = (JSON,)
    parameters: type[BaseModel] | None = None
    produces: tuple[str, ...] = (JSON,)
    wait_seconds: float | None = None
    downloads: bool = False
    changes: bool = False
    limited: bool = True
    idempotency_key: bool = False
    etag: bool = False
    if_match: bool = False
    other_statuses: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()

    @property
    def reads(self) -> bool:
        """Whether a copy of the database may answer, and HEAD is the same without a body."""
        return self.method == "GET" and not self.changes

    @property
    def name(self) -> str:
        """For logs and metrics: never the address, which holds what a client put into it."""
        return f"{self.method} {self.path}".lstrip()
