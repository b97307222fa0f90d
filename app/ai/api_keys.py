"""A teacher's API key as a call uses it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class ApiKey:
    """The key itself, and what the database knows of it.

    `refused`: its provider refused it within the hour, so it is asked last; it is asked all the same, since the
    teacher may have put it in order meanwhile. `take_call`, for a key with a ceiling of calls a day, counts a call
    before it is made, and is false when the day's calls are used up.
    """

    secret: str
    refused: bool = False
    take_call: Callable[[], Awaitable[bool]] | None = None
