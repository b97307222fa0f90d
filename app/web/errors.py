"""Every error code of the API, and how whatever goes wrong becomes one of them."""

import json
import re
from collections.abc import Mapping
from typing import Any

import asyncpg

from app.db.database import Unavailable
from app.db.error_codes import register

# code: (status, what it says), of those that clients see
CODES: Mapping[str, tuple[int, str]] = {
    row.code: (row.status, row.sentence) for row in register().values() if row.shown_as is None
}
RETRY_AFTER = {"database_unavailable": 2, "ai_unavailable": 30}  # seconds

Header = tuple[bytes, bytes]
# name of a constraint -> its sentence, and the field of what was sent that it speaks of, if it is one
Rules = Mapping[str, tuple[str | None, str | None]]


class Refusal(Exception):
    """An answer that is not what was asked for. `headers` go out with it."""

    def __init__(
        self,
        code: str,
        message: str | None = None,
        details: Mapping[str, Any] | None = None,
        headers: tuple[Header, ...] = (),
        status: int | None = None,
    ) -> None:
        super().__init__(code)
        known, sentence = CODES.get(code, (500, CODES["internal_error"][1]))
        self.status = status or known
        self.code, self.message, self.details = code, message or sentence, details or {}
        after = RETRY_AFTER.get(code)
        self.headers = headers + (((b"retry-after", str(after).encode()),) if after else ())
        if self.status == 401:
            self.headers += ((b"www-authenticate", b"Bearer"),)

    def body(self, correlation_id: str) -> bytes:
        """The envelope."""
        error = {
            "code": self.code,
            "message": self.message,
            "details": self.details,
            "correlation_id": correlation_id,
        }
        return json.dumps({"error": error}, ensure_ascii=False, separators=(",", ":")).encode()


# Native errors by SQLSTATE: the code when the rule's own name is none.
NATIVE = {
    "23505": "conflict",  # unique
    "23P01": "conflict",  # exclusion
    "23503": "conflict",  # foreign key
    "23514": "validation_failed",  # check
    "23502": "validation_failed",  # not null
}
# PTnnn with the name of a rule that is no code of its own.
OF_STATUS = {400: "malformed_request", 403: "wrong_role", 404: "not_found", 409: "conflict", 422: "validation_failed"}
CONFLICTS_THAT_PASS = {"40001", "40P01"}  # given up after several tries


def refusal_of(trouble: Exception, rules: Rules) -> Refusal | None:
    """The refusal that a failed statement means, or None when it is a fault of ours (500).

    PTnnn comes from our own functions: status, rule name, sentence and detail are meant for the client. Of a native
    error only the name of the rule goes out; Postgres's message and detail can hold rows.
    """
    if isinstance(trouble, Unavailable):
        return Refusal("database_unavailable")
    if not isinstance(trouble, asyncpg.PostgresError):
        return None
    state, rule = str(trouble.sqlstate), str(getattr(trouble, "constraint_name", None) or "")
    if re.fullmatch(r"PT[45]\d\d", state):
        status, given = int(state[2:]), _details(getattr(trouble, "detail", None))
        if rule in CODES:
            return Refusal(rule, str(trouble.message), given, status=status)
        code = OF_STATUS.get(status, "conflict")
        more: dict[str, Any] = {"errors": []} if code == "validation_failed" else {}
        return Refusal(code, str(trouble.message), {"rule": rule, **more, **given}, status=status)
    if state in CONFLICTS_THAT_PASS:
        return Refusal("database_unavailable")
    if state in NATIVE:
        code = rule if rule in CODES else NATIVE[state]
        details: dict[str, Any] = {"rule": rule} if rule else {}
        sentence, field = rules.get(rule, (None, None))
        if code == "validation_failed":
            details["errors"] = [{"field": field, "type": rule, "message": sentence}] if field else []
        return Refusal(code, sentence, details, status=CODES[code][0])
    if state.startswith("22"):  # a value that Postgres cannot take
        return Refusal("validation_failed", details={"errors": []})
    return None


def _details(detail: str | None) -> Mapping[str, Any]:
    """The detail of a PTnnn error: a JSON object, else nothing."""
    if not detail or not detail.startswith("{"):
        return {}
    try:
        parsed = json.loads(detail)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
