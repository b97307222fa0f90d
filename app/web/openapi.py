"""The OpenAPI 3.1 document, made from the table of routes."""

import json
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.web.errors import CODES, RETRY_AFTER
from app.web.route import CSV, EVENTS, GIFT, JSON, PLAIN, Route
from app.web.router import ID, PATH_PARAMETERS
from app.web.routes import ROUTES
from app.web.schemas.responses import Error, JobAccepted

Schema = dict[str, Any]
REF = "#/components/schemas/{model}"
LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
TEXT: Schema = {"type": "string"}
# By route and name: what is sent, the status, and the answer. Made and checked by tests/web/test_examples.py.
EXAMPLES: Mapping[str, Mapping[str, Schema]] = json.loads(
    files("app.web.schemas").joinpath("examples.json").read_text("utf-8")
)
CORRELATION_ID = "019b0000-0000-7000-8000-0123456789ab"
ABOUT = """Every answer carries `X-Request-ID` and the headers of its rate limit. Errors have one shape; `code` tells
them apart. Lists take `limit` and `cursor`. Long work is a job: the request waits for it as `Prefer` says.
A `GET` may be a `HEAD`; any other method that an address does not take is `405`, code `method_not_allowed`.
Ids are UUIDs, times RFC 3339 in UTC."""
PREFER: Schema = {
    "name": "Prefer",
    "in": "header",
    "description": "`wait=N`: wait N seconds for the job (at most 60; without it 30 where a job begins, else 0);"
    " `respond-async`: do not wait (RFC 7240)",
    "schema": {"type": "string"},
    "examples": {"wait": {"value": "wait=10"}, "at once": {"value": "respond-async"}},
}
ON_EVERY_RESPONSE: Mapping[str, tuple[str, str]] = {
    "X-Request-ID": ("string", "the id of this request, also in the log; one that the client sent is kept"),
    "RateLimit-Policy": ("string", 'quota and window in seconds, as in `"read";q=3000;w=60` (IETF draft)'),
    "RateLimit": ("string", 'what remains and the seconds until more, as in `"read";r=2999;t=60` (IETF draft)'),
    "X-RateLimit-Limit": ("integer", "quota"),
    "X-RateLimit-Remaining": ("integer", "what remains of it"),
    "X-RateLimit-Reset": ("integer", "when the window ends, in seconds since 1970"),
}
OTHER_HEADERS: Mapping[str, tuple[str, str]] = {
    "Retry-After": ("integer", "seconds"),
    "Allow": ("string", "the methods that this address takes"),
    "WWW-Authenticate": ("string", "Bearer"),
    "Location": ("string", "the job"),
    "Preference-Applied": ("string", "which preference was met (RFC 7240)"),
    "Content-Disposition": ("string", "the name of the file (RFC 6266)"),
}


def make_document(routes: Iterable[Route] = ROUTES) -> Schema:
    """The whole document."""
    routes = tuple(routes)
    bodies = dict.fromkeys(route.body for route in routes if route.body)
    shown = dict.fromkeys([Error, JobAccepted, *(route.response for route in routes if _is_model(route.response))])
    wanted: Any = [(model, "validation") for model in bodies] + [(model, "serialization") for model in shown]
    refs, definitions = models_json_schema(wanted, ref_template=REF)
    for model in bodies:  # generators of clients take a field with a default for one that is always there, and send it
        for part in definitions["$defs"][model.__name__].get("properties", {}).values():
            part.pop("default", None)
    paths: dict[str, Schema] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "assay", "version": version("assay"), "description": ABOUT, "license": LICENSE},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in ("auth", "student", "teacher", "service")],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": definitions["$defs"],
            "examples": {code: {"value": _error(code)} for code in CODES},
            "headers": {name: _header(*said) for name, said in {**ON_EVERY_RESPONSE, **OTHER_HEADERS}.items()},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "from POST /auth/login"}},
        },
    }


def document_bytes(routes: Iterable[Route] = ROUTES) -> bytes:
    """The document as it is sent."""
    return json.dumps(make_document(routes), ensure_ascii=False, separators=(",", ":")).encode()


def _error(code: str) -> Schema:
    said = {"code": code, "message": CODES[code][1], "details": {}, "correlation_id": CORRELATION_ID}
    return {"error": said}


def _examples(route: Route, part: str, kind: str, status: int | None = None) -> Schema:
    """The examples of one media type: of what is sent, or of an answer with this status."""
    found = {
        name: {"value": one[part]}
        for name, one in EXAMPLES.get(route.name, {}).items()
        if part in one and status in (None, one["status"]) and _media_type(one[part], part, name) == kind
    }
    return {"examples": found} if found else {}


def _media_type(value: Any, part: str, name: str) -> str:
    if not isinstance(value, str):
        return JSON
    return GIFT if name == GIFT else CSV if name == CSV and part == "answer" else PLAIN


def _is_model(answer: Any) -> bool:
    return isinstance(answer, type) and issubclass(answer, BaseModel)


def _header(kind: str, description: str) -> Schema:
    return {"description": description, "schema": {"type": kind}}


def _headers(*more: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*ON_EVERY_RESPONSE, *more)}


