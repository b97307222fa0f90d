"""OpenAI's side: what `/v1/chat/completions` refuses, and the shape of what it answers."""

import itertools
import json
import time
from collections.abc import Mapping
from typing import Any

from app.dev.simulator.answers import Prompt
from app.dev.simulator.failures import NAMED, PLAUSIBLE_KEY, Failure, invalid
from app.dev.simulator.models import MODELS, Model, served
from app.dev.simulator.schemas import not_strict, well_formed

THINKING_TOKENS = 64
KNOWN = frozenset(
    {
        "audio",
        "frequency_penalty",
        "function_call",
        "functions",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_tokens",
        "messages",
        "metadata",
        "modalities",
        "model",
        "moderation",
        "n",
        "parallel_tool_calls",
        "prediction",
        "presence_penalty",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "reasoning_effort",
        "response_format",
        "safety_identifier",
        "seed",
        "service_tier",
        "stop",
        "store",
        "stream",
        "stream_options",
        "temperature",
        "tool_choice",
        "tools",
        "top_logprobs",
        "top_p",
        "user",
        "verbosity",
        "web_search_options",
    }
)  # fmt: skip
_serial = itertools.count(1)


def key_refused(key: str | None) -> Failure | None:
    """401 for no key, for less than 8 printable characters, and for one that is plainly Anthropic's (`sk-ant-…`)."""
    if not key:
        message = (
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY)."
        )
        return Failure(401, "invalid_request_error", message)
    if "sim:" in key or (PLAUSIBLE_KEY.fullmatch(key) and not key.startswith("sk-ant-")):
        return None
    shown = key if len(key) < 12 else f"{key[:8]}{'*' * (len(key) - 12)}{key[-4:]}"
    where = "You can find your API key at https://platform.openai.com/account/api-keys."
    message = f"Incorrect API key provided: {shown}. {where}"
    return Failure(401, "invalid_request_error", message, "invalid_api_key")


def _schema_refused(response_format: Any) -> Failure | None:
    """A schema needs a name and must make sense; a strict one must be closed, with every property required."""
    if not isinstance(response_format, dict) or response_format.get("type") != "json_schema":
        return None
    asked = response_format.get("json_schema")
    asked = asked if isinstance(asked, dict) else {}
    for name in ("name", "schema"):
        if not asked.get(name):
            param = f"response_format.json_schema.{name}"
            return invalid(f"Missing required parameter: '{param}'.", param=param, code="missing_required_parameter")
    problem = None if well_formed(asked["schema"]) else "schema must be a JSON Schema of 'type: \"object\"'."
    problem = problem or (not_strict(asked["schema"]) if asked.get("strict") else None)
    if problem is None:
        return None
    return invalid(f"Invalid schema for response_format '{asked['name']}': {problem}", param="response_format")


def _is_function(tool: Any) -> bool:
    what = tool.get("function") if isinstance(tool, dict) else None
    return isinstance(what, dict) and isinstance(what.get("name"), str) and well_formed(what.get("parameters", {}))


def _tools_refused(body: dict[str, Any], model: Model) -> Failure | None:
    tools = body.get("tools") or []
    if not isinstance(tools, list) or not all(map(_is_function, tools)):
        return invalid("Invalid 'tools': expected an array of functions.", param="tools", code="invalid_type")
    choice = body.get("tool_choice")
    if not isinstance(choice, str | None) and not (
        isinstance(choice, dict) and isinstance(choice.get("function"), dict)
    ):
        return invalid("Invalid type for 'tool_choice'.", param="tool_choice", code="invalid_type")
    if model.reasoning and tools and body.get("reasoning_effort") != "none":
        message = "Function tools with reasoning_effort are not supported for this model in /v1/chat/completions."
        return invalid(message, param="reasoning_effort")
    return None


def _limit_refused(body: dict[str, Any], model: Model) -> Failure | None:
    if model.reasoning and body.get("max_tokens") is not None:
        message = (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
        return invalid(message, param="max_tokens", code="unsupported_parameter")
    if body.get("max_tokens") is not None and body.get("max_completion_tokens") is not None:
        message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported."
        return invalid(message, param="max_tokens", code="invalid_parameter_combination")
    for name in ("max_tokens", "max_completion_tokens"):
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool):
            return invalid(f"Invalid type for '{name}': expected an integer.", param=name, code="invalid_type")
        if value < 1:
            message = f"Invalid '{name}': integer below minimum value. Expected a value >= 1, but got {value} instead."
            return invalid(message, param=name, code="integer_below_min_value")
        if value > model.max_output:
            message = f"{name} is too large: {value}. This model supports at most {model.max_output} completion tokens."
            return invalid(message, param=name, code="invalid_value")
    return None


def _sampling_refused(body: dict[str, Any], model: Model) -> Failure | None:
    for name, highest in (("temperature", 2), ("top_p", 1)):
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, int | float) or isinstance(value, bool):
            return invalid(f"Invalid type for '{name}': expected a decimal.", param=name, code="invalid_type")
        if model.reasoning and value != 1 and body.get("reasoning_effort") != "none":
            message = (
                f"Unsupported value: '{name}' does not support {value} with this model. "
                "Only the default (1) value is supported."
            )
            return invalid(message, param=name, code="unsupported_value")
        if not 0 <= value <= highest:
            message = f"Invalid '{name}': expected a value between 0 and {highest}, but got {value} instead."
            return invalid(
                message, param=name, code="decimal_above_max_value" if value > 0 else "decimal_below_min_value"
            )
    if not model.reasoning and body.get("reasoning_effort") is not None:
        message = "Unrecognized request argument supplied: reasoning_effort"
        return invalid(message)
    return None


