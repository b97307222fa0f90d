"""Counts the words of a teacher's instructions."""

from typing import Any

from app.worker.job import Job, JobFailed, Result, Tools

LOAD, FINISH = "load_word_counts", "finish_word_counts"


async def run(job: Job, inputs: Any, tools: Tools) -> Result:
    """How many there are."""
    words = inputs["instructions"].split()
    if not words:
        raise JobFailed("not_found", "internal")
    return Result({"words": len(words)})
