"""Clients, operators and scripts that fit assay as it was recorded fit it today, but for what is declared."""

import re
from typing import Any

import pytest

from app.web.openapi import make_document
from tests.contract.build import this_build
from tests.contract.driver import outline
from tests.contract.recording import judge, recorded, replay

# What nothing from outside brings about, for any route: a fault of ours, a database that is away.
NEVER = {"500", "503"}
RUN = ".venv/bin/python -m tests.contract"
DECLARE = f"Clients meet other answers. If they are to, `{RUN} replay --declare` prints lines for differences.jsonl:"
ADD = f"Steps that are not recorded yet, which `{RUN} add` does:"
MEET = f"No step meets these: add some to tests/contract/session, a new route to routes.py, then `{RUN} add`"


@pytest.mark.slow
def test_this_build_answers_as_recorded_or_as_declared() -> None:
    found, _, new = replay(this_build())
    left, idle = judge(found)
    assert not left, "\n".join([DECLARE, *map(str, left)])
    assert not idle, "\n".join(["These lines of differences.jsonl are not so:", *idle])
    assert not new, "\n".join([ADD, *(step["step"] for step in new)])


def test_the_recording_has_every_route_with_every_status_that_the_documents_name() -> None:
    """The document of the build that was recorded first, and today's."""
    (first,) = (one["body"] for one in recorded() if one["step"] == "GET /openapi.json: by anybody")
    for document in (first, outline(make_document())):
        assert _not_answered(document) == {}, MEET


def _not_answered(document: dict[str, Any]) -> dict[str, set[str]]:
    requests = [step for step in recorded() if "line" in step.get("request", {})]
    seen = {(step["request"]["line"].partition("?")[0], str(step["status"])) for step in requests}
    missing = {}
    for operation, one in document["operations"].items():
        line = re.compile(re.sub(r"\{\w+\}", "[^/]+", operation))
        answered = {status for made, status in seen if line.fullmatch(made)}
        missing[operation] = set(one["answers"]) - NEVER - answered - _not_here(operation, one)
    return {operation: statuses for operation, statuses in missing.items() if statuses}


def _not_here(operation: str, one: dict[str, Any]) -> set[str]:
    """What the document names for this route too, and no request leads to."""
    nothing_to_read = not one["takes"] and "query" not in one["parameters"].values()
    names_may_repeat = {"POST /teacher/classes", "PATCH /teacher/classes/{class_id}"}
    if operation == "GET /metrics":  # numbers of one process, for one program
        return set(one["answers"])
    return {
        *(["400"] if nothing_to_read else []),
        *(["406"] if "204" in one["answers"] else []),
        *(["409"] if operation in names_may_repeat else []),
        *(["400", "422"] if operation == "GET /auth/password/reset" else []),
    }
