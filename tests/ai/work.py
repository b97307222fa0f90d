"""How the work of a function grows with the length of its text, in processor time of this thread."""

import math
import time
from collections.abc import Callable

ROUNDS = 6
LEAST_SECONDS = 0.002  # of one measurement, so that the clock's grain is small against it


def growth(function: Callable[[str], object], short: str, long: str, enough: float) -> float:
    """How many times as much work `long` is as `short`: about the ratio of their lengths, or its square when quadratic.

    Of several interleaved rounds the least counts, since other processes can only add to a measurement; no more are
    made once the result is below `enough`.
    """
    times = 1
    while seconds(function, short, times) < LEAST_SECONDS:
        times *= 2
    least_short = least_long = math.inf
    for _ in range(ROUNDS):
        least_short = min(least_short, seconds(function, short, times))
        least_long = min(least_long, seconds(function, long, times))
        if least_long / least_short < enough:
            break
    return least_long / least_short


def seconds(function: Callable[[str], object], text: str, times: int = 1) -> float:
    """The processor time that this thread takes to call it so often."""
    began = time.thread_time()
    for _ in range(times):
        function(text)
    return time.thread_time() - began
