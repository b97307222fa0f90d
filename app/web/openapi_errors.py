"""Error responses in the OpenAPI document: for each status the codes that a route may answer with, and what each says.

Routes that refuse by the same codes share one component.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from app.web.errors import CODES, RETRY_AFTER
from app.web.openapi_schemas import REF, Schema, headers_of
from app.web.route import HTML, JSON
from app.web.routes import RULES
from app.web.schemas.errors import DETAILS, camel, details_of

ErrorResponse = tuple[int, tuple[str, ...], bool]  # status, codes, and whether it may be a page for people
CORRELATION_ID = "019b0000-0000-7000-8000-0123456789ab"
DETAILS_OF_A_RULE: Schema = {
    "type": "object",
    "description": "Empty; or, of a rule that a field was seen to break before the database was asked, which field.",
    "properties": {
        "errors": {
            "type": "array",
            "description": "Each field that breaks the rule.",
            "items": {"$ref": REF.format(model="FieldError")},
        }
    },
}
PAGES = (400, 422)  # what a link that a browser opened is refused with is said on a page


def error_responses(codes: Iterable[str], page: bool) -> list[ErrorResponse]:
    """The codes of a route by status."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(CODES[code][0], []).append(code)
    return [(status, tuple(found), page and status in PAGES) for status, found in by_status.items()]


def named(operations: Mapping[str, list[ErrorResponse]]) -> dict[ErrorResponse, str]:
    """A name for each that several operations have: of the most usual one of a status its number, of others that of
    the first operation as well."""
    counted = Counter(error for found in operations.values() for error in found)
    usual: dict[int, ErrorResponse] = {}
    for error, _ in counted.most_common():
        usual.setdefault(error[0], error)
    names: dict[ErrorResponse, str] = {}
    for operation, found in operations.items():
        for error in found:
            status = error[0]
            if counted[error] > 1:
                names.setdefault(error, f"{status}" if usual[status] == error else f"{status}_{operation}")
    return names


def response(error: ErrorResponse, name: str | None = None) -> Schema:
    """Its codes, their headers, and the form of each: a schema of its own where it has a name."""
    status, codes, page = error
    later = any(code in RETRY_AFTER or "retry_after" in details_of(code) for code in codes)
    headers = ["Retry-After"] * later + ["WWW-Authenticate"] * (status == 401) + ["ETag"] * (status == 412)
    content: Schema = {JSON: {"schema": {"$ref": REF.format(model=f"Error{name}")} if name else _body(codes)}}
    if page:
        content[HTML] = {"schema": {"type": "string", "description": "A page for people, with the same sentence."}}
    said = ", ".join(f"`{code}`" for code in codes)
    return {"description": said} | headers_of(*headers) | {"content": content}


def example(code: str) -> Schema:
    """What stands in `error`."""
    details = dict(DETAILS[code][1]) if code in DETAILS else {}
    message = CODES[code][1]
    for name, value in details.items():
        message = message.replace(f"{{{name}}}", ", ".join(map(str, value)) if isinstance(value, list) else str(value))
    return {"code": code, "message": message, "details": details, "correlation_id": CORRELATION_ID}


def schemas(
    codes: Iterable[str], names: Mapping[ErrorResponse, str], details: Mapping[str, Schema]
) -> dict[str, Schema]:
    """That of any error, of what all of them have, of each code with details of its own, and of each named response."""
    codes = tuple(codes)
    sentences = "\n".join(f"- `{code}`: {CODES[code][1]}" for code in codes)
    members: dict[str, Schema] = {
        "message": {"type": "string", "description": "For people; it may change. Decide by `code`."},
        "correlation_id": {
            "type": "string",
            "description": "The id of the request, as in `X-Request-ID` and in the server's log: name it in a report.",
        },
    }
    any_error = _more(
        "ErrorBase",
        code={"type": "string", "description": f"What the error is, for programs.\n\n{sentences}", "enum": list(codes)},
        details={"type": "object", "description": "What is known beyond the code; it may be empty."},
    )
    found: dict[str, Schema] = {
        "ErrorBase": {"type": "object", "required": list(members), "properties": members},
        "PlainError": _more("ErrorBase", details=DETAILS_OF_A_RULE),
        "Error": {
            "type": "object",
            "description": "Any error. Each route names the codes that it may answer with.",
            "required": ["error"],
            "properties": {"error": any_error},
            "examples": [{"error": example("not_found")}],
        },
    }
    found |= {_name(code): _detailed(code, details[code]) for code in codes if code in DETAILS}
    found |= {_name(name): _plain(rules) for name, rules in RULES.items()}
    return found | {f"Error{name}": _body(codes) for (_, codes, _), name in names.items()}


def _name(code: str) -> str:
    return f"{camel(code)}Error"


def _body(codes: tuple[str, ...]) -> Schema:
    """What is answered: one of several forms, told apart by `code`."""
    alone, lists = _by_list(codes)
    plain = [code for code in alone if code not in DETAILS]
    forms: list[Schema] = [
        {"$ref": REF.format(model=_name(name))} for name in (*(code for code in alone if code in DETAILS), *lists)
    ]
    forms += [_plain(plain)] if plain else []
    return {
        "type": "object",
        "required": ["error"],
        "properties": {"error": forms[0] if len(forms) == 1 else {"oneOf": forms}},
    }


def _by_list(codes: Iterable[str]) -> tuple[list[str], list[str]]:
    """The codes that are of none of the lists of rules in the table of routes, and the names of the lists."""
    lists = [name for name, rules in RULES.items() if set(rules) <= set(codes)]
    return [code for code in codes if all(code not in RULES[name] for name in lists)], lists


def _plain(codes: Iterable[str]) -> Schema:
    """The object in `error` for codes without details of their own."""
    return _more("PlainError", code={"type": "string", "enum": list(codes)})


def _detailed(code: str, details: Schema) -> Schema:
    """The object in `error` for a code whose details have a form of their own."""
    known = details | {"examples": [DETAILS[code][1]]}
    return _more("ErrorBase", code={"const": code}, details=known)


def _more(base: str, **properties: Schema) -> Schema:
    """A schema that is another one and these fields; they stand in `allOf`, too, where every generator looks."""
    own = {"type": "object", "required": list(properties), "properties": properties}
    return {"allOf": [{"$ref": REF.format(model=base)}, own]}
