"""The event loop that `serve` and `worker` run in."""

from typing import Any


def loop_factory() -> Any:
    """uvloop's where there is one, else asyncio's own (None)."""
    try:
        import uvloop
    except ImportError:  # Windows
        return None
    return uvloop.new_event_loop
