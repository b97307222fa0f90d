"""The kinds of jobs: each is a module of this package and a row of `assay.job_kinds` of the same name."""

import importlib
import pkgutil
from collections.abc import Collection
from typing import Any, Protocol, cast

from app.worker import KindUnknown
from app.worker.job import Job, Result, Tools


class Kind(Protocol):
    """What each module of this package says.

    LOAD: the query of `sql/queries/worker` that loads what a batch of jobs needs (parameter `job_ids`; a row a job,
    with `job_id`). FINISH: the query that stores what came of a batch (parameter `results`: a JSON array of objects,
    each `job_id`, `attempt` and the values of a Result).
    """

    LOAD: str
    FINISH: str

    async def run(self, job: Job, inputs: Any, tools: Tools) -> Result:
        """One job, with its row of LOAD. Raises JobFailed or AiUnavailable."""
        ...


def named(kinds: Collection[str] | None = None) -> dict[str, Kind]:
    """The modules of these kinds, of all when None. Raises KindUnknown."""
    known = sorted(module.name for module in pkgutil.iter_modules(__path__))
    unknown = sorted(set(kinds or ()) - set(known))
    if unknown:
        raise KindUnknown(f"There is no kind of job named {', '.join(unknown)}; there are {', '.join(known)}.")
    wanted = known if kinds is None else sorted(set(kinds))
    return {kind: cast(Kind, importlib.import_module(f"{__name__}.{kind}")) for kind in wanted}