def refused(body: dict[str, Any], _version: str) -> Failure | None:
    """Why the service would answer this request with an error; None when it would not."""
    if not body.get("model"):
        return invalid("you must provide a model parameter")
    unknown = sorted(set(body) - KNOWN)
    if unknown:
        return invalid(f"Unknown parameter: '{unknown[0]}'.", param=unknown[0], code="unknown_parameter")
    messages = body.get("messages")
    if messages is None:
        return invalid("Missing required parameter: 'messages'.", param="messages", code="missing_required_parameter")
    if not isinstance(messages, list) or not messages or not all(isinstance(m, dict) and "role" in m for m in messages):
        return invalid("Invalid 'messages': expected an array of messages.", param="messages", code="invalid_type")
    model = MODELS.get(("openai", str(body["model"])))
    if model is None or model.retired:
        return NAMED["model-gone"]["openai"]
    if body.get("stream"):
        return invalid("the simulator does not stream", param="stream", code="unsupported_value")
    wants = body.get("response_format")
    if isinstance(wants, dict) and wants.get("type") == "json_object" and "json" not in json.dumps(messages).lower():
        message = (
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        )
        return invalid(message, param="messages")
    found = _limit_refused(body, model) or _sampling_refused(body, model)
    return found or _schema_refused(wants) or _tools_refused(body, model)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def prompt_of(body: dict[str, Any]) -> Prompt:
    """System and developer messages, user messages, and the schema of the answer (also a forced tool's)."""
    told = {"system": "", "user": ""}
    for message in body["messages"]:
        role = "system" if message["role"] in ("system", "developer") else "user"
        if message["role"] in ("system", "developer", "user"):
            told[role] += _text(message.get("content")) + "\n"
    wants = body.get("response_format")
    if isinstance(wants, dict) and wants.get("type") == "json_schema":
        return Prompt(told["system"], told["user"], wants["json_schema"]["schema"])
    tool = _forced_tool(body)
    return Prompt(told["system"], told["user"], tool.get("parameters") if tool else None, tool.get("name", ""))


def _forced_tool(body: dict[str, Any]) -> dict[str, Any]:
    choice = body.get("tool_choice")
    name = choice.get("function", {}).get("name") if isinstance(choice, dict) else None
    tools = [tool["function"] for tool in body.get("tools") or ()]
    wanted = [tool for tool in tools if tool.get("name") == name or choice == "required"]
    return wanted[0] if wanted else {}


def _thinking(body: dict[str, Any], model: Model) -> int:
    return THINKING_TOKENS if model.reasoning and body.get("reasoning_effort") != "none" else 0


def answered(body: dict[str, Any], prompt: Prompt, text: str, words: dict[str, str]) -> dict[str, Any]:
    """A chat.completion that says `text`, cut at the request's token limit, or changed as `words` ask."""
    model = MODELS["openai", body["model"]]
    thought = _thinking(body, model)
    limit = body.get("max_completion_tokens") or body.get("max_tokens") or model.max_output
    message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
    finish = "stop"
    if prompt.schema_name:
        call = {"name": prompt.schema_name, "arguments": text}
        message |= {"content": None, "tool_calls": [{"id": "call_simulated", "type": "function", "function": call}]}
    if "length" in words or thought + tokens(text) > limit:
        kept = text[: len(text) // 2] if "length" in words else text[: 4 * max(limit - thought, 0)]
        finish, message["content"] = "length", kept or None
    if "thinking-only" in words:
        finish, message["content"], thought = "length", None, limit
    if "refusal" in words:
        message |= {"content": None, "refusal": "I'm sorry, I can't assist with that request."}
    if "filter" in words:
        finish, message["content"] = "content_filter", None
    if "tool" in words:
        call = {"name": "unasked", "arguments": "{}"}
        tool = {"id": "call_simulated", "type": "function", "function": call}
        finish, message["content"], message["tool_calls"] = "tool_calls", None, [tool]
    spent = thought + tokens(message["content"] or "")
    read = tokens(prompt.system) + tokens(prompt.user)
    return {
        "id": f"chatcmpl-sim{next(_serial):012d}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": "gpt-4o-2024-08-06" if model.id == "gpt-4o" else model.id,
        "choices": []
        if "no-choices" in words
        else [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {
            "prompt_tokens": read,
            "completion_tokens": spent,
            "total_tokens": read + spent,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": thought, "audio_tokens": 0},
        },
        "service_tier": "default",
        "system_fingerprint": "fp_simulated",
    }


def tokens(text: str) -> int:
    """About as many tokens as a service would count: one for four characters."""
    return (len(text) + 3) // 4


def model_listed(model: Model) -> dict[str, Any]:
    """One model as `/v1/models/{id}` shows it."""
    shown = {"id": model.id, "object": "model", "created": model.created, "owned_by": "system"}
    return {**shown, "shutdown_date": model.ends_on} if model.ends_on else shown


def models_listed(_query: Mapping[str, str]) -> dict[str, Any]:
    """What `/v1/models` answers."""
    return {"object": "list", "data": [model_listed(model) for model in served("openai")]}
