"""How an AI call can fail: eight kinds, made from whatever the SDKs raise, never keeping a word of what was said."""

import json
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

import anthropic
import httpx2
import openai

from app.ai.sentences import of_the_system, shown


class Kind(StrEnum):
    """What went wrong, as stored in `assay.ai_attempts.outcome`."""

    AUTHENTICATION = "authentication"  # the provider refuses the key
    QUOTA = "quota"  # the key's account may not spend more
    RATE = "rate"  # too many requests for the moment
    MODEL_GONE = "model_gone"  # retired, unknown, or not for this key
    REFUSED = "refused"  # the provider refuses this request, and would again
    DOWN = "down"  # nothing came, too late, or a server's failure
    BAD_RESPONSE = "bad_response"  # something came that is not the provider's format
    BAD_ANSWER = "bad_answer"  # the format is right, the answer is not


# The other provider at once: asking here again would change nothing.
MOVES_ON = frozenset({Kind.AUTHENTICATION, Kind.QUOTA, Kind.REFUSED})
# The reason of a request that the SDK would not make of a row of `assay.ai_models`; nothing was sent.
UNUSABLE_ROW = "unusable_row"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed attempt. `reason` is a code or an exception's class name, never a text from outside."""

    kind: Kind
    reason: str
    status: int | None = None
    request_id: str | None = None
    retry_after: float | None = None  # seconds, as the provider asked
    length: int | None = None  # of a rejected answer
    tokens_in: int | None = None
    tokens_out: int | None = None
    sentence: str = ""  # the provider's own, as far as the log may show it (app/ai/sentences.py)

    @property
    def model_only(self) -> bool:
        """Nothing is wrong but the model: it is gone, or its row cannot be sent. Another may be asked at once."""
        return self.kind is Kind.MODEL_GONE or self.reason == UNUSABLE_ROW


_MODEL_CODES = frozenset({"model_not_found", "model_not_available", "model_deprecated", "model_retired"})
_QUOTA_CODES = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "billing_error",
        "enforced_spend_limit_reached",
        "contract_spend_limit_reached",
    }
)
# Statuses that a second try may cure (RFC 9110; 529 is Anthropic's "overloaded", 499 a proxy's "client went away").
_MAY_PASS = frozenset({408, 409, 425, 499})
_FORBIDDEN_CODES = frozenset({"unsupported_country_region_territory", "request_forbidden"})  # 403, whatever the key
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


def classify(error: Exception) -> Failure:
    """The failure that an exception of an SDK, of its transport or of our own clock stands for.

    Measured against openai 3.5x and anthropic 2.1x: neither hierarchy covers what can be raised (broken JSON is
    `json.JSONDecodeError`, a lone surrogate `UnicodeEncodeError`), so everything has a kind here.
    """
    name = type(error).__name__
    if isinstance(error, openai.APIStatusError | anthropic.APIStatusError):
        headers = error.response.headers
        return Failure(
            kind=_of_status(error.status_code, error.body),
            reason=name,
            status=error.status_code,
            request_id=request_id(headers),
            retry_after=retry_after(headers),
        )
    if isinstance(
        error, json.JSONDecodeError | openai.APIResponseValidationError | anthropic.APIResponseValidationError
    ):
        return Failure(Kind.BAD_RESPONSE, name)
    if isinstance(error.__cause__, httpx2.DecodingError):  # the SDKs call a body that cannot be unpacked a connection's
        return Failure(Kind.BAD_RESPONSE, type(error.__cause__).__name__)
    if isinstance(error, openai.APIConnectionError | anthropic.APIConnectionError | TimeoutError | OSError):
        return Failure(Kind.DOWN, name)
    if isinstance(error, TypeError):  # measured: an SDK's `create` was given a parameter that it does not have
        return Failure(Kind.REFUSED, UNUSABLE_ROW)
    if isinstance(error, UnicodeError | ValueError):  # raised before anything was sent: our own request
        return Failure(Kind.REFUSED, name)
    return Failure(Kind.DOWN, name)


def _of_status(status: int, body: object) -> Kind:
    """An error answer's kind, by its code first and its status second."""
    error = error_object(body)
    codes = {error.get("code"), error.get("type"), error.get("error_code"), _details(error).get("error_code")}
    named = {code.lower() for code in codes if isinstance(code, str)}
    if named & _MODEL_CODES or (status in (404, 410) and "not_found_error" in named):
        return Kind.MODEL_GONE
    if status == 402 or named & _QUOTA_CODES or any("spend_limit" in code for code in named):
        return Kind.QUOTA
    if status == 401 or (status == 403 and error and not named & _FORBIDDEN_CODES):
        return Kind.AUTHENTICATION
    if status == 429:
        return Kind.RATE
    if status >= 500 or status in _MAY_PASS:
        return Kind.DOWN
    return Kind.BAD_RESPONSE if 200 <= status < 400 else Kind.REFUSED


def sentence_of(error: Exception, sent: str) -> str:
    """What the log may show of the sentence in an error answer, or of what the system said of a connection.

    `sent`: the texts of strangers in what the provider was asked.
    """
    if isinstance(error, openai.APIStatusError | anthropic.APIStatusError):
        return shown(error_object(error.body).get("message"), sent)
    return of_the_system(error)


def error_object(body: object) -> Mapping[str, Any]:
    """The `error` member of a provider's error body, or an empty mapping when it is not in its format."""
    if not isinstance(body, Mapping):
        return {}
    error = body.get("error", body)
    return error if isinstance(error, Mapping) else {}


def _details(error: Mapping[str, Any]) -> Mapping[str, Any]:
    details = error.get("details")
    return details if isinstance(details, Mapping) else {}


def request_id(headers: Mapping[str, str]) -> str | None:
    """The provider's own id of a request, to quote to its support; None when absent or not plainly an id."""
    sent = headers.get("x-request-id") or headers.get("request-id") or ""
    return sent if _REQUEST_ID.fullmatch(sent) else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a provider asks to wait (`retry-after-ms`, or `retry-after` in seconds or a date), or None."""
    for header, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        seconds = _number(headers.get(header))
        if seconds is not None and seconds > 0:
            return seconds * scale
    return _until_date(headers.get("retry-after"))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _until_date(text: str | None) -> float | None:
    try:
        seconds = parsedate_to_datetime(text or "").timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return seconds if seconds > 0 else None
