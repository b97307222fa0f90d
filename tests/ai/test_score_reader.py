"""From raw completions to integers: the tables of recorded examples, and what holds for any completion."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ai.calls.grading import COMPLETION_AT_MOST, read_score
from app.ai.completion_reader import Rejected
from tests.ai.work import growth

HERE = Path(__file__).parent


def recorded(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").split("\n") if line]


EXAMPLES = recorded("answers.jsonl")
IN_PLAIN_WORDS = recorded("answers_in_plain_words.jsonl")

REASONS = {
    *("too_long", "empty", "broken_json", "not_an_object", "text_after_json", "json_in_prose", "duplicate_key"),
    *("no_score_key", "extra_key", "not_an_integer", "signed", "decimal", "grouped_digits", "percentage", "range"),
    *("several_numbers", "other_digits", "odd_characters", "leading_zero", "out_of_range", "other_maximum"),
    *("contradicted", "repeated", "prose", "no_number"),
}

PIECES = st.sampled_from(
    [
        "Score",
        "Poäng",
        "Note",
        ":",
        "=",
        " ",
        "\n",
        "**",
        "8",
        "10",
        "0",
        "7",
        "/",
        "/10",
        "-",
        "−",
        ".",
        ",",
        "%",
        "{",
        "}",
        '"score"',
        '{"score": ',
        "```",
        "json",
        "out of",
        "points",
        "is",
        "٣",
        "\u200b",
        "\u2028",
        "\r",
        "null",
        "e1",
        "(",
        ")",
    ]
)
ANSWERS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=14).map("".join))
MAXIMA = st.integers(1, 1_000_000)


@pytest.mark.parametrize("example", EXAMPLES + IN_PLAIN_WORDS, ids=lambda example: repr(example["raw"][:40]))
def test_every_written_answer_gets_its_verdict(example: dict[str, object]) -> None:
    raw, max_score = str(example["raw"]), int(str(example["max_score"]))
    read = read_score(raw, max_score)
    verdict = example["verdict"]
    assert read == (verdict if isinstance(verdict, int) else Rejected(str(verdict), len(raw))), example["why"]


def test_clear_answers_in_plain_words_and_unclear_ones_are_both_many() -> None:
    clear = [example for example in IN_PLAIN_WORDS if isinstance(example["verdict"], int)]
    assert len(clear) >= 150
    assert len(IN_PLAIN_WORDS) - len(clear) >= 150
    assert len({(example["raw"], example["max_score"]) for example in IN_PLAIN_WORDS}) == len(IN_PLAIN_WORDS)


def test_the_table_of_answers_is_large_varied_and_explained() -> None:
    assert len({(example["raw"], example["max_score"]) for example in EXAMPLES}) == len(EXAMPLES) >= 150
    assert all(example["why"] for example in EXAMPLES)
    assert {example["verdict"] for example in EXAMPLES if isinstance(example["verdict"], str)} == REASONS


@given(ANSWERS, MAXIMA)
def test_no_answer_raises_or_leaves_the_range(raw: str, max_score: int) -> None:
    read = read_score(raw, max_score)
    if isinstance(read, Rejected):
        assert read.reason in REASONS
        assert read.length == len(raw)
    else:
        assert type(read) is int
        assert 0 <= read <= max_score


@given(ANSWERS)
def test_a_score_stands_in_its_answer_as_digits_that_no_digit_touches(raw: str) -> None:
    read = read_score(raw, 10)
    if not isinstance(read, Rejected):
        assert re.search(rf"(?<![\d.,−-]){read}(?!\d|[.,]\d)", raw)


@given(MAXIMA.flatmap(lambda top: st.tuples(st.integers(0, top), st.just(top))))
def test_a_score_read_from_its_own_rendering_is_itself(pair: tuple[int, int]) -> None:
    score, top = pair
    renderings = (
        f"{score}", f"{score}/{top}", f"Score: {score}", f"Poäng: {score} av {top}", f"**Note :** {score}/{top}",
        json.dumps({"score": score}), f"```json\n{json.dumps({'score': score}, indent=2)}\n```",
    )  # fmt: skip
    assert [read_score(rendering, top) for rendering in renderings] == [score] * len(renderings)


@given(st.integers(0, 10), st.text(" \t\r\n", max_size=5), st.text(" \t\n", max_size=5))
def test_blanks_around_an_answer_change_nothing(score: int, before: str, after: str) -> None:
    for rendering in (f"{score}", f'{{"score": {score}}}', f"Score: {score}"):
        read = read_score(before.replace("\r", "\r\n") + rendering + after, 10)
        assert read == score


@given(st.integers(0, 9), st.sampled_from("0123456789.,-−%٣８½'_eE"), st.booleans())
def test_a_sign_beside_the_digits_makes_another_number_or_none(score: int, sign: str, front: bool) -> None:
    raw = f"{sign}{score}" if front else f"{score}{sign}"
    for rendering in (raw, f"Score: {raw}", f'{{"score": {raw}}}'):
        read = read_score(rendering, 1000)
        assert isinstance(read, Rejected) or str(read) == raw.removesuffix(".")


@pytest.mark.parametrize(
    "piece",
    [
        "Score: ",
        "1 ",
        "{",
        '{"a":',
        "[",
        " ",
        "-",
        "**",
        "1,000",
        "8/10\n",
        "out of ",
        "total score ",
        "Score:\n",
        "٣",
        "\n",
        "```json\n",
        "Score: 8 points\n",
        "a",
        "8",
        "Score (out of 10",
        "#",
        "I give the text a score of ",
        "**8** ",
        "Points: 8 points ",
        "8 points of ",
        "* 8 *",
        "_8 ",
        "Score: **",
        "1 - ",
        "8 percen",
        "-  ",
    ],
)
def test_the_work_of_reading_a_score_grows_with_its_length_and_not_with_its_square(piece: str) -> None:
    def read(text: str) -> object:
        return read_score(text, 10)

    short, long = (f"a{piece * (size // len(piece))}"[:size] for size in (COMPLETION_AT_MOST // 4, COMPLETION_AT_MOST))
    assert growth(read, short, long, enough=6) < 9  # linear 4, quadratic 16


def test_a_completion_longer_than_any_honest_one_is_not_read() -> None:
    assert read_score(" " * COMPLETION_AT_MOST + "8", 10) == Rejected("too_long", COMPLETION_AT_MOST + 1)
