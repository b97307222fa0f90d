"""Builds a correction template from a teacher's instructions: with it the assignment is published, or changes."""

from typing import Any

from app.ai.calls.template import TEMPLATE
from app.worker.instructions import build_from
from app.worker.job import Job, Result, Tools

LOAD, FINISH = "load_drafts", "finish_templates"


async def run(job: Job, inputs: Any, tools: Tools) -> Result:
    """A template and the maximum that it is for."""
    built, values = await build_from(TEMPLATE, job, inputs, tools)
    return Result(values | {"correction_template": built.value}, built.attempts)
