"""How the work of a function grows with the length of its text, in processor time of this thread."""

import time
from collections.abc import Callable

ROUNDS = 5
LEAST_SECONDS = 0.002  # of one measurement, so that the clock's grain is small against it


def growth(function: Callable[[str], object], short: str, long: str) -> float:
    """How many times as much work `long` is as `short`: near 2 for a text of twice the length, 4 when quadratic.

    The least of several interleaved rounds: other processes can only add to a measurement.
    """
    times = 1
    while _seconds(function, short, times) < LEAST_SECONDS:
        times *= 2
    both = [(_seconds(function, short, times), _seconds(function, long, times)) for _ in range(ROUNDS)]
    return min(seconds for _, seconds in both) / min(seconds for seconds, _ in both)


def _seconds(function: Callable[[str], object], text: str, times: int) -> float:
    began = time.thread_time()
    for _ in range(times):
        function(text)
    return time.thread_time() - began
