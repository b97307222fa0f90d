"""Every error code of the API, and how whatever goes wrong becomes one of them."""

import json
import logging
import re
from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg
from pydantic import ValidationError
from starlette.responses import JSONResponse, Response

from app.db.database import Unavailable
from app.db.error_codes import register
from app.security.passwords import Overloaded

log = logging.getLogger(__name__)

MOST_ERRORS = 100  # fields that are named; who sends a megabyte of wrong ones is not told of each
RETRY_AFTER = {"ai_unavailable": 30, "database_unavailable": 2, "overloaded": 5}  # seconds, where details tell none
# code: (status, sentence), of those that clients see
CODES: Mapping[str, tuple[int, str]] = {
    row.code: (row.status, row.sentence) for row in register().values() if row.shown_as is None
}
TRANSIENT = {"40001", "40P01"}  # deadlock and serialization failure, given up after several tries
# Native errors by SQLSTATE, of keys that have no row in the register: what somebody else did meanwhile.
NATIVE = {"23505": "conflict", "23P01": "conflict", "23503": "conflict"}
CHECK = "23514"
# What a value can still do wrong that has the form which the models ask for: a number or a time beyond Postgres's, a
# character that it cannot hold. The rest of class 22 (a cast, a division, a role that is missing) is a fault of ours.
OF_A_VALUE = {"22003", "22008", "22021", "22P05"}


class ApiError(Exception):
    """A response that is not what was asked for. `headers` go out with it."""

    def __init__(
        self,
        code: str,
        message: str | None = None,
        details: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, sentence = CODES[code]
        self.code, self.message, self.details = code, message or sentence, dict(details or {})
        self.headers = dict(headers or {})
        seconds = self.details.get("retry_after", RETRY_AFTER.get(code))
        if isinstance(seconds, int):
            self.headers.setdefault("Retry-After", str(seconds))
        if self.status == 412 and "etag" in self.details:
            self.headers["ETag"] = str(self.details["etag"])
        if self.status == 401:
            self.headers["WWW-Authenticate"] = "Bearer"

    def response(self, correlation_id: str) -> Response:
        """The one shape of every error."""
        error = {
            "code": self.code,
            "message": self.message,
            "details": self.details,
            "correlation_id": correlation_id,
        }
        return JSONResponse({"error": error}, self.status, self.headers)

    def log(self, route: str) -> None:
        """A line about it; never with the address, which holds what a client put into it."""
        log.info("%d %s: %s", self.status, self.code, route)


class InternalError(Exception):
    """Stands in the log for an exception whose text may hold what was sent."""


def invalid(errors: list[dict[str, Any]]) -> ApiError:
    """422 with its list of fields: `field`, `type` and `message` of each."""
    return ApiError("validation_failed", details={"errors": errors})


def from_validation(error: ValidationError, sent: Any = None) -> ApiError:
    """Fields with what is wrong about them, never with what was sent. `sent`: the JSON, to find the fields in."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)[:MOST_ERRORS]
    if any(one["type"] == "json_invalid" for one in errors):
        return ApiError("malformed_request", "The body is not well-formed JSON in UTF-8.")
    fields = [{"field": _field(one["loc"], sent)[:200], "type": one["type"], "message": one["msg"]} for one in errors]
    if all(one["type"] in CODES for one in errors):  # rules of the database, known beforehand
        return ApiError(fields[0]["type"], fields[0]["message"], {"errors": fields})
    return invalid(fields)


def _field(location: Iterable[int | str], sent: Any) -> str:
    """The way to a field in what was sent. Between its parts Pydantic names alternatives of a union, such as a kind."""
    parts = list(location)
    way, here = [], sent
    for number, part in enumerate(parts, 1):
        known = part in here if isinstance(here, dict) else isinstance(here, list) and isinstance(part, int)
        missing = number == len(parts) and isinstance(here, dict | None)
        if known or missing or sent is None:
            way.append(str(part))
        here = here[part] if known else here
    return ".".join(way)


def from_exception(error: Exception) -> ApiError | None:
    """What an exception means, or None when it is a fault of ours (500).

    Of statements that failed, PTnnn comes from our own functions: sentence and detail are meant for the client. Of a
    native error only the name of the rule goes out, with its sentence in the register; Postgres's message and detail
    can hold rows.
    """
    if isinstance(error, ApiError):
        return error
    if isinstance(error, Overloaded):  # too many passwords wait to be hashed
        return ApiError("overloaded")
    if isinstance(error, Unavailable):
        return ApiError("database_unavailable")
    if not isinstance(error, asyncpg.PostgresError):
        return None
    state, rule = str(error.sqlstate), str(getattr(error, "constraint_name", None) or "")
    if re.fullmatch(r"PT[45]\d\d", state):
        details = _details(getattr(error, "detail", None))
        return _from_rule(rule, "internal_error", str(error.message), details)
    if state in TRANSIENT:
        return ApiError("database_unavailable")
    if state in NATIVE:
        return _from_rule(rule, NATIVE[state], None, {})
    if state == CHECK and _is_of_clients(rule):
        return _from_rule(rule, "internal_error", None, {})
    if state in OF_A_VALUE:
        return ApiError("validation_failed", details={"errors": []})
    return None


def _is_of_clients(check: str) -> bool:
    """Whether a client can break it: it is known to them by its name or as a conflict, or speaks of a field they send.

    Another check, like a column that is null, speaks of what assay itself writes: to break it is a fault of ours.
    """
    row = register().get(check)
    return row is not None and (row.shown_as != "validation_failed" or row.field is not None)


def _from_rule(rule: str, otherwise: str, message: str | None, details: Mapping[str, Any]) -> ApiError:
    row = register().get(rule)
    code = (row.shown_as or row.code) if row else otherwise
    if "errors" in details:  # fields of the request are wrong
        code = "validation_failed"
    details = {"rule": rule, **details} if rule and code != rule else dict(details)
    message = message or (row.sentence if row else None)
    if code == "validation_failed" and "errors" not in details:
        field = row.field if row else None
        details["errors"] = [{"field": field, "type": rule, "message": message}] if field else []
    return ApiError(code, message, details)


def _details(detail: str | None) -> Mapping[str, Any]:
    """The detail of a PTnnn error: a JSON object, else nothing."""
    if not detail or not detail.startswith("{"):
        return {}
    try:
        parsed = json.loads(detail)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
