"""The models the simulator knows and what each refuses, as of 20 November 2026 (SDK tables, migration guides)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """One model id of one service.

    `reasoning`: OpenAI models that refuse `max_tokens`, and sampling unless `reasoning_effort` is "none".
    `thinks`: Anthropic models that think unless told otherwise, inside `max_tokens`; `always_thinks` refuse "disabled".
    `ends_on` is the announced end; the simulator has no calendar, only `retired` counts.
    """

    service: str
    id: str
    name: str
    created: int
    retired: bool = False
    ends_on: str | None = None
    max_output: int = 64_000
    reasoning: bool = False
    thinks: bool = False
    always_thinks: bool = False
    prefill: bool = False


_TABLE = (
    Model("openai", "gpt-4o", "GPT-4o", 1715367049, ends_on="2027-01-14", max_output=16_384),
    Model("openai", "gpt-4o-2024-11-20", "GPT-4o", 1739331543, ends_on="2027-01-14", max_output=16_384),
    Model("openai", "gpt-4o-2024-08-06", "GPT-4o", 1722814719, ends_on="2027-01-14", max_output=16_384),
    Model("openai", "gpt-4o-2024-05-13", "GPT-4o", 1715368132, retired=True, ends_on="2026-10-23", max_output=4_096),
    Model("openai", "gpt-6-luna", "GPT-6 Luna", 1781481600, max_output=128_000, reasoning=True),
    Model(
        "anthropic", "claude-3-7-sonnet-20250219", "Claude Sonnet 3.7", 1739923200,
        retired=True, ends_on="2026-02-19", prefill=True,
    ),
    Model(
        "anthropic", "claude-3-7-sonnet-latest", "Claude Sonnet 3.7", 1739923200,
        retired=True, ends_on="2026-02-19", prefill=True,
    ),
    Model("anthropic", "claude-sonnet-4-5", "Claude Sonnet 4.5", 1759104000, ends_on="2026-11-30", prefill=True),
    Model(
        "anthropic", "claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", 1759104000,
        ends_on="2026-11-30", prefill=True,
    ),
    Model("anthropic", "claude-sonnet-4-6", "Claude Sonnet 4.6", 1771286400),
    Model("anthropic", "claude-sonnet-5", "Claude Sonnet 5", 1782777600, max_output=128_000, thinks=True),
    Model(
        "anthropic", "claude-sonnet-5-5", "Claude Sonnet 5.5", 1790812800,
        max_output=128_000, thinks=True, always_thinks=True,
    ),
)  # fmt: skip

MODELS: dict[tuple[str, str], Model] = {(model.service, model.id): model for model in _TABLE}


def served(service: str) -> list[Model]:
    """The models a service still answers for."""
    return [model for model in _TABLE if model.service == service and not model.retired]
