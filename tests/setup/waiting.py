"""Waiting for a fact, however slow the machine."""

import asyncio
from collections.abc import Callable


async def fact(condition: Callable[[], bool]) -> None:
    """Waits for something that will be true."""
    async with asyncio.timeout(300):
        while not condition():
            await asyncio.sleep(0.02)
