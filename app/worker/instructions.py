"""Runs the kinds of work that build something to grade by from a teacher's instructions."""

from typing import Any, TypeVar

from app.ai.calls.instructions import BuildCall, Built, InstructionsMaximumUnclear, build
from app.worker.job import Job, JobFailed, Tools

T = TypeVar("T")


async def build_from(call: BuildCall[T], job: Job, inputs: Any, tools: Tools) -> tuple[Built[T], dict[str, Any]]:
    """What was built, and the values of it that every such kind stores."""
    try:
        built = await build(
            call,
            tools.providers,
            instructions=inputs["instructions"],
            max_score=inputs["max_score"],
            keys=tools.open_keys(job, inputs["keys"]),
            models=tools.models,
        )
    except InstructionsMaximumUnclear as unclear:
        raise JobFailed("max_score_unclear", "text", unclear.attempts, unclear.seen) from None
    return built, {
        "max_score": built.max_score,
        "provider": built.provider,
        "model": built.model,
        "prompt_version": built.prompt_version,
    }
