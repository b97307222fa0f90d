"""The envelope that every error has."""

from typing import Any

import httpx2


def error_of(answer: httpx2.Response, status: int, code: str) -> dict[str, Any]:
    """The error, after a look at all that every error has in common."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    assert "ratelimit" in answer.headers
    assert answer.json().keys() == {"error"}
    error: dict[str, Any] = answer.json()["error"]
    assert error.keys() == {"code", "message", "details", "correlation_id"}
    assert error["code"] == code
    assert error["correlation_id"] == answer.headers["x-request-id"]
    assert "sw0rdfi" not in answer.text
    return error
