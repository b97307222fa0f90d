"""What a request sends, under the names that query files know: token, path, query parameters, `body`, `content`."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from app.web.body import (
    BODY_BYTES,
    body_type,
    of_json,
    of_strings,
    pairs_in,
    pairs_of,
    read_body,
    text_of,
    too_large,
)
from app.web.request import Call

SHORT = 200  # bytes of a query that is remembered: clients ask for the same few again and again
ESCAPED = 6  # bytes that JSON may spend on a character of one byte: \u0041


async def sent(call: Call) -> dict[str, Any]:
    """Everything that a query file may name."""
    route = call.route
    values: dict[str, Any] = {"token": call.token, **call.path}
    if route.parameters is not None:
        query: bytes = call.scope["query_string"]
        values |= (read_query if len(query) <= SHORT else read_query.__wrapped__)(query, route.parameters)
    if route.body is not None:
        model = await read_model(call, route.body)
        if "content" in route.texts:
            values["content"] = model.__dict__["content"]
        else:
            values["body"] = model.model_dump_json(exclude_unset=True)
    return values


async def read_model(call: Call, model: type[BaseModel]) -> BaseModel:
    """The body: JSON, or a plain text that is one of the model's fields (its other fields stand in the query)."""
    route = call.route
    if route.body_optional and b"content-type" not in call.headers and not await read_body(call, 0):
        return model()
    kind = body_type(call, route.takes)
    most = getattr(call.world.settings, route.most) if route.most else BODY_BYTES
    if kind == "text/plain":
        text = text_of(await read_body(call, most))
        return of_strings({**pairs_of(call), route.texts[0]: text}, model)
    found = of_json(await read_body(call, most * ESCAPED + BODY_BYTES if route.most else most), model)
    for name in route.texts:
        if len((found.__dict__[name] or "").encode()) > most:
            raise too_large(most)
    return found


@lru_cache(4096)
def read_query(query: bytes, parameters: type[BaseModel]) -> Mapping[str, Any]:
    """The query parameters of an address, and the defaults of those that it does not name."""
    return of_strings(pairs_in(query), parameters).__dict__
