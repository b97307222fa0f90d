"""The maximum score: the table of written instructions, and who is believed when two readers differ."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ai.maximum import HIGHEST, MaximumUnclear, Reading, decide, read_maximum

EXAMPLES = [json.loads(line) for line in (Path(__file__).parent / "maxima.jsonl").read_text("utf-8").splitlines()]

PIECES = st.sampled_from(
    [
        "Maximum",
        "max.",
        "score",
        "Total",
        "points",
        "poäng",
        "Punkte",
        "out of",
        "sur",
        "part A",
        "minst",
        "0–",
        "12.5",
        "1 000",
        " ",
        " ",
        ": ",
        ". ",
        ", ",
        "\n",
        "/",
        "(",
        ")",
        "-",
        "20",
        "50",
        "7",
        "%",
        "words",
        "İ",
        "each",
        "for the essay",
        "٣",
    ]
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: repr(example["instructions"][:40]))
def test_every_written_instruction_gets_its_maximum(example: dict[str, object]) -> None:
    assert read_maximum(str(example["instructions"])).value == example["maximum"], example["why"]


def test_the_table_of_instructions_is_large_varied_and_explained() -> None:
    assert len({example["instructions"] for example in EXAMPLES}) == len(EXAMPLES) >= 80
    assert all(example["why"] for example in EXAMPLES)
    assert {"en", "sv", "de", "fr", "es", "da", "no", "nl", "it", "pt", "fi", "pl"} == {e["language"] for e in EXAMPLES}


@pytest.mark.parametrize(
    "around", ["{}", "\n\n{}\n\n", "Write about gold.\n{}", "{}\nGood luck!", "In 1849, at 10:30.\r\n{}"]
)
@pytest.mark.parametrize("example", [e for e in EXAMPLES if e["maximum"] and "\n" not in e["instructions"]][::5])
def test_sentences_around_a_clear_maximum_change_nothing(example: dict[str, object], around: str) -> None:
    assert read_maximum(around.format(example["instructions"])).value == example["maximum"]


def test_what_was_seen_is_named_in_the_order_of_the_text() -> None:
    assert read_maximum("Part B: 15 points. Part A: 10 points. Again 15 points.").seen == (15, 10)
    assert read_maximum("Write 500 words by 10:30 on page 3.").seen == ()


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=16).map("".join)))
def test_no_instruction_raises_or_leaves_the_range(instructions: str) -> None:
    read = read_maximum(instructions)
    assert read.value is None or (1 <= read.value <= HIGHEST and read.value in read.seen)


@given(st.integers(1, HIGHEST))
def test_a_maximum_that_is_written_plainly_is_read_back(value: int) -> None:
    for text in (
        f"Maximum score: {value}",
        f"Maximum score: {value:,} points",
        f"Högst {value} poäng.",
        f"Total: {value} points",
    ):
        assert read_maximum(text).value == value


def test_the_teachers_word_wins() -> None:
    assert decide(30, Reading(50, (50,)), 40) == 30


def test_a_clear_reading_stands_when_the_service_agrees_or_is_silent() -> None:
    assert decide(None, Reading(50, (20, 50)), 50) == 50
    assert decide(None, Reading(50, (20, 50)), None) == 50


def test_a_torn_reading_is_settled_only_by_a_service_that_names_the_one_number_seen() -> None:
    assert decide(None, read_maximum("Uppgift A: max 50 poäng"), 50) == 50
    with pytest.raises(MaximumUnclear):
        decide(None, read_maximum("Part A: 10 points. Part B: 15 points."), 15)


def test_a_silent_reading_believes_the_service_only_when_its_number_stands_there_and_nothing_rules_it_out() -> None:
    assert decide(None, read_maximum("Grading: perfect work gets 40."), 40) == 40
    for instructions in ("Write 500 words.", "At least 500.", "In 500 days.", "Nothing.", "1500", "2.500,5"):
        with pytest.raises(MaximumUnclear):
            decide(None, read_maximum(instructions), 500)


@pytest.mark.parametrize(
    ("read", "asked", "seen"),
    [
        (Reading(50, (50,)), 40, (50, 40)),
        (Reading(None, (10, 15)), 25, (10, 15, 25)),
        (Reading(None, (10, 15)), None, (10, 15)),
        (Reading(None, ()), None, ()),
        (Reading(None, ()), 20, (20,)),
    ],
)
def test_readers_that_disagree_or_are_not_sure_leave_it_to_the_teacher(
    read: Reading, asked: int | None, seen: tuple[int, ...]
) -> None:
    with pytest.raises(MaximumUnclear) as refused:
        decide(None, read, asked)
    assert refused.value.seen == seen
    assert str(refused.value) == ", ".join(map(str, seen))


def test_a_table_of_data_is_unclear_and_soon_read() -> None:
    began = time.process_time()
    assert read_maximum("Maximum score: 50. " + "7 8 9 \n" * 28_000).value is None
    assert time.process_time() - began < 5
