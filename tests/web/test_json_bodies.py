"""JSON bodies: to read one holds the event loop, so there is a bound on what one can hold besides its texts."""

import json
from typing import Any

import pytest

from app.web.body import BODY_BYTES, MOST_PAIRS, validate_json
from app.web.errors import MOST_ERRORS, ApiError
from app.web.schemas.requests import AssignmentChange

MOST = 200_000


def refused(body: bytes, model: Any = AssignmentChange) -> ApiError:
    with pytest.raises(ApiError) as caught:
        validate_json(body, model, MOST)
    return caught.value


@pytest.mark.parametrize("piece", ["[],", "{},", "0,", '"",', "[[[]]],", "[0],"])
def test_a_body_that_is_hardly_text_may_not_be_as_large_as_one_that_is(piece: str) -> None:
    most = (MOST + BODY_BYTES) * len(piece) // sum(piece.count(sign) for sign in '[]{}:,"')
    for length, code in ((most + 1000, "body_too_large"), (most - 1000, "validation_failed")):
        body = b'{"title":[%b0]}' % (piece * (length // len(piece))).encode()
        assert refused(body).code == code, length


def test_a_text_may_consist_of_any_signs() -> None:
    for text in ('"' * MOST, ",:[]{}" * (MOST // 6), "\\" * MOST, "\x01" * MOST):
        found = validate_json(json.dumps({"instructions": text}).encode(), AssignmentChange, MOST)
        assert found.instructions == text


def test_more_fields_than_a_quiz_can_need_are_refused_whatever_they_are() -> None:
    for most, code in ((MOST_PAIRS - 2, "validation_failed"), (MOST_PAIRS, "malformed_request")):
        assert refused(b'{"title":[%b0]}' % (b'{"a":0},' * most)).code == code


def test_of_what_is_wrong_in_many_places_a_hundred_are_named() -> None:
    error = refused(json.dumps({f"field {number}": number for number in range(1000)}).encode())
    assert len(error.details["errors"]) == MOST_ERRORS == 100
    assert error.details["errors"][0]["field"] == "field 0"


@pytest.mark.parametrize(
    "body",
    [b'{"title": "a", "title": "b"}', b'{"title": "a", "t\\u0069tle": 7}', b'{"rubric": [{"a": 1, "a": 1}]}',
     b'{"title": 7, "more": {"deep": [{"x": null, "x": null}]}}'],
)  # fmt: skip
def test_a_name_that_comes_twice_is_malformed_at_any_depth_and_whatever_else_is_wrong(body: bytes) -> None:
    assert refused(body).code == "malformed_request"


@pytest.mark.parametrize("body", [b"", b"{", b"null x", b'{"title": "\xff"}', b"[" * 100_000])
def test_what_is_no_json_is_malformed(body: bytes) -> None:
    assert refused(body).code == "malformed_request"


def test_a_number_of_five_thousand_digits_is_no_fault_of_ours() -> None:
    assert refused(b'{"max_score": %b}' % (b"9" * 5000)).code in ("validation_failed", "malformed_request")
