"""From raw answers to integers and templates: the table of written examples, and what holds for any answer."""

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ai.answer import ANSWER_AT_MOST, Rejected, TemplateAnswer, names_other_maximum, read_score, read_template

EXAMPLES = [json.loads(line) for line in (Path(__file__).parent / "answers.jsonl").read_text("utf-8").splitlines()]

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


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: repr(example["raw"][:40]))
def test_every_written_answer_gets_its_verdict(example: dict[str, object]) -> None:
    raw, max_score = str(example["raw"]), int(str(example["max_score"]))
    read = read_score(raw, max_score)
    verdict = example["verdict"]
    assert read == (verdict if isinstance(verdict, int) else Rejected(str(verdict), len(raw))), example["why"]


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
        assert re.search(rf"(?<![\d.,−-]){read}(?![\d.,])", raw)


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
        assert isinstance(read, Rejected) or str(read) == raw


@pytest.mark.parametrize(
    "raw",
    [
        "Score: " * 585,
        "1 " * 2048,
        "{" * 4096,
        '{"a":' * 819,
        "[" * 4096,
        " " * 4095 + "8",
        "-" * 4096,
        "**" * 2048,
        "1,000" * 819,
        "8/10\n" * 800,
        "out of " * 585,
        "total score " * 341,
        "Score:\n" * 585,
        "٣" * 4096,
        "\n" * 4096,
        "```json\n" * 512,
        "Score: 8 points\n" * 256,
        "a" * 4096,
        "8" * 4096,
        "Score (out of 10" * 256,
        "#" * 4096,
    ],
)
def test_four_kilobytes_of_anything_are_read_in_under_twenty_milliseconds(raw: str) -> None:
    assert len(raw) <= ANSWER_AT_MOST
    seconds = []
    for _ in range(3):
        began = time.process_time()
        read_score(raw, 10)
        seconds.append(time.process_time() - began)
    assert min(seconds) < 0.020


def template(text: object, max_score: object = None, **more: object) -> str:
    return json.dumps({"template": text, "max_score": max_score, **more})


def test_a_template_comes_with_the_maximum_that_the_service_read() -> None:
    assert read_template(template("Thesis: up to 20 points.", 50)) == TemplateAnswer("Thesis: up to 20 points.", 50)
    assert read_template("```json\n" + template("Thesis.") + "\n```") == TemplateAnswer("Thesis.", None)


@pytest.mark.parametrize(
    "text",
    [
        "Thesis: 20 points\nEvidence: 30 points",
        "2 criteria",
        "[ ] thesis\n[ ] evidence",
        '"Hamlet": what a good answer names',
        "Infinity: up to 5 points for a definition",
        'The program prints {"a": 1}.',
        "Nature does not apologise.",
        "# Rubric\n\n| part | points |",
    ],
)
def test_plain_text_is_a_template_without_a_maximum(text: str) -> None:
    assert read_template(text) == read_template(f"```\n{text}\n```") == TemplateAnswer(text, None)


def test_an_object_without_a_maximum_says_none() -> None:
    assert read_template('{"template": "Thesis"}') == TemplateAnswer("Thesis", None)


def test_a_template_is_cleaned() -> None:
    assert read_template(template(" The\u200bsis\r\n\u202eClarity\x00 \ud800")) == TemplateAnswer(
        "Thesis\nClarity", None
    )


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "empty"),
        ('["Thesis"]', "not_an_object"),
        ('[{"template": "Thesis', "not_an_object"),
        ('"Thesis: 20 points"', "not_an_object"),
        ("null", "not_an_object"),
        ("20", "not_an_object"),
        ("9" * 5000, "not_an_object"),
        ('Here it is: {"template": "Thesis", "max_score": 5}', "json_in_prose"),
        ("<!DOCTYPE html><title>502</title>", "not_a_text"),
        ("T" * 20_001, "too_long"),
        ("\u200b\u2060", "blank"),
        ("I'm sorry, but I can't help with that.", "refusal"),
        ("Sorry but this is not something I do.", "refusal"),
        ("I apologize, I can't write this.", "refusal"),
        ("I must decline.", "refusal"),
        ("Tyvärr kan jag inte hjälpa till.", "refusal"),
        ('{"template": "Thesis', "broken_json"),
        ('{"template": "a", "template": "b", "max_score": 5}', "duplicate_key"),
        ('{"template": "Thesis", "feedback": "x"}', "wrong_keys"),
        ("{}", "wrong_keys"),
        ('{"max_score": 5}', "wrong_keys"),
        (template("Thesis", 5, score=3), "wrong_keys"),
        (template("Thesis", 5) + " done", "text_after_json"),
        (template(" \n\u200b\u2003"), "blank"),
        (template(None), "not_a_text"),
        (template(5), "not_a_text"),
        (template(["Thesis"]), "not_a_text"),
        (template("Thesis", "50"), "not_an_integer"),
        (template("Thesis", 50.0), "not_an_integer"),
        (template("Thesis", True), "not_an_integer"),
        ('{"template": "Thesis", "max_score": NaN}', "not_an_integer"),
        (template("Thesis", -50), "signed"),
        (template("Thesis", 0), "out_of_range"),
        (template("Thesis", 1_000_001), "out_of_range"),
        (template("T" * 20_001), "too_long"),
        (template("T", 5) + " " * 150_000, "too_long"),
        (template("I'm sorry, but I can't help with that."), "refusal"),
        (template("I cannot create a rubric for this."), "refusal"),
        (template("Tyvärr kan jag inte hjälpa till."), "refusal"),
        (template("Es tut mir leid."), "refusal"),
        (template("Je ne peux pas faire cela."), "refusal"),
        (template("Lo siento, no puedo."), "refusal"),
    ],
)
def test_a_template_that_cannot_be_used_is_rejected_with_its_reason(raw: str, reason: str) -> None:
    assert read_template(raw) == Rejected(reason, len(raw))


@given(
    st.one_of(
        st.text(max_size=200), st.text(max_size=100).map(template), st.text(max_size=50).map(lambda t: template(t, 9))
    )
)
def test_no_template_raises_or_comes_back_blank_or_unencodable(raw: str) -> None:
    read = read_template(raw)
    if isinstance(read, TemplateAnswer):
        assert read.template.strip()
        assert read.template.encode()


@pytest.mark.parametrize(
    "text",
    [
        "Total: 40 points",
        "Maximum score: 60",
        "Graded out of 20.",
        "Award 80 points for content.",
        "Max. 40 Punkte",
        "Totalt 45 poäng",
        "Maximum score: 40\nThesis 20 points\nEvidence 20 points",
        "Thesis 20 points\nEvidence 20 points\nTotal: 40 points",
    ],
)
def test_a_template_that_names_another_maximum_is_seen(text: str) -> None:
    assert names_other_maximum(text, 50)


@pytest.mark.parametrize(
    "text",
    [
        "Total: 50 points",
        "Maximum score: 50",
        "Graded out of 50.",
        "Thesis: 20 points\nEvidence: 30 points",
        "No numbers.",
        "Thesis (max 20 points)\nEvidence (max 30 points)",
        "Part A: max 20 points",
        "At least 500 words.",
        "From 0 to 50 points",
        "Thesis (0-20 points), evidence (0-30 points), in total 50 points",
        "Deduct 5 points for missing sources.",
        "Thesis (max 20 points). Evidence: 30 points.",
    ],
)
def test_a_template_that_names_the_maximum_or_only_parts_is_fine(text: str) -> None:
    assert not names_other_maximum(text, 50)
