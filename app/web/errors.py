"""Every error code of the API, and how whatever goes wrong becomes one of them."""

import json
import re
from collections.abc import Mapping
from typing import Any

import asyncpg

from app.db.database import Unavailable

# code: (status, what it says when nothing more exact is known)
CODES: Mapping[str, tuple[int, str]] = {
    "malformed_request": (400, "The request could not be read."),
    "invalid_verification_token": (400, "This verification link is not valid, was used, or is too old."),
    "invalid_reset_token": (400, "This password link is not valid, was used, or is too old."),
    "missing_token": (401, "Send an access token: Authorization: Bearer …"),
    "invalid_token": (401, "The access token is not valid, or no longer."),
    "invalid_credentials": (401, "The e-mail address or the password is wrong."),
    "wrong_role": (403, "Your role may not do this."),
    "email_not_verified": (403, "Confirm your e-mail address first, with the link that was sent to you."),
    "not_found": (404, "There is nothing here, or nothing that you may see."),
    "method_not_allowed": (405, "This address does not take that method."),
    "not_acceptable": (406, "This cannot be answered in any of the media types that you accept."),
    "already_submitted": (409, "You have already handed in a text for this assignment."),
    "submission_pending": (409, "Your text for this assignment is being graded."),
    "deadline_passed": (409, "The deadline of this assignment has passed."),
    "assignment_locked": (409, "An assignment cannot be changed after its first submission."),
    "assignment_not_ready": (409, "This assignment has no correction template yet."),
    "conflict": (409, "This does not go together with what is stored."),
    "body_too_large": (413, "The body is too large."),
    "unsupported_media_type": (415, "This address does not take a body of that media type."),
    "validation_failed": (422, "What was sent does not have the required form."),
    "max_score_unclear": (422, "The maximum score is not clear from the instructions, and was not given."),
    "api_key_missing": (422, "The teacher has not stored an API key of any AI service."),
    "api_key_rejected": (422, "The AI service does not accept this API key."),
    "rate_limited": (429, "Too many requests: wait before the next one."),
    "internal_error": (500, "Something went wrong on our side."),
    "ai_unavailable": (502, "No AI service could do it."),
    "database_unavailable": (503, "The database does not answer just now: try again."),
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
