"""Grades a submission again: it gets a new score, unless a teacher has given it one meanwhile."""

from typing import Any

from app.worker.job import Job, Result, Tools
from app.worker.kinds.grade_text import grade_inputs, score

LOAD, FINISH = "load_regrades", "finish_regrades"


async def run(job: Job, inputs: Any, tools: Tools) -> Result:
    """A new score for a text that was graded before; its flags stay."""
    graded = await grade_inputs(job, inputs, tools)
    return Result(score(graded), graded.attempts)
