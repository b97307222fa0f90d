"""From raw completions to correction templates."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ai.calls.instructions import Completion
from app.ai.calls.template import read_template
from app.ai.completion_reader import Rejected
from app.ai.maximum import names_other_maximum


def template(text: object, max_score: object = None, **more: object) -> str:
    return json.dumps({"template": text, "max_score": max_score, **more})


def test_a_template_comes_with_the_maximum_that_the_service_read() -> None:
    assert read_template(template("Thesis: up to 20 points.", 50)) == Completion("Thesis: up to 20 points.", 50)
    assert read_template("```json\n" + template("Thesis.") + "\n```") == Completion("Thesis.", None)


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
    assert read_template(text) == read_template(f"```\n{text}\n```") == Completion(text, None)


def test_an_object_without_a_maximum_says_none() -> None:
    assert read_template('{"template": "Thesis"}') == Completion("Thesis", None)


def test_a_template_is_cleaned() -> None:
    assert read_template(template(" The\u200bsis\r\n\u202eClarity\x00 \ud800")) == Completion("Thesis\nClarity", None)


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
    if isinstance(read, Completion):
        assert read.value.strip()
        assert read.value.encode()


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