def _operation(route: Route, refs: Mapping[Any, Schema]) -> Schema:
    name = route.query.replace("/", "_") or route.path.strip("/").replace("/", "_").replace(".", "_")
    if route.method == "GET" and route.changes:
        name += "_by_link"
    operation: Schema = {
        "operationId": name,
        "summary": route.summary,
        "tags": [route.tag],
        "responses": _errors(route, refs) | _responses(route, refs),
    }
    if parameters := _parameters(route):
        operation["parameters"] = parameters
    if route.body is not None:
        content = {
            kind: {"schema": refs[(route.body, "validation")] if kind == JSON else TEXT}
            | _examples(route, "request", kind)
            for kind in route.consumes
        }
        operation["requestBody"] = {"required": not route.body_optional, "content": content}
    if route.audience == "public":
        operation["security"] = []
    operation["description"] = f"Rate limit: `{route.scope}`."
    return operation


def _parameters(route: Route) -> list[Schema]:
    """Of the path, of the query and the headers that matter."""
    found: list[Schema] = [
        {"name": name, "in": "path", "required": True, "schema": PATH_PARAMETERS.get(name, ID).schema}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.parameters is not None:
        found += _of_query(route.parameters, ())
    if route.body is not None and PLAIN in route.consumes and len(route.body.model_fields) > 1:
        found += [
            one | {"description": "when the body is text/plain"} for one in _of_query(route.body, route.text_fields)
        ]
    if route.wait_seconds is not None:
        found.append(PREFER)
    return found


def _of_query(model: type[BaseModel], but: tuple[str, ...]) -> list[Schema]:
    schema = model.model_json_schema(mode="validation")
    needed = () if but else schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": _without_null(part)}
        for name, part in schema["properties"].items()
        if name not in but and part.get("type") not in ("object", "array")
    ]


def _without_null(schema: Schema) -> Schema:
    """A query parameter is there or not; it cannot be null, nor a list or an object as a body can."""
    kept = [one for one in _alternatives(schema) if one.get("type") not in ("null", "array", "object")]
    plain = {key: part for key, part in schema.items() if key not in ("anyOf", "oneOf", "title") and part is not None}
    return plain | kept[0] if len(kept) == 1 else plain


def _alternatives(schema: Schema) -> list[Schema]:
    found = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [inner for one in found for inner in (_alternatives(one) or [one])]


def _responses(route: Route, refs: Mapping[Any, Schema]) -> Schema:
    """What was asked for, in each media type."""
    if route.status == 204:
        return {"204": {"description": "Done", "headers": _headers()}}
    shown = refs[(route.response, "serialization")] if _is_model(route.response) else {"type": "object"}
    content = {
        kind: {"schema": shown if kind == JSON else TEXT} | _examples(route, "answer", kind, route.status)
        for kind in route.produces
    }
    if EVENTS in content:
        content[EVENTS]["schema"] = TEXT | {
            "description": "`event: status` with the job as `data`, for each change; the stream ends with the last"
        }
    more = ["Content-Disposition"] * route.downloads
    more += ["Preference-Applied"] * (route.wait_seconds is not None)
    found = {str(route.status): {"description": "Done", "headers": _headers(*more), "content": content}}
    if route.outcome:
        waiting = {"schema": refs[(JobAccepted, "serialization")]} | _examples(route, "answer", JSON, 202)
        found["202"] = {
            "description": "Not done yet: the job",
            "headers": _headers("Location", "Preference-Applied"),
            "content": {JSON: waiting},
        }
    for status in route.other_statuses:
        found[str(status)] = found[str(route.status)] | {"description": "Not so"}
    return found


def codes_of(route: Route) -> list[str]:
    """Every error code that a route may answer with."""
    codes = ["not_acceptable", "internal_error", "malformed_request", *route.codes]
    if route.limited:
        codes.append("rate_limited")
    if route.query or route.audience != "public":
        codes.append("database_unavailable")
    if route.audience != "public":
        codes += ["missing_token", "invalid_token"]
    if route.audience in ("student", "teacher"):
        codes.append("wrong_role")
    if "{" in route.path:
        codes.append("not_found")
    if route.body is not None:
        codes += ["body_too_large", "unsupported_media_type", "validation_failed", "overloaded"]
    elif route.parameters is not None:
        codes.append("validation_failed")
    return sorted(set(codes), key=list(CODES).index)


def _errors(route: Route, refs: Mapping[Any, Schema]) -> Schema:
    """The error codes by status."""
    by_status: dict[int, list[str]] = {}
    for code in codes_of(route):
        by_status.setdefault(CODES[code][0], []).append(code)
    found: Schema = {}
    for status, codes in by_status.items():
        later = any(code in RETRY_AFTER or code == "rate_limited" for code in codes)
        more = ("Retry-After",) * later + ("WWW-Authenticate",) * (status == 401)
        lines = "\n".join(f"- `{code}`: {CODES[code][1]}" for code in codes)
        examples = {code: {"$ref": f"#/components/examples/{code}"} for code in codes}
        content = {JSON: {"schema": refs[(Error, "serialization")], "examples": examples}}
        found[str(status)] = {"description": lines, "headers": _headers(*more), "content": content}
    return found
