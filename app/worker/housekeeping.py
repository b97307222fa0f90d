"""What a worker does now and then beside its jobs, in steps that are short."""

import asyncio
import logging
import random

import asyncpg

from app.db.sentences import said
from app.worker.intervals import Intervals
from app.worker.results import QueryRunner

PRUNED = 250  # rows at once
COLLECTED = 200  # students for whom saved answers are handed in at once

log = logging.getLogger(__name__)


async def prune(runner: QueryRunner, intervals: Intervals, keep_days: int) -> None:
    """Deletes what is older than it is kept."""
    while True:
        await _sleep(intervals.prune)
        while (await runner.rows("prune", keep_days=keep_days, most=PRUNED))[0]["pruned"] == PRUNED:
            pass


async def collect(runner: QueryRunner, intervals: Intervals) -> None:
    """Hands in saved answers once their deadline has passed."""
    while True:
        await _sleep(intervals.collect)
        try:
            while (await runner.rows("collect_answers", most=COLLECTED))[0]["collected"]:
                pass
        except asyncpg.PostgresError as refused:  # grading goes on, and the answers stay saved
            log.error("saved answers could not be handed in (%s)", said(refused))


async def _sleep(seconds: float) -> None:
    """So long at most, so that workers do not all come at once."""
    await asyncio.sleep(random.uniform(0.5, 1.0) * seconds)  # noqa: S311
