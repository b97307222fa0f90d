"""What counts as a difference between a recorded step and the same step today."""

import json
from typing import Any

import pytest

from tests.contract.comparison import GONE, Difference, declared, differences, undeclared
from tests.contract.placeholders import Names, mapped

ID, OTHER = "0192f0c0-0000-7000-8000-00000000000a", "0192f0c0-0000-7000-8000-00000000000b"
TIME = "2026-11-30T20:00:00.5+00:00"


def compared(was: Any, now: Any) -> list[tuple[str, Any, Any]]:
    """(where, was, now) of two bodies, the first as it is recorded."""
    recorded = mapped({"step": "a step", "status": 200, "body": was}, Names().name)
    found = differences(recorded, {"step": "a step", "status": 200, "body": now}, Names())
    return [(one.where, one.was, one.now) for one in found]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"items": [{"a": 1}]}, {"items": [{"b": 2, "a": 1}]}),
        ({"id": ID}, {"id": OTHER}),
        ({"id": ID, "again": [ID]}, {"id": OTHER, "again": [OTHER]}),
        ({"id": ID, "scores": {ID: 1}}, {"id": OTHER, "scores": {OTHER: 1}}),
        ({"at": TIME}, {"at": "2027-01-01T00:00:00+00:00"}),
        (f"see {ID}, {ID}", f"see {OTHER}, {OTHER}"),
        (None, None),
    ],
)
def test_what_is_added_or_differs_between_any_two_runs_is_no_difference(was: Any, now: Any) -> None:
    assert compared(was, now) == []


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, ("body.b", 2, GONE)),
        ({"a": None}, {}, ("body.a", None, GONE)),
        ({"a": 1}, {"a": True}, ("body.a", 1, True)),
        ({"a": 1}, {"a": "1"}, ("body.a", 1, "1")),
        ({"items": [1, 2]}, {"items": [1]}, ("body.items", [1, 2], [1])),
        ({"items": [1, 2]}, {"items": [2, 2]}, ("body.items.0", 1, 2)),
        ({"id": ID, "again": ID}, {"id": ID, "again": OTHER}, ("body.again", "<id 1>", "<id>")),
        ({"id": ID, "other": OTHER}, {"id": ID, "other": ID}, ("body.other", "<id 2>", "<id 1>")),
        ({"id": ID}, {"id": "none"}, ("body.id", "<id 1>", "none")),
        ({"at": TIME}, {"at": "2027-01-01T00:00:00Z"}, ("body.at", "<time 1>+00:00", "<time>Z")),
        ("Gold.", "Gold", ("body", "Gold.", "Gold")),
    ],
)
def test_what_goes_or_changes_is_a_difference(was: Any, now: Any, found: Any) -> None:
    assert compared(was, now) == [found]


def test_a_header_that_nearly_every_answer_has_is_missed() -> None:
    step = {"step": "a step", "status": 204}
    found = list(differences(step, {**step, "headers": {"cache-control": None, "x-new": "1"}}, Names()))
    assert found == [Difference("a step", "headers.cache-control", "no-store", GONE)]


def test_another_status_is_the_whole_difference() -> None:
    was, now = {"step": "a step", "status": 200, "body": {"a": 1}}, {"step": "a step", "status": 404, "body": {}}
    assert list(differences(was, now, Names())) == [Difference("a step", "status", 200, 404)]


def test_a_difference_is_declared_by_step_place_and_values() -> None:
    found = [Difference("log in: a", "status", 401, 400), Difference("log in: b", "status", 401, 403)]
    lines = [
        {"step": "log in: *", "where": "status", "now": 400, "why": "It says so."},
        {"step": "log in: b", "where": "body.*", "why": "It is not there."},
    ]
    known = declared(map(json.dumps, lines))
    assert undeclared(found, known) == found[1:]
    assert [line.seen for line in known] == [True, False]


def test_a_difference_without_a_reason_is_not_declared() -> None:
    with pytest.raises(KeyError):
        declared(['{"step": "*", "where": "*"}'])
