"""Work on long texts, away from the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

SHORT_TEXT = 4_000  # characters; on less than this the loop works by itself, which is quicker than handing it over

T = TypeVar("T")

# One thread: however many long texts come at once, the loop competes for the interpreter with one of them, which has
# to give it up every 5 ms. That holds because the work is many short steps: no pattern and no call of C looks at a
# long text for much longer than that (`test_hostile_texts.py`).
_THREAD = ThreadPoolExecutor(1, "texts")


async def work_on(length: int, work: Callable[[], T]) -> T:
    """What `work` returns or raises; done in the thread for texts when `length`, in characters, is not short."""
    if length < SHORT_TEXT:
        return work()
    return await asyncio.get_running_loop().run_in_executor(_THREAD, work)
