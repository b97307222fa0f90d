"""Anthropic's side: what `/v1/messages` refuses at the API version that was sent, and the shape of what it answers."""

import itertools
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.dev.simulator.answers import Prompt
from app.dev.simulator.failures import NAMED, PLAUSIBLE_KEY, Failure, invalid
from app.dev.simulator.models import MODELS, Model, served
from app.dev.simulator.openai_api import tokens
from app.dev.simulator.schemas import not_structured, well_formed

THINKING_TOKENS = 64
VERSIONS = ("2023-01-01", "2023-06-01", "2026-10-21")
SAMPLING = ("temperature", "top_p", "top_k")
KNOWN = frozenset(
    {
        "cache_control",
        "container",
        "diagnostics",
        "inference_geo",
        "max_tokens",
        "messages",
        "metadata",
        "model",
        "output_config",
        "service_tier",
        "speed",
        "stop_sequences",
        "stream",
        "system",
        "thinking",
        "tool_choice",
        "tools",
        "user_profile_id",
    }
)  # fmt: skip
_serial = itertools.count(1)


def key_refused(key: str | None) -> Failure | None:
    """401 for no key, for less than 8 printable characters, and for one that is plainly OpenAI's (`sk-proj-…`)."""
    if not key:
        return Failure(401, "authentication_error", "x-api-key header is required")
    if "sim:" in key or (PLAUSIBLE_KEY.fullmatch(key) and not key.startswith("sk-proj-")):
        return None
    return NAMED["auth"]["anthropic"]


