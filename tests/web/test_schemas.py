"""What clients may send."""

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from app.web.negotiation import acceptable, media_type, preference
from app.web.route import PLAIN
from app.web.routes import ROUTES
from app.web.schemas.requests import (
    AssignmentChange,
    EmailAddress,
    Enrolment,
    Login,
    NewAssignment,
    Paging,
    RateLimit,
    Registration,
    StudentSearch,
    SubmissionChange,
)


def errors(model: type[BaseModel], sent: Any) -> list[str]:
    """The fields that are wrong."""
    try:
        model.model_validate_json(json.dumps(sent))
    except ValidationError as invalid:
        return [".".join(map(str, error["loc"])) for error in invalid.errors()]
    return []


@pytest.mark.parametrize(
    "email", ["anna@school.example", "anna@localhost", "a.b+c@school.local", "asa@skåne.example", "A@B.CO"]
)
def test_an_address_is_taken(email: str) -> None:
    assert errors(EmailAddress, {"email": email}) == []


@pytest.mark.parametrize(
    "email",
    [
        "",
        "anna",
        "anna@",
        "@school.example",
        "a b@x.example",
        "a@b",
        "a@x.example\nBcc: b@x.example",
        "a@[::1]",
        "åsa@skolan.example",
        7,
    ],
)
def test_what_is_no_address_is_refused(email: object) -> None:
    assert errors(EmailAddress, {"email": email}) == ["email"]


def test_a_registration_is_checked_in_every_field() -> None:
    good = {"name": "Anna", "email": "a@x.example", "password": "x" * 8}
    assert errors(Registration, good) == []
    for field, wrong in (
        ("name", " "),
        ("name", "x" * 201),
        ("name", "a\tb"),
        ("password", ""),
        ("name", "\u200b\u2800\u3164"),
        ("name", "\u0301"),
        ("name", "An\u202ena"),
        ("password", "x" * 201),
    ):
        assert errors(Registration, good | {field: wrong}) == [field]
    assert errors(Registration, {}) == ["name", "email", "password"]


@pytest.mark.parametrize(
    "time",
    [
        "2030-01-01",
        "2030-01-01T00:00:00",
        "1893456000",
        1893456000,
        None,
        "2030-13-01T00:00:00Z",
        "soon",
        "2030-01-01T25:00Z",
    ],
)
def test_a_time_that_does_not_say_which_one_is_refused(time: object) -> None:
    assert errors(NewAssignment, {"instructions": "x", "deadline": time}) == ["deadline"]


@pytest.mark.parametrize("time", ["2030-01-01T00:00:00Z", "2030-01-01T00:00:00.123456+05:30", "2030-01-01T00:00-08:00"])
def test_a_time_with_its_offset_is_taken(time: str) -> None:
    assert errors(NewAssignment, {"instructions": "x", "deadline": time}) == []


def test_numbers_are_numbers() -> None:
    good = {"instructions": "x", "deadline": "2030-01-01T00:00:00Z"}
    for wrong in ("7", 7.5, True, 0, -1, 1_000_001):
        assert errors(NewAssignment, good | {"max_score": wrong}) == ["max_score"]
    assert errors(NewAssignment, good | {"class_id": "7"}) == ["class_id"]


def test_of_a_change_only_what_was_sent_is_passed_on() -> None:
    change = AssignmentChange.model_validate_json('{"class_id": null, "title": "x"}')
    assert json.loads(change.model_dump_json(exclude_unset=True)) == {"class_id": None, "title": "x"}
    assert errors(AssignmentChange, {"title": None, "deadline": None}) == ["title", "deadline"]
    assert errors(SubmissionChange, {"score": None, "feedback": None}) == ["score"]


