"""What each AI provider is sent and what comes back: the SDKs' raw answers, and a plain walk through their JSON."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.ai.clients import Clients
from app.ai.failures import Failure, Kind, request_id
from app.ai.models import Model, Provider, arguments


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """What a model is asked: the two roles' texts, the JSON schema of the completion, its limit in tokens."""

    system: str
    user: str
    schema: Mapping[str, Any]
    output_tokens: int


@dataclass(frozen=True, slots=True, repr=False)
class Completion:
    """A finished answer: the model's text, and what it cost."""

    text: str
    status: int
    request_id: str | None
    tokens_in: int | None
    tokens_out: int | None


@dataclass(frozen=True, slots=True, repr=False)
class RawResponse:
    """An HTTP answer as it came, unread."""

    status: int
    request_id: str | None
    body: bytes


async def ask_openai(clients: Clients, model: Model, key: str, request: Request) -> RawResponse:
    """One call of chat completions."""
    create: Any = clients.openai_for(key).chat.completions.with_raw_response.create
    messages = [{"role": "system", "content": request.system}, {"role": "user", "content": request.user}]
    return await _raw(
        await create(model=model.model, messages=messages, **arguments(model, request.schema, request.output_tokens))
    )


async def ask_anthropic(clients: Clients, model: Model, key: str, request: Request) -> RawResponse:
    """One call of messages."""
    create: Any = clients.anthropic_for(key).messages.with_raw_response.create
    messages = [{"role": "user", "content": request.user}]
    return await _raw(
        await create(
            model=model.model,
            system=request.system,
            messages=messages,
            **arguments(model, request.schema, request.output_tokens),
        )
    )


async def _raw(response: Any) -> RawResponse:
    sent = response.http_response
    return RawResponse(sent.status_code, request_id(sent.headers), await sent.aread())


def read_openai(raw: RawResponse) -> Completion | Failure:
    """The text of a chat completion that finished normally; else why not."""
    body = _object(raw)
    choice = _first(body.get("choices"))
    message = choice.get("message")
    if not isinstance(message, Mapping):
        return _bad(raw, body, Kind.BAD_RESPONSE, "no_message")
    if message.get("refusal"):
        return _bad(raw, body, Kind.BAD_ANSWER, "model_refused")
    return _finished(raw, body, choice.get("finish_reason"), message.get("content"))


def read_anthropic(raw: RawResponse) -> Completion | Failure:
    """The text blocks of a message that finished normally; else why not."""
    body = _object(raw)
    blocks = body.get("content")
    if not isinstance(blocks, list):
        return _bad(raw, body, Kind.BAD_RESPONSE, "no_content")
    texts = [block.get("text") for block in blocks if isinstance(block, Mapping) and block.get("type") == "text"]
    text = "".join(part for part in texts if isinstance(part, str))
    return _finished(raw, body, body.get("stop_reason"), text)


@dataclass(frozen=True, slots=True)
class Protocol:
    """How one provider is asked and read."""

    ask: Callable[[Clients, Model, str, Request], Awaitable[RawResponse]]
    read: Callable[[RawResponse], Completion | Failure]


PROTOCOLS: Mapping[Provider, Protocol] = {
    "openai": Protocol(ask_openai, read_openai),
    "anthropic": Protocol(ask_anthropic, read_anthropic),
}

_NORMAL_ENDS = frozenset({"stop", "end_turn", "stop_sequence"})
_OTHER_ENDS = {
    "length": "cut_at_output_limit",
    "max_tokens": "cut_at_output_limit",
    "model_context_window_exceeded": "cut_at_output_limit",
    "content_filter": "model_refused",
    "refusal": "model_refused",
}


def _finished(raw: RawResponse, body: Mapping[str, Any], end: object, text: object) -> Completion | Failure:
    if not isinstance(end, str):
        return _bad(raw, body, Kind.BAD_RESPONSE, "no_end")
    if end not in _NORMAL_ENDS:
        return _bad(raw, body, Kind.BAD_ANSWER, _OTHER_ENDS.get(end, "unfinished"))
    if not isinstance(text, str) or not text.strip():
        return _bad(raw, body, Kind.BAD_ANSWER, "empty")
    return Completion(text, raw.status, raw.request_id, *_tokens(body))


def _bad(raw: RawResponse, body: Mapping[str, Any], kind: Kind, reason: str) -> Failure:
    tokens_in, tokens_out = _tokens(body)
    return Failure(
        kind, reason, raw.status, raw.request_id, length=len(raw.body), tokens_in=tokens_in, tokens_out=tokens_out
    )


def _object(raw: RawResponse) -> Mapping[str, Any]:
    """The JSON object in an answer's body, or an empty one for anything else (HTML, `null`, a list, broken JSON)."""
    try:
        body = json.loads(raw.body)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, Mapping) else {}


def _first(choices: object) -> Mapping[str, Any]:
    if isinstance(choices, list) and choices and isinstance(choices[0], Mapping):
        return choices[0]
    return {}


def _tokens(body: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """Tokens in and out as either provider counts them."""
    usage = body.get("usage")
    if not isinstance(usage, Mapping):
        return None, None
    return _count(usage, "prompt_tokens", "input_tokens"), _count(usage, "completion_tokens", "output_tokens")


def _count(usage: Mapping[str, Any], *names: str) -> int | None:
    counts = [usage.get(name) for name in names]
    return next((n for n in counts if isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 2**31), None)
