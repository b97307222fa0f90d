"""Clients, operators and scripts that fit assay as it was recorded fit it today, but for what is declared."""

import re
from typing import Any

import pytest

from tests.contract.build import this_build
from tests.contract.recording import judge, recorded, replay

# What nothing from outside brings about, for any route: a fault of ours, a database that is away.
NEVER = {"500", "503"}


@pytest.mark.slow
def test_this_build_answers_as_recorded_or_as_declared() -> None:
    found, _, new = replay(this_build())
    left, idle = judge(found)
    assert not left, "\n".join(map(str, left))
    assert not idle, "\n".join(idle)
    assert not new, [step["step"] for step in new]


def test_the_recording_has_every_route_with_every_status_that_the_document_names() -> None:
    steps = recorded()
    document = next(step["body"] for step in steps if step["step"] == "GET /openapi.json: by anybody")
    requests = [step for step in steps if "line" in step.get("request", {})]
    seen = {(step["request"]["line"].partition("?")[0], str(step["status"])) for step in requests}
    for operation, one in document["operations"].items():
        line = re.compile(re.sub(r"\{\w+\}", "[^/]+", operation))
        answered = {status for made, status in seen if line.fullmatch(made)}
        assert set(one["answers"]) - NEVER - answered - _not_here(operation, one) == set(), operation


def _not_here(operation: str, one: dict[str, Any]) -> set[str]:
    """What the document names for this route too, and no request leads to."""
    nothing_to_read = not one["takes"] and "query" not in one["parameters"].values()
    names_may_repeat = {"POST /teacher/classes", "PATCH /teacher/classes/{class_id}"}
    return {
        *(["400"] if nothing_to_read else []),
        *(["406"] if "204" in one["answers"] else []),
        *(["409"] if operation in names_may_repeat else []),
        *(["400", "422"] if operation == "GET /auth/password/reset" else []),
    }
