"""The OpenAPI 3.1 document, made from the table of routes.

Its schemas, errors and examples are made in the files beside this one, and its sentences stand in descriptions/.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel

from app.web import descriptions, openapi_errors, openapi_examples
from app.web.errors import CODES
from app.web.openapi_schemas import Refs, Schema, headers_of, names_of, of_query, schemas_of
from app.web.route import EVENTS, HTML, JSON, PLAIN, Route
from app.web.router import ID, PATH_PARAMETERS
from app.web.routes import ROUTES
from app.web.schemas.errors import DETAILS
from app.web.schemas.responses import JobAccepted, JobEvent

LICENSE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
TEXT: Schema = {"type": "string"}
ABOUT = """Every answer carries `X-Request-ID` and the headers of its rate limit: `RateLimit`, `RateLimit-Policy`,
`X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset`. A `GET` counts as `read`, another request as
`write`, unless its route names another scope. Errors have one shape; `code` tells
them apart. Lists take `limit` and `cursor`. Long work is a job: the request waits for it as `Prefer` says.
A `GET` may be a `HEAD`; any other method that an address does not take is `405`, code `method_not_allowed`.
Ids are UUIDs, times RFC 3339 in UTC. An answer may gain fields; a field that is not known is refused in a body."""
TAGS: Mapping[str, str] = {
    "auth": "Accounts, sessions and passwords, for both roles.",
    "student": "What students do; a teacher is refused with `wrong_role`.",
    "teacher": "What teachers do. They read each other's assignments and change only their own.",
    "service": "The service itself; no token is needed.",
}
# What is known of a header of a request beyond its sentence.
HEADER_FORMS: Mapping[str, Schema] = {
    "Prefer": {"examples": {"wait": {"value": "wait=10"}, "at once": {"value": "respond-async"}}},
    "Idempotency-Key": {
        "schema": {"type": "string", "maxLength": 600},
        "example": '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    },
}
ON_EVERY_RESPONSE = (
    "X-Request-ID", "RateLimit-Policy", "RateLimit", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
)  # fmt: skip
RESPONSE_HEADERS = (
    *ON_EVERY_RESPONSE, "Retry-After", "ETag", "Allow", "WWW-Authenticate", "Location", "Preference-Applied",
    "Content-Disposition",
)  # fmt: skip
NUMBERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After")  # of these headers


def make_document(routes: Iterable[Route] = ROUTES) -> Schema:
    """The whole document."""
    routes = tuple(routes)
    shown = [JobAccepted, JobEvent, *(route.response for route in routes if _is_model(route.response))]
    sent = [route.body for route in routes if route.body]
    refs, schemas = schemas_of(sent, [*(model for model, _ in DETAILS.values()), *shown])
    details = {code: schemas.pop(model.__name__) for code, (model, _) in DETAILS.items()}
    refused = {
        operation_id(route): openapi_errors.error_responses(codes_of(route), _has_page(route)) for route in routes
    }
    names = openapi_errors.named(refused)
    paths: dict[str, Schema] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs) | {
            "parameters": _parameters(route),
            "responses": _responses(route, refs)
            | {
                str(error[0]): {"$ref": f"#/components/responses/{names[error]}"}
                if error in names
                else openapi_errors.response(error)
                for error in refused[operation_id(route)]
            },
        }
    operations = [operation for item in paths.values() for operation in item.values()]
    jobs = (openapi_examples.of_answer(route, JSON, 202) for route in routes if route.outcome)
    job = {"schema": refs[(JobAccepted, "serialization")]} | next(filter(None, jobs), {})
    return {
        "openapi": "3.1.0",
        "info": {"title": "assay", "version": version("assay"), "description": ABOUT, "license": LICENSE},
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": sentence} for name, sentence in TAGS.items()],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas | openapi_errors.schemas(CODES, names, details),
            "responses": {
                "Done": {"description": "Done; there is no body."},
                "JobAccepted": {"description": "Not done yet: the job."}
                | headers_of("Location", "Preference-Applied")
                | {"content": {JSON: job}},
                "NotModified": {"description": "It is what `If-None-Match` names."} | headers_of("ETag"),
            }
            | {name: openapi_errors.response(error, name) for error, name in names.items()},
            "parameters": _share_parameters(operations),
            "examples": openapi_examples.share(operations),
            "headers": {name: _header(name) for name in RESPONSE_HEADERS},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The `token` of `POST /auth/login`."}
            },
        },
    }


@cache
def document_bytes(routes: tuple[Route, ...] = ROUTES) -> bytes:
    """The document as it is sent; a quarter of a second's work, done when somebody first asks for it."""
    return json.dumps(make_document(routes), ensure_ascii=False, separators=(",", ":")).encode()


