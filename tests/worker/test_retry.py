"""Asking a database again that is away or only reads: said once, whatever it answers meanwhile."""

import asyncio
import logging
from itertools import pairwise

import pytest

from app.db.database import Unavailable
from app.worker.retry import FIRST_PAUSE, LONGEST_PAUSE, RetryPolicy
from tests.worker.conftest import Start

NOWHERE = "postgresql://postgres@/assay?host=/nonexistent"


async def test_a_database_that_only_reads_answers_again_when_it_writes_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    policy, tries = RetryPolicy(first_pause=0.0), 0

    async def read() -> int:
        return 1

    async def write() -> int:
        nonlocal tries
        tries += 1
        assert await policy("list_models", read) == 1
        if tries < 6:
            raise Unavailable("ReadOnlySQLTransactionError")
        return 2

    assert await policy("claim_jobs", write) == 2
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "the database is away or only reads (ReadOnlySQLTransactionError); the worker waits for it",
        "the database answers again",
    ]


async def test_a_worker_that_never_registered_says_so_when_it_stops(
    work: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "app.worker")
    async with work(url=NOWHERE):
        pass
    said = [record.getMessage() for record in caplog.records]
    assert "the worker stops; it had not registered" in said
    assert not [line for line in said if "None" in line]


async def test_who_asks_in_vain_pauses_longer_each_time() -> None:
    asked: list[float] = []

    async def ask() -> str:
        asked.append(asyncio.get_running_loop().time())
        if len(asked) < 7:
            raise Unavailable("ConnectionRefusedError")
        return "there"

    assert await RetryPolicy()("claim_jobs", ask) == "there"
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert all(pause >= min(LONGEST_PAUSE, FIRST_PAUSE * 2**number) / 2 for number, pause in enumerate(pauses))
