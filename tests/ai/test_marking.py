"""From raw answers to marks: the table of written examples, and what holds for any answer."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ai.calls.marking import Level, Mark, Question, output_tokens, read_marks
from app.ai.completion_reader import Rejected

LINES = [json.loads(line) for line in (Path(__file__).parent / "marks.jsonl").read_text("utf-8").splitlines()]
SETS, EXAMPLES = LINES[0]["question_sets"], LINES[1:]


def asked(name: str) -> dict[int, Question]:
    """A set of questions of the table, by number."""
    return {
        row["number"]: Question(
            row["number"], "What is asked", row["max_score"], levels=tuple(Level(n, "x") for n in row.get("levels", ()))
        )
        for row in SETS[name]
    }


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_each_example_has_its_verdict(example: dict[str, Any]) -> None:
    questions = asked(example["questions"])
    found = read_marks(example["raw"], questions, with_comment=example["comment"])
    if isinstance(example["verdict"], str):
        reason = found.reason if isinstance(found, Rejected) else found.fault
        assert reason == example["verdict"], example["why"]
    else:
        assert not isinstance(found, Rejected), example["why"]
        assert found.fault is None, example["why"]
        scores = {str(number): mark.score for number, mark in found.by_number.items() if isinstance(mark, Mark)}
        assert scores == example["verdict"], example["why"]


def test_there_are_two_hundred_examples_and_half_of_them_are_wrong() -> None:
    wrong = sum(isinstance(example["verdict"], str) for example in EXAMPLES)
    assert len(EXAMPLES) >= 200
    assert wrong >= 80


def test_one_faulty_mark_leaves_the_others_readable() -> None:
    raw = json.dumps(
        {
            "marks": [
                {"number": 1, "quotes": [], "reason": "Right.", "score": 5},
                {"number": 2, "quotes": [], "reason": "Too much.", "score": 11},
                {"number": 3, "quotes": [], "reason": "Between two levels.", "score": 3},
            ],
            "comment": None,
        }
    )
    found = read_marks(raw, asked("A"), with_comment=False)
    assert not isinstance(found, Rejected)
    assert found.by_number == {1: Mark(5, "Right.", ()), 2: "out_of_range", 3: "not_a_level"}


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_raise(raw: str) -> None:
    found = read_marks(raw, asked("A"), with_comment=True)
    assert isinstance(found, Rejected)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["marks", "number", "score", "reason", "quotes", "comment"]), inner)
        ),
        max_leaves=12,
    )
)
def test_no_json_is_read_as_more_than_was_asked_for(value: Any) -> None:
    found = read_marks(json.dumps(value), asked("A"), with_comment=True)
    if not isinstance(found, Rejected):
        assert set(found.by_number) == {1, 2, 3}


def test_the_output_limit_grows_with_the_questions_and_ends() -> None:
    assert [output_tokens(n) for n in (1, 8, 26, 27, 100)] == [600, 2700, 8100, 8192, 8192]
