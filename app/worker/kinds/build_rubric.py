"""Builds a rubric from a teacher's instructions: with it the assignment is published, or changes."""

from dataclasses import asdict
from typing import Any

from app.ai.calls.rubric import RUBRIC
from app.worker.instructions import build_from
from app.worker.job import Job, Result, Tools

LOAD, FINISH = "load_drafts", "finish_rubrics"


async def run(job: Job, inputs: Any, tools: Tools) -> Result:
    """Criteria, and the maximum that they add up to."""
    built, values = await build_from(RUBRIC, job, inputs, tools)
    return Result(values | {"criteria": [asdict(criterion) for criterion in built.value]}, built.attempts)