def _messages_refused(messages: Any, model: Model) -> Failure | None:
    if not isinstance(messages, list) or not messages:
        return invalid("messages: at least one message is required")
    for number, message in enumerate(messages):
        role = message.get("role") if isinstance(message, dict) else None
        if role == "system":
            return invalid(
                'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not '
                '"system" as an input message role.'
            )
        if role not in ("user", "assistant"):
            return invalid(f"messages.{number}.role: Input should be 'user' or 'assistant'")
        if not message.get("content"):
            return invalid("messages: text content blocks must be non-empty")
    if messages[-1]["role"] == "assistant" and not model.prefill:
        return invalid(
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
    return None


def _thinking_refused(body: dict[str, Any], model: Model) -> Failure | None:
    thinking = body.get("thinking")
    if not isinstance(thinking, dict):
        return None
    kind = thinking.get("type")
    if kind == "enabled" and model.thinks:
        return invalid('"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive".')
    budget = thinking.get("budget_tokens")
    if kind == "enabled" and not (isinstance(budget, int) and 1024 <= budget < body["max_tokens"]):
        return invalid("thinking.enabled.budget_tokens: must be at least 1024 and less than max_tokens")
    if kind == "disabled" and model.always_thinks:
        return invalid('"thinking.type.disabled" is not supported for this model.')
    return None


def _sampling_refused(body: dict[str, Any], version: str, model: Model) -> Failure | None:
    for name in SAMPLING:
        if name in body and version == VERSIONS[-1]:
            return invalid(f"{name}: Extra inputs are not permitted")
        if name in body and model.thinks and body[name] != 1:
            return invalid(f"`{name}` is deprecated for this model.")
    return None


def refused(body: dict[str, Any], version: str) -> Failure | None:
    """Why the service would answer this request with an error; None when it would not."""
    if not version:
        return invalid("anthropic-version: header is required")
    if version not in VERSIONS:
        return invalid(f'anthropic-version: "{version}" is not a valid version')
    for name in ("model", "max_tokens", "messages"):
        if name not in body:
            return invalid(f"{name}: Field required")
    unknown = sorted(set(body) - KNOWN - set(SAMPLING))
    if unknown:
        return invalid(f"{unknown[0]}: Extra inputs are not permitted")
    limit = body["max_tokens"]
    if not isinstance(limit, int) or isinstance(limit, bool):
        return invalid("max_tokens: Input should be a valid integer")
    model = MODELS.get(("anthropic", str(body["model"])))
    if model is None or model.retired:
        return NAMED["model-gone"]["anthropic"]
    if limit < 1:
        return invalid("max_tokens: Input should be greater than or equal to 1")
    if limit > model.max_output:
        which = f"which is the maximum allowed number of output tokens for {model.id}"
        return invalid(f"max_tokens: {limit} > {model.max_output}, {which}")
    if body.get("stream"):
        return invalid("stream: the simulator does not stream")
    found = _messages_refused(body["messages"], model)
    found = found or _sampling_refused(body, version, model) or _thinking_refused(body, model)
    return found or _output_refused(body, model)


def _output_refused(body: dict[str, Any], model: Model) -> Failure | None:
    tools, choice, config = body.get("tools") or [], body.get("tool_choice") or {}, body.get("output_config") or {}
    if not isinstance(tools, list) or not all(
        isinstance(tool, dict) and well_formed(tool.get("input_schema", {})) for tool in tools
    ):
        return invalid("tools: Input should be a valid list of tools")
    if not isinstance(choice, dict) or not isinstance(config, dict):
        return invalid("tool_choice, output_config: Input should be an object")
    if model.always_thinks and choice.get("type") in ("tool", "any"):
        return invalid("tool_choice: forced tool use is not supported for this model.")
    wants = config.get("format")
    if wants is None:
        return None
    if not isinstance(wants, dict) or wants.get("type") != "json_schema":
        return invalid("output_config.format.type: Input should be 'json_schema'")
    if not well_formed(wants.get("schema")):
        return invalid("output_config.format.schema: Input should be a valid JSON schema")
    problem = not_structured(wants["schema"])
    return invalid(f"output_config.format.schema: {problem}") if problem else None


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    blocks = content if isinstance(content, list) else []
    return "\n".join(str(block.get("text", "")) for block in blocks if isinstance(block, dict))


def prompt_of(body: dict[str, Any]) -> Prompt:
    """The system prompt, the user's messages, and the schema of the answer (also a forced tool's)."""
    system = _text(body.get("system"))
    user = "\n".join(_text(message["content"]) for message in body["messages"] if message["role"] == "user")
    wants = (body.get("output_config") or {}).get("format")
    if wants:
        return Prompt(system, user, wants["schema"])
    choice = body.get("tool_choice") or {}
    for tool in body.get("tools") or ():
        if choice.get("type") == "any" or choice.get("name") == tool.get("name"):
            return Prompt(system, user, tool.get("input_schema"), tool.get("name", ""))
    return Prompt(system, user, None)


def _thinks(body: dict[str, Any], model: Model) -> bool:
    thinking = body.get("thinking")
    return model.thinks if not isinstance(thinking, dict) else thinking.get("type") != "disabled"


def answered(body: dict[str, Any], prompt: Prompt, text: str, words: dict[str, str]) -> dict[str, Any]:
    """A message that says `text`, cut at `max_tokens`, or changed as `words` ask; thinking comes first and counts."""
    model = MODELS["anthropic", body["model"]]
    thought = THINKING_TOKENS if _thinks(body, model) else 0
    limit = body["max_tokens"]
    stop, details = "end_turn", None
    block: dict[str, Any] = {"type": "text", "text": text, "citations": None}
    if prompt.schema_name and text.startswith("{"):
        stop = "tool_use"
        block = {"type": "tool_use", "id": "toolu_simulated", "name": prompt.schema_name, "input": json.loads(text)}
    blocks: list[dict[str, Any]] = (
        [{"type": "thinking", "thinking": "", "signature": "c2ltdWxhdGVk"}] if thought else []
    )
    blocks.append(block)
    if "length" in words or thought + tokens(text) > limit:
        kept = text[: len(text) // 2] if "length" in words else text[: 4 * max(limit - thought, 0)]
        stop, blocks = "max_tokens", [*blocks[:-1], *([{**block, "text": kept}] if kept else [])]
    if "thinking-only" in words:
        stop, blocks, thought = "max_tokens", blocks[:-1], limit
    if "refusal" in words or "filter" in words:
        stop, blocks = "refusal", []
        details = {"type": "refusal", "category": "general_harms", "explanation": None}
    if "tool" in words:
        stop, blocks = "tool_use", [{"type": "tool_use", "id": "toolu_simulated", "name": "unasked", "input": {}}]
    if "no-choices" in words:
        blocks = []
    said = sum(tokens(str(b.get("text", ""))) for b in blocks)
    return {
        "id": f"msg_sim{next(_serial):012d}",
        "type": "message",
        "role": "assistant",
        "model": model.id,
        "content": blocks,
        "stop_reason": stop,
        "stop_sequence": None,
        "stop_details": details,
        "usage": {
            "input_tokens": tokens(prompt.system) + tokens(prompt.user),
            "output_tokens": thought + said,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "service_tier": "standard",
        },
    }


def model_listed(model: Model) -> dict[str, Any]:
    """One model as `/v1/models/{id}` shows it."""
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.name,
        "created_at": datetime.fromtimestamp(model.created, UTC).isoformat().replace("+00:00", "Z"),
        "lifecycle": "deprecated" if model.ends_on else "active",
        "retires_at": f"{model.ends_on}T00:00:00Z" if model.ends_on else None,
        "max_tokens": model.max_output,
    }


def models_listed(query: Mapping[str, str]) -> dict[str, Any]:
    """What `/v1/models` answers, paged by `limit` and `after_id`."""
    models = served("anthropic")
    ids = [model.id for model in models]
    after = query.get("after_id", "")
    start = ids.index(after) + 1 if after in ids else 0
    limit = query.get("limit", "20")
    page = models[start : start + (int(limit) if limit.isdecimal() else 20)]
    ends = {"first_id": page[0].id if page else None, "last_id": page[-1].id if page else None}
    return {"data": [model_listed(model) for model in page], "has_more": start + len(page) < len(models), **ends}
