"""Starlette's request, with what the table of routes and this process know about it."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from starlette.requests import Request as StarletteRequest
from starlette.types import Receive, Scope, Send

from app.security.passwords import digest
from app.web.body import (
    BODY_BYTES,
    ESCAPED,
    SMALL_BYTES,
    body_type,
    declared_size,
    decode_text,
    read_body,
    text_size,
    too_large,
    validate_json,
)
from app.web.errors import ApiError
from app.web.idempotency import digest_of, once, read_key
from app.web.negotiation import preference
from app.web.parameters import pairs, read_parameters, validate_strings
from app.web.preconditions import read_if_match
from app.web.rate_limits import Verdict
from app.web.route import PLAIN, Route
from app.web.state import AppState


class Request(StarletteRequest):
    """What a handler gets."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, route: Route, app_state: AppState) -> None:
        super().__init__(scope, receive, send)
        self.route, self.app_state = route, app_state
        self.client_key = client_key((scope.get("client") or ("",))[0])
        self.token_digest = token_digest(self.headers.get("authorization", ""))
        self.accepted = route.produces[0]  # the media type that the client likes best
        self.caller_known = False
        self.key: tuple[str, bytes] | None = None  # the Idempotency-Key, and the digest of what came with it
        self._held = 0

    def hold(self, size: int) -> None:
        """So many more bytes of the body are in memory."""
        self._held += size
        self.app_state.bodies.change(self.client_key, size)

    def release(self) -> None:
        """The body is done with."""
        if self._held:
            self.app_state.bodies.change(self.client_key, -self._held)
            self._held = 0

    def obey(self, verdict: Verdict) -> None:
        """Let the response carry what a limit says; of several the tightest speaks. 429 when it is over, unless the
        route is never refused for that."""
        state = self.scope["state"]
        if verdict.remaining <= state.get("remaining", verdict.remaining):
            state["remaining"], state["rate_limit"] = verdict.remaining, verdict.headers
        if not verdict.allowed and self.route.limited:
            raise verdict.error()

    async def row(self, query: str, values: Mapping[str, Any], *, read: bool = False) -> Any:
        """The first row that a query file answers, with its parameters taken by name from `values`. 404 without one."""
        rows = await self.rows(query, values, read=read)
        if not rows:
            raise ApiError("not_found")
        return rows[0]

    async def rows(self, query: str, values: Mapping[str, Any], *, read: bool = False) -> Sequence[Any]:
        """All rows, as `row`. A statement that takes the token has found out who asks, or raised 401 or 403."""
        found = self.app_state.queries[query]
        rows = await self.app_state.database.rows(found, [values[name] for name in found.parameters], read=read)
        self.caller_known = self.caller_known or "token_digest" in found.parameters
        return rows

    async def act(self, query: str, values: Mapping[str, Any]) -> Any:
        """The row of the statement that the request is about.

        With an Idempotency-Key it runs once (app.web.idempotency). The row is then (job_id, finished, body), and of a
        job that was begun before it has the id alone.
        """
        if self.key is None:
            return await self.row(query, values, read=self.route.reads)
        queries = self.app_state.queries
        found = once(queries[query], queries["auth/answer_once"], begins_job=bool(self.route.outcome))
        values = {**values, "idempotency_key": self.key[0], "request_digest": self.key[1]}
        rows = await self.app_state.database.rows(found, found.arguments(values))
        self.caller_known = True
        return rows[0]

    def take_key(self, sent: Mapping[str, Any]) -> None:
        """Read the Idempotency-Key, where the route takes one and one came with what was `sent`."""
        if self.route.idempotency_key and (key := read_key(self.headers)) is not None:
            self.key = key, digest_of(self.route.name, sent)

    async def caller(self) -> UUID:
        """The account that asks: one statement. 401 for a bad token, 403 for one of the wrong role."""
        values = {"token_digest": self.token_digest, "audience": self.route.audience}
        account: UUID = (await self.row("auth/read_caller", values))["account_id"]
        if self.token_digest is not None:
            self.app_state.accounts.remember(self.token_digest, str(account))
        return account

    async def arguments(self) -> dict[str, Any]:
        """Everything that a query file may name: token, path, parameters, `content` and the rest of the `body`."""
        route = self.route
        values: dict[str, Any] = {"token_digest": self.token_digest, **self.path_params}
        values["traceparent"] = self.scope["state"]["traceparent"]
        if route.parameters is not None:
            values |= read_parameters(self.scope["query_string"], route.parameters)
        if route.body is not None:
            model = await self.model()
            if "content" in route.text_fields:
                values["content"] = model.content
            values["body"] = model.model_dump_json(exclude_unset=True, exclude={"content"})
        if route.if_match:
            values["if_match"] = read_if_match(self.headers)
        self.take_key(values)
        return values

    async def settle_caller(self) -> None:
        """Before it is said what is wrong with a request: 401 or 403, when that is so. One statement, where needed."""
        if self.route.audience != "public" and not self.caller_known:
            await self.caller()

    async def _settle_before_much(self) -> None:
        """A large body is read only after it is known who sends it."""
        size = declared_size(self.headers)
        if size is None or size > SMALL_BYTES:
            await self.settle_caller()

    async def model(self) -> Any:
        """The body: JSON, or a plain text that is one of the model's fields (its other fields stand in the query).

        Of a route without a body, its parameters.
        """
        route, query = self.route, self.scope["query_string"]
        if route.body is None:
            assert route.parameters is not None
            return validate_strings(pairs(query), route.parameters)
        await self._settle_before_much()
        if route.body_optional and "content-type" not in self.headers and not await read_body(self, 0):
            return route.body()
        most = getattr(self.app_state.settings, route.max_bytes) if route.max_bytes else BODY_BYTES
        if body_type(self.headers, route.consumes) == PLAIN:
            text = decode_text(await read_body(self, most))
            return validate_strings({**pairs(query), route.text_fields[0]: text}, route.body)
        longest = most * ESCAPED + BODY_BYTES if route.max_bytes else most
        found = validate_json(await read_body(self, longest), route.body, most * len(route.text_fields))
        for name in route.text_fields:
            if text_size(getattr(found, name)) > most:
                raise too_large(most)
        return found

    async def file(self) -> tuple[str, dict[str, Any]]:
        """A body that is a text in UTF-8 of a media type that the route consumes, and the other arguments."""
        values: dict[str, Any] = {"token_digest": self.token_digest, **self.path_params}
        assert self.route.parameters is not None
        values |= read_parameters(self.scope["query_string"], self.route.parameters)
        await self._settle_before_much()
        body_type(self.headers, self.route.consumes)
        most = getattr(self.app_state.settings, self.route.max_bytes)
        text = decode_text(await read_body(self, most))
        self.take_key({**values, "file": text})
        return text, values

    def preferred_wait(self) -> tuple[float, dict[str, str]]:
        """How many seconds to wait for a job, and the header that says which preference was met."""
        header, default = ", ".join(self.headers.getlist("prefer")), self.route.wait_seconds or 0.0
        if not header:
            return default, {}
        seconds, applied = preference(header, default)
        return seconds, {"Preference-Applied": applied} if applied else {}


def token_digest(authorization: str) -> bytes | None:
    """What the database knows of the bearer token that was sent, if one was."""
    return digest(authorization[7:].strip()) if authorization[:7].lower() == "bearer " else None


@lru_cache(4096)
def client_key(host: str) -> str:
    """What counts as one client address: an IPv4 address, or the /64 that one customer of an IPv6 network gets."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if address.version == 6 and address.ipv4_mapped is None:
        return address.packed[:8].hex()
    return host


def raw(body: bytes | str) -> bytes:
    """What Postgres sent: JSON comes as bytes, other text as text."""
    return body if isinstance(body, bytes) else body.encode()
