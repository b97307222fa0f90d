"""From raw answers to the criteria of a rubric: the table of written examples."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ai.calls.rubric import read_rubric
from app.ai.completion_reader import Rejected

EXAMPLES = [json.loads(line) for line in (Path(__file__).parent / "rubrics.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_each_example_has_its_verdict(example: dict[str, Any]) -> None:
    found = read_rubric(example["raw"])
    if isinstance(example["verdict"], str):
        assert isinstance(found, Rejected), example["why"]
        assert found.reason == example["verdict"], example["why"]
    else:
        assert not isinstance(found, Rejected), example["why"]
        scores = [criterion.max_score for criterion in found.value]
        assert {"max_score": found.max_score, "scores": scores} == example["verdict"], example["why"]


def test_a_title_is_one_line_as_every_title_is() -> None:
    row = {"title": "\u200bFacts\n and\tsources", "prompt": "Are\nthey true?", "max_score": 5, "levels": []}
    found = read_rubric(json.dumps({"max_score": 5, "criteria": [row]}))
    assert not isinstance(found, Rejected)
    assert [(one.title, one.prompt) for one in found.value] == [("Facts and sources", "Are\nthey true?")]


def test_there_are_a_hundred_examples() -> None:
    assert len(EXAMPLES) >= 100


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_raise(raw: str) -> None:
    assert isinstance(read_rubric(raw), Rejected)