def test_lists_are_bounded() -> None:
    assert errors(Enrolment, {"student_ids": []}) == ["student_ids"]
    assert errors(Enrolment, {"student_ids": ["x"]}) == ["student_ids.0"]
    for wrong in ({"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"cursor": "x"}):
        with pytest.raises(ValidationError):
            Paging.model_validate_strings(wrong)


@pytest.mark.parametrize("number", ["1.000", "50.0", "1_000", "+50", "1_0", " 7", "07", "٧", "1e2", ""])
def test_a_number_in_an_address_is_written_as_in_json(number: str) -> None:
    for model, field in ((Paging, "limit"), (NewAssignment, "max_score")):
        with pytest.raises(ValidationError) as refused:
            model.model_validate_strings(
                {"instructions": "x", "deadline": "2030-01-01T00:00:00Z", field: number}
                if model is NewAssignment
                else {field: number}
            )
        assert [error["loc"] for error in refused.value.errors()] == [(field,)]


def of_addresses() -> Iterator[tuple[type[BaseModel], str]]:
    """Every whole number that an address may hold: a parameter, or a field beside a body that is plain text."""
    for route in ROUTES:
        for model in {route.parameters, route.body if PLAIN in route.consumes else None} - {None}:
            assert model is not None
            fields = model.model_json_schema().get("properties", {})
            yield from ((model, name) for name, field in fields.items() if field.get("type") == "integer")


@pytest.mark.parametrize("number", ["1.0", "1_0", "+5", " 5", "05", "٧", "1e1"])
def test_every_number_in_an_address_has_digits_alone(number: str) -> None:
    found = set(of_addresses())
    assert {name for _, name in found} >= {"limit", "max_score", "attempts", "regrade_days"}
    for model, field in found:
        with pytest.raises(ValidationError) as refused:
            model.model_validate_strings({field: number})
        assert (field,) in [error["loc"] for error in refused.value.errors()], (model, field)


def test_a_number_in_an_address_is_a_number_and_a_text_in_json_is_none() -> None:
    assert Paging.model_validate_strings({"limit": "20"}).limit == 20
    assert errors(Paging, {"limit": "20"}) == ["limit"]


def test_what_looks_the_same_is_the_same() -> None:
    composed, typed_on_a_mac = "Zo\u00eb", "Zoe\u0308"
    registration = {"name": typed_on_a_mac, "email": "a@x.example", "password": typed_on_a_mac}
    read = Registration.model_validate_json(json.dumps(registration))
    assert (read.name, read.password) == (composed, composed)
    assert Login.model_validate_json(json.dumps({"email": "a", "password": typed_on_a_mac})).password == composed
    assert StudentSearch.model_validate_strings({"search": typed_on_a_mac}).search == composed
    assert AssignmentChange.model_validate_json(json.dumps({"title": typed_on_a_mac})).title == composed


@pytest.mark.parametrize("password", ["x", " ", "é", "x" * 200])
def test_any_password_of_one_to_two_hundred_characters_is_taken(password: str) -> None:
    assert errors(Registration, {"name": "Anna", "email": "a@x.example", "password": password}) == []


def test_a_rate_limit_is_one_that_can_be_read() -> None:
    for good in ("30/minute", "5 per second", "5/second; 100/hour"):
        assert errors(RateLimit, {"limit": good}) == []
    for wrong in ("1/year", "59/hour", "often", "30", "0x5/minute", "30/fortnight"):
        assert errors(RateLimit, {"limit": wrong}) == ["limit"]


@pytest.mark.parametrize(
    ("accept", "offered", "chosen"),
    [
        ("text/csv", ("application/json", "text/csv"), "text/csv"),
        ("text/csv;q=0.5, application/json;q=0.4", ("application/json", "text/csv"), "text/csv"),
        ("*/*;q=0.1, text/*", ("application/json", "text/csv"), "text/csv"),
        ("application/json;q=0, */*", ("application/json", "text/csv"), "text/csv"),
        ("application/json;q=x", ("application/json",), None),
        ("image/png", ("application/json",), None),
    ],
)
def test_the_best_media_type_is_chosen(accept: str, offered: tuple[str, ...], chosen: str | None) -> None:
    assert acceptable(accept, offered) == chosen


def test_long_headers_fill_no_memory() -> None:
    tracemalloc.start()
    for number in range(60):
        long = f"{number}" + "x" * 100_000
        assert acceptable(f"text/{long}, */*", ("text/csv",)) == "text/csv"
        assert media_type(f"text/csv; charset=utf-8; more={long}") == ("text/csv", "utf-8")
        assert preference(f"wait=7, {long}", 30.0) == (7.0, "wait=7")
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left < 1_000_000


def test_a_name_that_is_too_long_is_refused_before_its_marks_are_put_in_order() -> None:
    """Ordering takes quadratic time: 20,000 marks in disorder would hold everybody's requests for seconds."""
    name = "a" + "\u0315\u0300" * 500
    with pytest.raises(ValidationError) as refused:
        Registration(name=name, email="a@school.example", password="x")
    (error,) = refused.value.errors()
    assert (error["type"], error["input"]) == ("string_too_long", name)
