"""Builds a rubric from a teacher's instructions: with it the assignment is published, or changes."""

from typing import Any

from app.ai.calls.rubric import build_rubric
from app.ai.calls.template import TemplateMaximumUnclear
from app.worker.job import Job, JobFailed, Result, Tools

LOAD, FINISH = "load_drafts", "finish_rubrics"


async def run(job: Job, inputs: Any, tools: Tools) -> Result:
    """Criteria, and the maximum that they add up to."""
    try:
        built = await build_rubric(
            tools.providers,
            instructions=inputs["instructions"],
            max_score=inputs["max_score"],
            keys=tools.open_keys(job, inputs["keys"]),
            models=tools.models,
        )
    except TemplateMaximumUnclear as unclear:
        raise JobFailed("max_score_unclear", "text", unclear.attempts, unclear.seen) from None
    criteria = [
        {
            "title": criterion.title,
            "prompt": criterion.prompt,
            "max_score": criterion.max_score,
            "levels": [{"score": level.score, "text": level.text} for level in criterion.levels],
        }
        for criterion in built.criteria
    ]
    values = {
        "criteria": criteria,
        "max_score": built.max_score,
        "provider": built.provider,
        "model": built.model,
        "prompt_version": built.prompt_version,
    }
    return Result(values, built.attempts)
