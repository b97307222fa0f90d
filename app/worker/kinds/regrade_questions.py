"""Grades a submission again by its criteria or open questions; what a person gave stays unless it is to be replaced."""

from typing import Any

from app.worker.job import Job, Result, Tools
from app.worker.kinds.grade_questions import mark_inputs

LOAD, FINISH = "load_question_regrades", "finish_remarkings"


async def run(job: Job, inputs: Any, tools: Tools) -> Result:
    """New marks for work that was graded before; its flags stay."""
    attempts, values = await mark_inputs(job, inputs, tools)
    return Result(values, attempts)
