"""Builds a correction template from a teacher's instructions: with it the assignment is published, or changes."""

from typing import Any

from app.ai.calls.template import TemplateMaximumUnclear, build_template
from app.worker.job import Job, JobFailed, Result, Tools

LOAD, FINISH = "load_drafts", "finish_templates"


async def run(job: Job, inputs: Any, tools: Tools) -> Result:
    """A template and the maximum that it is for."""
    try:
        built = await build_template(
            tools.providers,
            instructions=inputs["instructions"],
            max_score=inputs["max_score"],
            keys=tools.open_keys(job, inputs["keys"]),
            models=tools.models,
        )
    except TemplateMaximumUnclear as unclear:
        raise JobFailed("max_score_unclear", "text", unclear.attempts, unclear.seen) from None
    values = {
        "correction_template": built.template,
        "max_score": built.max_score,
        "provider": built.provider,
        "model": built.model,
        "prompt_version": built.prompt_version,
    }
    return Result(values, built.attempts)
