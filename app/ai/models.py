"""What is asked: the models of `assay.ai_models`, those named in the settings before them, and their parameters."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from app.settings import Settings

Provider = Literal["openai", "anthropic"]
PROVIDERS: tuple[Provider, ...] = ("openai", "anthropic")

# In a model's parameters this value stands for the JSON schema of the answer that the call wants.
SCHEMA = "$schema"
# Only for a model named in OPENAI_MODEL or ANTHROPIC_MODEL that has no row: nothing it might refuse, room to reason.
UNKNOWN_MODEL: Mapping[Provider, Mapping[str, Any]] = {"openai": {"store": False}, "anthropic": {}}
UNKNOWN_REASONING_TOKENS = 4096
# What each provider calls the limit of output tokens; reasoning counts inside it at both.
_OUTPUT_LIMIT: Mapping[Provider, str] = {"openai": "max_completion_tokens", "anthropic": "max_tokens"}
# Decided by the call itself, whatever a row says.
_NOT_FROM_A_ROW = frozenset(
    {"model", "messages", "system", "stream", "timeout", "extra_headers", "max_tokens", "max_completion_tokens"}
)


@dataclass(frozen=True, slots=True)
class Model:
    """A row of `assay.ai_models`: `parameters` are keyword arguments of the SDK's `create` call.

    `reasoning_tokens` are output tokens that the model may spend before it answers, on top of the call's limit.
    """

    provider: Provider
    model: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    reasoning_tokens: int = 0


def models_of(rows: Iterable[Any]) -> list[Model]:
    """The models in rows of `worker/list_models` (provider, model, reasoning_tokens, parameters in JSON), in order."""
    return [
        Model(row["provider"], row["model"], json.loads(row["parameters"]), row["reasoning_tokens"]) for row in rows
    ]


def candidates(settings: Settings, models: Sequence[Model], provider: Provider) -> list[Model]:
    """The models of one provider in the order to try: the one from the settings, then the rows by rank."""
    rows = [model for model in models if model.provider == provider]
    wanted: str | None = getattr(settings, f"{provider}_model")
    if not wanted:
        return rows
    known = [row for row in rows if row.model == wanted]
    others = [row for row in rows if row.model != wanted]
    return (known[:1] or [Model(provider, wanted, UNKNOWN_MODEL[provider], UNKNOWN_REASONING_TOKENS)]) + others


def arguments(model: Model, schema: Mapping[str, Any], output_tokens: int) -> dict[str, Any]:
    """The keyword arguments of one request from a model's parameters, with `$schema` filled in and the output limit."""
    said = {name: _filled(value, schema) for name, value in model.parameters.items() if name not in _NOT_FROM_A_ROW}
    return {**said, _OUTPUT_LIMIT[model.provider]: output_tokens + model.reasoning_tokens}


def _filled(value: Any, schema: Mapping[str, Any]) -> Any:
    if value == SCHEMA:
        return dict(schema)
    if isinstance(value, Mapping):
        return {name: _filled(inner, schema) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(inner, schema) for inner in value]
    return value