def operation_id(route: Route) -> str:
    """The name of a route in the clients that are generated: role and query file."""
    name = route.query.replace("/", "_") or route.path.strip("/").replace("/", "_").replace(".", "_")
    return f"{name}_by_link" if route.method == "GET" and route.changes else name


def _is_model(answer: Any) -> bool:
    return isinstance(answer, type) and issubclass(answer, BaseModel)


def _has_page(route: Route) -> bool:
    """Whether a browser gets a page where a program gets JSON."""
    return HTML in route.produces and JSON in route.produces


def _header(name: str) -> Schema:
    kind = "integer" if name in NUMBERS else "string"
    return {"description": descriptions.of_field("Response header", name) or "", "schema": {"type": kind}}


def _operation(route: Route, refs: Refs) -> Schema:
    """All of it but its parameters and responses."""
    usual = "read" if route.method == "GET" else "write"
    said = (
        descriptions.routes().get(route.name, ""),
        f"Rate limit: `{route.scope}`." if route.scope != usual else "",
    )
    operation: Schema = {
        "operationId": operation_id(route),
        "summary": route.summary,
        "description": "\n\n".join(filter(None, said)),
        "tags": [route.tag],
    }
    if route.body is not None:
        content = {
            kind: {"schema": refs[(route.body, "validation")] if kind == JSON else TEXT}
            | openapi_examples.of_request(route, kind)
            for kind in route.consumes
        }
        operation["requestBody"] = {"required": not route.body_optional, "content": content}
    if route.audience == "public":
        operation["security"] = []
    return operation


def _parameters(route: Route) -> list[Schema]:
    """Of the path, of the query and the headers that matter."""
    found: list[Schema] = [
        {"name": name, "in": "path", "required": True, "description": descriptions.of_field("Path", name) or ""}
        | {"schema": PATH_PARAMETERS.get(name, ID).schema}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.parameters is not None:
        found += of_query(route.parameters)
    if route.body is not None and PLAIN in route.consumes and len(route.body.model_fields) > 1:
        found += of_query(route.body, beside_text=route.text_fields)
    headers = {
        "Prefer": route.wait_seconds is not None,
        "Idempotency-Key": route.idempotency_key,
        "If-Match": route.if_match,
        "If-None-Match": route.etag and route.reads,
        "Last-Event-ID": EVENTS in route.produces,
    }
    return found + [
        {"name": name, "in": "header", "description": descriptions.of_field("Request header", name) or ""}
        | {"schema": TEXT, **HEADER_FORMS.get(name, {})}
        for name, read in headers.items()
        if read
    ]


def _share_parameters(operations: Iterable[Schema]) -> dict[str, Schema]:
    """Those that several operations have, by name; in them stands a reference to it."""
    operations = tuple(operations)
    names = names_of((one["name"], json.dumps(one)) for operation in operations for one in operation["parameters"])
    for operation in operations:
        operation["parameters"] = [
            {"$ref": f"#/components/parameters/{names[json.dumps(one)]}"} if json.dumps(one) in names else one
            for one in operation["parameters"]
        ]
    return {name: json.loads(written) for written, name in names.items()}


def _responses(route: Route, refs: Refs) -> Schema:
    """What was asked for, in each media type."""
    if route.status == 204:
        return {"204": {"$ref": "#/components/responses/Done"}}
    shown = refs[(route.response, "serialization")] if _is_model(route.response) else {"type": "object"}
    content = {
        kind: {"schema": shown if kind == JSON else TEXT} | openapi_examples.of_answer(route, kind, route.status)
        for kind in route.produces
    }
    if EVENTS in content:  # as OpenAPI 3.2 will say it
        content[EVENTS]["x-itemSchema"] = refs[(JobEvent, "serialization")]
        content[EVENTS]["schema"] = TEXT | {
            "description": "`event: status` with the job as `data`, for each change; the stream ends with the last."
        }
    more = ["Content-Disposition"] * route.downloads
    more += ["Preference-Applied"] * (route.wait_seconds is not None) + ["ETag"] * route.etag
    found = {
        str(status): {"description": HTTPStatus(status).phrase} | headers_of(*more) | {"content": content}
        for status in (route.status, *route.other_statuses)
    }
    if route.etag and route.reads:
        found["304"] = {"$ref": "#/components/responses/NotModified"}
    if EVENTS in content:
        found["204"] = {"$ref": "#/components/responses/Done"}
    if route.outcome:
        found["202"] = {"$ref": "#/components/responses/JobAccepted"}
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
    if route.if_match:
        codes.append("precondition_failed")
    if route.idempotency_key:
        codes.append("idempotency_key_reused")
    if route.body is not None:
        codes += ["body_too_large", "unsupported_media_type", "validation_failed", "overloaded"]
    elif route.parameters is not None:
        codes.append("validation_failed")
    return sorted(set(codes), key=list(CODES).index)
