"""Whatever an SDK raises has a kind, and nothing of what was said stays in it."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import anthropic
import httpx2
import openai
import pytest

from app.ai.backoff import Backoff
from app.ai.failures import Failure, Kind, classify, retry_after
from app.ai.models import Model, arguments
from app.ai.protocols import Completion, RawResponse, read_anthropic, read_openai

SECRET = "sk-never-in-a-failure and the essay"
OPENAI = {"type": "invalid_request_error", "message": SECRET, "param": None, "code": None}
ANTHROPIC = {"type": "invalid_request_error", "message": SECRET}


def raised(sdk: Any, status: int, error: object, headers: dict[str, str] | None = None) -> Exception:
    """The exception that the SDK itself makes of such an answer."""
    client = (openai.AsyncOpenAI if sdk is openai else anthropic.AsyncAnthropic)(api_key="x" * 8, base_url="http://x")
    body = {"error": error} if sdk is openai else {"type": "error", "error": error}
    response = httpx2.Response(
        status,
        headers=headers,
        content=json.dumps(body).encode() if isinstance(error, dict) else str(error).encode(),
        request=httpx2.Request("POST", "http://x"),
    )
    made: Exception = client._make_status_error_from_response(response)
    return made


BY_STATUS = [
    (400, Kind.REFUSED), (401, Kind.AUTHENTICATION), (402, Kind.QUOTA), (403, Kind.AUTHENTICATION), (405, Kind.REFUSED),
    (408, Kind.DOWN), (409, Kind.DOWN), (412, Kind.REFUSED), (413, Kind.REFUSED), (415, Kind.REFUSED),
    (418, Kind.REFUSED), (422, Kind.REFUSED), (425, Kind.DOWN), (429, Kind.RATE), (431, Kind.REFUSED),
    (451, Kind.REFUSED), (499, Kind.DOWN), (500, Kind.DOWN), (501, Kind.DOWN), (502, Kind.DOWN), (503, Kind.DOWN),
    (504, Kind.DOWN), (520, Kind.DOWN), (529, Kind.DOWN), (599, Kind.DOWN), (301, Kind.BAD_RESPONSE),
    (307, Kind.BAD_RESPONSE),
]  # fmt: skip


@pytest.mark.parametrize("sdk", [openai, anthropic], ids=lambda sdk: str(sdk.__name__))
@pytest.mark.parametrize(("status", "kind"), BY_STATUS)
def test_a_status_has_one_kind_at_both_services(sdk: Any, status: int, kind: Kind) -> None:
    failure = classify(raised(sdk, status, OPENAI if sdk is openai else ANTHROPIC))
    assert (failure.kind, failure.status) == (kind, status)
    assert "never" not in repr(failure)


BY_CODE = [
    (openai, 404, {**OPENAI, "code": "model_not_found"}, Kind.MODEL_GONE),
    (openai, 400, {**OPENAI, "code": "model_not_found"}, Kind.MODEL_GONE),
    (openai, 403, {**OPENAI, "code": "model_not_found"}, Kind.MODEL_GONE),
    (openai, 404, {**OPENAI, "code": None}, Kind.REFUSED),
    (openai, 404, "<html>nothing here</html>", Kind.REFUSED),
    (openai, 403, "<html>a firewall</html>", Kind.REFUSED),
    (openai, 429, {**OPENAI, "code": "insufficient_quota", "type": "insufficient_quota"}, Kind.QUOTA),
    (openai, 429, {**OPENAI, "code": "rate_limit_exceeded"}, Kind.RATE),
    (openai, 400, {**OPENAI, "code": 17}, Kind.REFUSED),
    (openai, 429, "[]", Kind.RATE),
    (anthropic, 404, {**ANTHROPIC, "type": "not_found_error"}, Kind.MODEL_GONE),
    (anthropic, 403, {**ANTHROPIC, "type": "permission_error"}, Kind.AUTHENTICATION),
    (anthropic, 402, {**ANTHROPIC, "type": "billing_error"}, Kind.QUOTA),
    (
        anthropic, 429,
        {**ANTHROPIC, "type": "rate_limit_error", "details": {"error_code": "enforced_spend_limit_reached"}},
        Kind.QUOTA,
    ),
    (anthropic, 429, {**ANTHROPIC, "type": "rate_limit_error", "details": None}, Kind.RATE),
]  # fmt: skip


@pytest.mark.parametrize(("sdk", "status", "error", "kind"), BY_CODE)
def test_an_error_code_says_more_than_a_status(sdk: Any, status: int, error: object, kind: Kind) -> None:
    assert classify(raised(sdk, status, error)).kind is kind


REQUEST = httpx2.Request("POST", "http://x")
OTHER = [
    (openai.APITimeoutError(REQUEST), Kind.DOWN),
    (anthropic.APIConnectionError(message=SECRET, request=REQUEST), Kind.DOWN),
    (TimeoutError(SECRET), Kind.DOWN),
    (ConnectionResetError(SECRET), Kind.DOWN),
    (json.JSONDecodeError(SECRET, SECRET, 0), Kind.BAD_RESPONSE),
    (UnicodeEncodeError("utf-8", SECRET, 0, 1, SECRET), Kind.REFUSED),
    (TypeError(SECRET), Kind.REFUSED),
    (AttributeError(SECRET), Kind.DOWN),
    (openai.OpenAIError(SECRET), Kind.DOWN),
]


@pytest.mark.parametrize(("error", "kind"), OTHER, ids=lambda value: type(value).__name__)
def test_what_has_no_status_has_a_kind_and_keeps_no_text(error: Exception, kind: Kind) -> None:
    failure = classify(error)
    assert failure.kind is kind
    assert "never" not in repr(failure)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None), ({"retry-after": "3600"}, 3600), ({"retry-after": "1.5"}, 1.5), ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25), ({"retry-after-ms": "soon", "retry-after": "9"}, 9),
        ({"retry-after": "0"}, None), ({"retry-after": "-5"}, None), ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, float("inf")), ({"retry-after": "later"}, None),
        ({"retry-after": "Fri, 20 Nov 2020 10:00:00 GMT"}, None), ({"retry-after": "Fri, 99 Nov 20266 10:00:00"}, None),
    ],
)  # fmt: skip
def test_only_a_sensible_retry_after_is_heard(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_a_retry_after_may_be_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    heard = retry_after({"retry-after": later})
    assert heard is not None
    assert 50 < heard <= 60


@pytest.mark.parametrize("sent", ["req_011CTdx", "a b", "x" * 129, "<b>"])
def test_a_request_id_is_kept_only_when_it_is_plainly_one(sent: str) -> None:
    failure = classify(raised(anthropic, 500, ANTHROPIC, {"request-id": sent}))
    assert failure.request_id == (sent if sent == "req_011CTdx" else None)


def chat(content: object, end: object = "stop", **message: object) -> dict[str, Any]:
    usage = {"prompt_tokens": 11, "completion_tokens": 5}
    return {"choices": [{"finish_reason": end, "message": {"content": content, **message}}], "usage": usage}


def message(blocks: object, end: object = "end_turn") -> dict[str, Any]:
    return {"content": blocks, "stop_reason": end, "usage": {"input_tokens": 11, "output_tokens": 5}}


TEXT = [{"type": "thinking", "thinking": "9"}, {"type": "text", "text": '{"score"'}, {"type": "text", "text": ": 4}"}]


def test_a_finished_answer_is_read_with_what_it_cost() -> None:
    wanted = Completion('{"score": 4}', 200, "req_1", 11, 5)
    assert read_openai(RawResponse(200, "req_1", json.dumps(chat('{"score": 4}')).encode())) == wanted
    assert read_anthropic(RawResponse(200, "req_1", json.dumps(message(TEXT)).encode())) == wanted


NOTHING = [
    b"",
    b"null",
    b"[1]",
    b"{}",
    b'"x"',
    b"<html>",
    b'{"choices": [ {',
    b"\xff\xfe",
    b"[" * 200_000,
    b'{"a":1}' * 2,
]


@pytest.mark.parametrize("body", NOTHING, ids=range(len(NOTHING)))
def test_what_is_not_the_services_format_is_a_bad_response(body: bytes) -> None:
    for read in (read_openai, read_anthropic):
        failure = read(RawResponse(200, None, body))
        assert isinstance(failure, Failure)
        assert failure.kind is Kind.BAD_RESPONSE


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (chat("4", "length"), Kind.BAD_ANSWER, "cut_at_output_limit"),
        (chat(None, "length"), Kind.BAD_ANSWER, "cut_at_output_limit"),
        (chat(None, "content_filter"), Kind.BAD_ANSWER, "model_refused"),
        (chat(None, "stop", refusal="I cannot"), Kind.BAD_ANSWER, "model_refused"),
        (chat(None, "tool_calls"), Kind.BAD_ANSWER, "unfinished"),
        (chat(None), Kind.BAD_ANSWER, "empty"),
        (chat("  "), Kind.BAD_ANSWER, "empty"),
        (chat(["4"]), Kind.BAD_ANSWER, "empty"),
        (chat("4", None), Kind.BAD_RESPONSE, "no_end"),
        ({"choices": []}, Kind.BAD_RESPONSE, "no_message"),
        ({"choices": [None]}, Kind.BAD_RESPONSE, "no_message"),
        ({"choices": [{"message": "x"}]}, Kind.BAD_RESPONSE, "no_message"),
    ],
)
def test_a_chat_completion_that_did_not_finish_is_rejected(body: object, kind: Kind, reason: str) -> None:
    failure = read_openai(RawResponse(200, None, json.dumps(body).encode()))
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (message([{"type": "text", "text": "4"}], "max_tokens"), Kind.BAD_ANSWER, "cut_at_output_limit"),
        (message([], "max_tokens"), Kind.BAD_ANSWER, "cut_at_output_limit"),
        (message([], "refusal"), Kind.BAD_ANSWER, "model_refused"),
        (message([], "tool_use"), Kind.BAD_ANSWER, "unfinished"),
        (message([]), Kind.BAD_ANSWER, "empty"),
        (message([{"type": "text", "text": None}, None, "4"]), Kind.BAD_ANSWER, "empty"),
        (message([{"type": "text", "text": "4"}], None), Kind.BAD_RESPONSE, "no_end"),
        (message("4"), Kind.BAD_RESPONSE, "no_content"),
        (message(None), Kind.BAD_RESPONSE, "no_content"),
    ],
)
def test_a_message_that_did_not_finish_is_rejected(body: object, kind: Kind, reason: str) -> None:
    failure = read_anthropic(RawResponse(200, None, json.dumps(body).encode()))
    assert isinstance(failure, Failure)
    assert (failure.kind, failure.reason) == (kind, reason)


def test_tokens_of_a_rejected_answer_are_kept_and_senseless_ones_are_not() -> None:
    failure = read_openai(RawResponse(200, None, json.dumps(chat("4", "length")).encode()))
    assert isinstance(failure, Failure)
    assert (failure.tokens_in, failure.tokens_out) == (11, 5)
    odd = {**chat("4"), "usage": {"prompt_tokens": True, "completion_tokens": -1}}
    answer = read_openai(RawResponse(200, None, json.dumps(odd).encode()))
    assert isinstance(answer, Completion)
    assert (answer.tokens_in, answer.tokens_out) == (None, None)


def test_a_models_parameters_hold_the_schema_where_they_ask_for_it_and_nothing_that_the_call_decides() -> None:
    parameters = {"response_format": {"json_schema": {"schema": "$schema"}}, "stop": ["$schema"], "temperature": 0,
                  "stream": True, "extra_headers": {"Authorization": "Bearer x"}, "messages": []}  # fmt: skip
    assert arguments(Model("openai", "m", parameters), {"type": "object"}, 64) == {
        "response_format": {"json_schema": {"schema": {"type": "object"}}}, "stop": [{"type": "object"}],
        "temperature": 0, "max_completion_tokens": 64,
    }  # fmt: skip


def test_the_output_limit_is_named_as_its_provider_names_it_and_no_row_changes_it() -> None:
    limits = {"max_tokens": 9, "max_completion_tokens": 9}
    assert arguments(Model("anthropic", "m", limits), {}, 64) == {"max_tokens": 64}
    assert arguments(Model("anthropic", "m", {}, reasoning_tokens=2000), {}, 64) == {"max_tokens": 2064}
    assert arguments(Model("openai", "m", limits), {}, 64) == {"max_completion_tokens": 64}


GPT, CLAUDE = Model("openai", "gpt"), Model("anthropic", "claude")


DOWN, UNUSABLE = Failure(Kind.DOWN, "x"), classify(TypeError(SECRET))


def test_backoff_ends_by_itself_or_with_success_and_a_refused_key_outweighs_an_outage() -> None:
    now = [0.0]
    backoff = Backoff(lambda: now[0])
    backoff.failed(GPT, "key-a", Failure(Kind.AUTHENTICATION, "x"))
    backoff.failed(CLAUDE, "key-a", DOWN)
    assert [backoff.key_or_provider(p, k) for p in ("openai", "anthropic") for k in ("key-a", "key-b")] == [2, 0, 1, 0]
    backoff.worked(CLAUDE, "key-a")
    assert backoff.key_or_provider("anthropic", "key-a") == 0
    now[0] = 3601
    assert backoff.key_or_provider("openai", "key-a") == 0


@pytest.mark.parametrize("kind", [Kind.DOWN, Kind.BAD_RESPONSE])
def test_an_outage_holds_back_one_key_and_the_service_only_when_three_keys_met_it(kind: Kind) -> None:
    now = [0.0]
    backoff = Backoff(lambda: now[0])

    def meets(*keys: str) -> None:
        for key in keys:
            backoff.failed(CLAUDE, key, Failure(kind, "x"))

    meets("key-a", "key-a", "key-a", "key-b")
    assert [backoff.key_or_provider("anthropic", key) for key in ("key-a", "key-b", "key-c")] == [1, 1, 0]
    now[0] = 16
    assert backoff.key_or_provider("anthropic", "key-a") == 0
    now[0] = 31
    meets("key-c")  # the first two are too long ago
    assert backoff.key_or_provider("anthropic", "key-d") == 0
    now[0] = 40
    meets("key-a", "key-b")
    assert backoff.key_or_provider("anthropic", "key-d") == 1
    assert backoff.key_or_provider("openai", "key-d") == 0
    now[0] = 71
    assert backoff.key_or_provider("anthropic", "key-d") == 0
    meets("key-a", "key-b")
    backoff.worked(CLAUDE, "key-d")  # it is not down for everybody
    meets("key-c")
    assert backoff.key_or_provider("anthropic", "key-d") == 0


def test_an_unusable_row_is_reported_once_and_last_for_every_key_until_its_parameters_change() -> None:
    backoff = Backoff()
    row, mended = Model("openai", "gpt", {"temperament": 1}), Model("openai", "gpt", {"temperature": 1})
    assert [backoff.failed(row, key, UNUSABLE) for key in ("key-a", "key-a", "key-b")] == [True, False, False]
    assert backoff.model(row, "key-c")
    assert not backoff.model(mended, "key-a")
    assert backoff.failed(mended, "key-a", UNUSABLE)


def test_a_rate_limits_own_time_is_heard_up_to_an_hour() -> None:
    now = [0.0]
    backoff = Backoff(lambda: now[0])
    backoff.failed(GPT, "key-a", Failure(Kind.RATE, "x", retry_after=float("inf")))
    now[0] = 3599
    assert backoff.key_or_provider("openai", "key-a") == 2
    now[0] = 3601
    assert backoff.key_or_provider("openai", "key-a") == 0


def test_a_model_that_is_gone_is_reported_once_and_for_one_key_only_last_in_order() -> None:
    backoff = Backoff()
    gone = Failure(Kind.MODEL_GONE, "x", 404)
    assert [backoff.failed(GPT, key, gone) for key in ("key-a", "key-a", "key-b")] == [True, False, False]
    assert backoff.model(GPT, "key-a")
    assert not backoff.model(GPT, "key-c")
