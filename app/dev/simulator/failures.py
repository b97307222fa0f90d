"""The error answers of both services: status, type, code and message, in each service's own body and headers."""

import hashlib
import itertools
import json
import re
from dataclasses import dataclass, replace

from app.dev.simulator.http_server import Response, reason

SERVICES = ("openai", "anthropic")
JSON = ("content-type", "application/json")
PLAUSIBLE_KEY = re.compile(r"[\x21-\x7e]{8,}")
_serial = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Failure:
    """One way to fail. `code` is OpenAI's `error.code` or Anthropic's `error.details.error_code`."""

    status: int
    type: str
    message: str
    code: str | None = None
    param: str | None = None
    retry_after: str | None = None


_O, _A = "openai", "anthropic"

# Names for `fail=` and `code=`; the wording is the services' own where it is public.
NAMED: dict[str, dict[str, Failure]] = {
    "auth": {
        _O: Failure(401, "invalid_request_error", "Incorrect API key provided.", "invalid_api_key"),
        _A: Failure(401, "authentication_error", "invalid x-api-key"),
    },
    "permission": {
        _O: Failure(403, "invalid_request_error", "Project does not have access to this model.", "model_not_found"),
        _A: Failure(403, "permission_error", "Your API key does not have permission to use the specified resource."),
    },
    "region": {
        _O: Failure(
            403, "request_forbidden", "Country, region, or territory not supported",
            "unsupported_country_region_territory",
        ),
        _A: Failure(403, "permission_error", "Request not allowed"),
    },
    "model-gone": {
        _O: Failure(
            404, "invalid_request_error",
            "The model `{model}` does not exist or you do not have access to it.", "model_not_found",
        ),
        _A: Failure(404, "not_found_error", "model: {model}"),
    },
    "rate": {
        _O: Failure(
            429, "requests",
            "Rate limit reached for {model} in organization org-simulated on requests per min (RPM): "
            "Limit 500, Used 500, Requested 1. Please try again in 1s.",
            "rate_limit_exceeded", retry_after="1",
        ),
        _A: Failure(
            429, "rate_limit_error",
            "This request would exceed your organization's rate limit of 50 requests per minute.", retry_after="1",
        ),
    },
    "quota": {
        _O: Failure(
            429, "insufficient_quota",
            "You exceeded your current quota, please check your plan and billing details. For more information on "
            "this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.",
            "insufficient_quota",
        ),
        _A: Failure(
            429, "rate_limit_error",
            "Your organization has crossed the monthly API usage threshold of its API tier.",
            "enforced_spend_limit_reached",
        ),
    },
    "billing": {
        _O: Failure(429, "insufficient_quota", "Your account is not active, please check your billing details on our "
                    "website.", "billing_not_active"),
        _A: Failure(402, "billing_error", "Your credit balance is too low to access the Anthropic API. Please go to "
                    "Plans & Billing to upgrade or purchase credits."),
    },
    "spend-limit": {
        _O: Failure(429, "insufficient_quota", "Billing hard limit has been reached.", "billing_hard_limit_reached"),
        _A: Failure(400, "invalid_request_error", "You have reached your specified API usage limits. You will regain "
                    "access on 2026-12-01 at 00:00 UTC."),
    },
    "context": {
        _O: Failure(
            400, "invalid_request_error",
            "This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens. "
            "Please reduce the length of the messages.", "context_length_exceeded", "messages",
        ),
        _A: Failure(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
    },
    "policy": {
        _O: Failure(
            400, "invalid_request_error",
            "Invalid prompt: your prompt was flagged as potentially violating our usage policy.", "invalid_prompt",
        ),
        _A: Failure(400, "invalid_request_error", "Output blocked by content filtering policy"),
    },
    "overloaded": {
        _O: Failure(503, "server_error", "The engine is currently overloaded, please try again later."),
        _A: Failure(529, "overloaded_error", "Overloaded"),
    },
}  # fmt: skip

BY_STATUS: dict[int, str] = {401: "auth", 403: "permission", 404: "model-gone", 429: "rate", 529: "overloaded"}

# Anthropic's documented type of each status; OpenAI's is by class.
_ANTHROPIC_TYPES = {
    400: "invalid_request_error", 402: "billing_error", 409: "conflict_error", 413: "request_too_large",
    504: "timeout_error", 529: "overloaded_error",
}  # fmt: skip


def failure(service: str, status: int | None, name: str | None) -> Failure:
    """The failure of a service by status, by name, or a named one under another status."""
    name = name or BY_STATUS.get(status or 0)
    if name is not None:
        named = NAMED[name][service]
        return named if status is None else replace(named, status=status)
    assert status is not None
    if service == "anthropic":
        fallback = "invalid_request_error" if status < 500 else "api_error"
        return Failure(status, _ANTHROPIC_TYPES.get(status, fallback), reason(status))
    return Failure(status, "invalid_request_error" if status < 500 else "server_error", reason(status))


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> Failure:
    """400 invalid_request_error, for a request that the service refuses."""
    return Failure(400, "invalid_request_error", message, code, param)


def request_headers(service: str) -> list[tuple[str, str]]:
    """The headers that the service puts on every answer: request id, and the state of its rate limits."""
    number = next(_serial)
    digest = hashlib.sha256(f"{service} {number}".encode()).hexdigest()
    if service == "openai":
        return [
            ("x-request-id", f"req_{digest[:32]}"),
            ("openai-organization", "org-simulated"),
            ("openai-processing-ms", "1"),
            ("openai-version", "2020-10-01"),
            ("x-ratelimit-limit-requests", "500"),
            ("x-ratelimit-remaining-requests", "499"),
            ("x-ratelimit-reset-requests", "120ms"),
        ]
    return [
        ("request-id", f"req_011{digest[:21]}"),
        ("anthropic-organization-id", "00000000-0000-4000-8000-000000000000"),
        ("anthropic-ratelimit-requests-limit", "50"),
        ("anthropic-ratelimit-requests-remaining", "49"),
        ("anthropic-ratelimit-requests-reset", "2026-11-20T12:00:00Z"),
    ]


def failed(service: str, what: Failure, model: str = "") -> Response:
    """The answer that says so, as the service says it."""
    headers = [*request_headers(service), JSON]
    if what.retry_after is not None:
        headers.append(("retry-after", what.retry_after))
    message = what.message.replace("{model}", model)
    error: dict[str, object] = {"type": what.type, "message": message}
    if service == "openai":
        body: dict[str, object] = {
            "error": {"message": message, "type": what.type, "param": what.param, "code": what.code}
        }
    else:
        if what.code is not None:
            error["details"] = {"error_code": what.code}
        body = {"type": "error", "error": error, "request_id": headers[0][1]}
    return Response(what.status, json.dumps(body).encode(), headers)
