"""Grades a text that a student handed in: it becomes a submission with a score."""

from typing import Any

from app.ai.calls.grading import Graded, grade
from app.ai.text import flags
from app.ai.text_thread import work_on
from app.worker.job import Job, Result, Tools

LOAD, FINISH = "load_texts", "finish_gradings"


async def run(job: Job, inputs: Any, tools: Tools) -> Result:
    """A score, and what in the text looked like talking to the grader."""
    graded = await grade_inputs(job, inputs, tools)
    text, instructions = inputs["content"], inputs["instructions"]
    found = await work_on(len(text) + len(instructions), lambda: flags(text, instructions))
    spotted = [{"kind": flag.kind, "starts_at": flag.start, "ends_at": flag.end} for flag in found]
    return Result({**score(graded), "flags": spotted}, graded.attempts)


async def grade_inputs(job: Job, inputs: Any, tools: Tools) -> Graded:
    """Asks the AI providers. Raises JobFailed or AiUnavailable."""
    return await grade(
        tools.providers,
        instructions=inputs["instructions"],
        template=inputs["correction_template"],
        max_score=inputs["max_score"],
        text=inputs["content"],
        keys=tools.open_keys(job, inputs["keys"]),
        models=tools.models,
    )


def score(graded: Graded) -> dict[str, Any]:
    """The score and who gave it."""
    return {
        "score": graded.score,
        "provider": graded.provider,
        "model": graded.model,
        "prompt_version": graded.prompt_version,
    }
