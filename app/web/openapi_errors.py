"""Error responses in the OpenAPI document: for each status the codes that a route may answer with, and what each says.

Routes that refuse by the same codes share one component.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from app.web.errors import CODES, RETRY_AFTER
from app.web.openapi_schemas import Refs, Schema
from app.web.route import HTML, JSON
from app.web.schemas.errors import DETAILS, camel, details_of

ErrorResponse = tuple[int, tuple[str, ...], bool]  # status, codes, and whether it may be a page for people
CORRELATION_ID = "019b0000-0000-7000-8000-0123456789ab"
PAGES = (400, 422)  # what a link that a browser opened is refused with is said on a page
MEMBERS = ("code", "message", "details", "correlation_id")


def error_responses(codes: Iterable[str], page: bool) -> list[ErrorResponse]:
    """The codes of a route by status."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(CODES[code][0], []).append(code)
    return [(status, tuple(found), page and status in PAGES) for status, found in by_status.items()]


def named(operations: Mapping[str, list[ErrorResponse]]) -> dict[ErrorResponse, str]:
    """A name for each: the most usual one of a status has its number, others that of the first operation as well."""
    counted = Counter(error for found in operations.values() for error in found)
    usual: dict[int, ErrorResponse] = {}
    for error, _ in counted.most_common():
        usual.setdefault(error[0], error)
    names: dict[ErrorResponse, str] = {}
    for operation, found in operations.items():
        for error in found:
            status = error[0]
            name = f"Error{status}" if usual[status] == error else f"Error{status}_{operation}"
            names.setdefault(error, name)
    return names


def response(error: ErrorResponse, refs: Refs, headers: Schema) -> Schema:
    """One component: the sentences of its codes, their headers, and the form of each."""
    _, codes, page = error
    content: Schema = {
        JSON: {"schema": {"type": "object", "required": ["error"], "properties": {"error": _forms(codes, refs)}}}
    }
    if page:
        content[HTML] = {"schema": {"type": "string", "description": "A page for people, with the same sentence."}}
    lines = "\n".join(f"- `{code}`: {CODES[code][1]}" for code in codes)
    return {"description": lines, "headers": headers, "content": content}


def more_headers(error: ErrorResponse) -> tuple[str, ...]:
    """Those that an error has beyond what every response has."""
    status, codes, _ = error
    later = any(code in RETRY_AFTER or "retry_after" in details_of(code) for code in codes)
    return ("Retry-After",) * later + ("WWW-Authenticate",) * (status == 401) + ("ETag",) * (status == 412)


def example(code: str) -> Schema:
    """What stands in `error`."""
    details = dict(DETAILS[code][1]) if code in DETAILS else {}
    message = CODES[code][1]
    for name, value in details.items():
        message = message.replace(f"{{{name}}}", ", ".join(map(str, value)) if isinstance(value, list) else str(value))
    return {"code": code, "message": message, "details": details, "correlation_id": CORRELATION_ID}


def schemas(codes: Iterable[str], refs: Refs) -> dict[str, Schema]:
    """Those of codes with details of their own, of any error, and of what all of them have."""
    codes = tuple(codes)
    found: dict[str, Schema] = {
        "ErrorMessage": {"type": "string", "description": "For people; it may change. Decide by `code`."},
        "CorrelationId": {
            "type": "string",
            "description": "The id of the request, as in `X-Request-ID` and in the server's log: name it in a report.",
        },
        "Error": {
            "type": "object",
            "description": "Any error. Each route names those that it may answer with.",
            "required": ["error"],
            "properties": {"error": _form(codes) | {"description": "What went wrong."}},
            "examples": [{"error": example("not_found")}],
        },
    }
    return found | {f"{camel(code)}Error": _form((code,), refs) for code in codes if code in DETAILS}


def _forms(codes: tuple[str, ...], refs: Refs) -> Schema:
    """One of several forms, told apart by `code`."""
    plain = tuple(code for code in codes if code not in DETAILS)
    known = [{"$ref": f"#/components/schemas/{camel(code)}Error"} for code in codes if code in DETAILS]
    forms = [*known, *([_form(plain)] if plain else [])]
    return forms[0] if len(forms) == 1 else {"oneOf": forms}


def _form(codes: tuple[str, ...], refs: Refs | None = None) -> Schema:
    """The object in `error` for some codes; with `refs`, the one of a code whose details have a form of their own."""
    code: Schema = {"type": "string", "description": "What the error is, for programs.", "enum": list(codes)}
    details: Schema = {"type": "object", "description": "What is known beyond the code; it may be empty."}
    form: Schema = {"type": "object"}
    if refs is not None:
        code = {"type": "string", "const": codes[0]}
        details = refs[(DETAILS[codes[0]][0], "serialization")] | {"description": "What is known beyond the code."}
        form |= {"description": CODES[codes[0]][1], "examples": [example(codes[0])]}
    parts: dict[str, Any] = {
        "code": code,
        "message": {"$ref": "#/components/schemas/ErrorMessage"},
        "details": details,
        "correlation_id": {"$ref": "#/components/schemas/CorrelationId"},
    }
    return form | {"required": list(MEMBERS), "properties": parts}
