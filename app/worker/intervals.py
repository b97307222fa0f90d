"""How often a worker does what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Intervals:
    """How often things are done, in seconds."""

    lease: float = 15.0  # without a heartbeat for so long a worker is given up for dead
    heartbeat: float = 5.0
    rescue: float = 5.0
    poll: float = 1.0  # a notification is a hint: the queue is looked at this often without one
    again: float = 0.02  # after a claim the queue is looked at again so soon, for what was not committed yet
    gap: float = 0.02  # between two claims, and two writes: what comes together is done together
    models: float = 1.0
    grace: float = 15.0  # for jobs in flight when the worker is told to stop
    prune: float = 60.0
    collect: float = 20.0  # saved answers are handed in so soon after the deadline


USUAL = Intervals()
