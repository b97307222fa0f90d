"""Quotes are found again where they stand in a student's words, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ai.calls.marking import evidence_of
from app.ai.quotes import QuotedText, compared_form
from app.ai.text import clean

TEXT = (
    "Bees  carry\n\u201cpollen\u201d from \ufb02ower to \ufb02ower.\r\n\r\nIt\u2019s vital \u2013 for cafe\u0301s, "
    "too; hid\u200bden \U0001f469\u200d\U0001f33e work.\tThe end \u2026 The end \u2026"
)


@pytest.mark.parametrize(
    ("quote", "stands"),
    [
        ("Bees carry \"pollen\" from flower", 'Bees  carry\n\u201cpollen\u201d from \ufb02ower'),
        ("bees CARRY \u00abpollen\u00bb FROM", 'Bees  carry\n\u201cpollen\u201d from'),
        ("It's vital - for caf\u00e9s", "It\u2019s vital \u2013 for cafe\u0301s"),
        ("  for caf\u00e9s,\n too;  ", "for cafe\u0301s, too;"),
        ("hidden \U0001f469\u200d\U0001f33e work.", "hid\u200bden \U0001f469\u200d\U0001f33e work."),
        ("flower. It\u2019s vital", "\ufb02ower.\r\n\r\nIt\u2019s vital"),
        ("work. The end ...", "work.\tThe end \u2026"),
    ],
)  # fmt: skip
def test_a_quote_is_found_though_it_looks_different(quote: str, stands: str) -> None:
    place = QuotedText(TEXT).find(quote)
    assert place is not None
    assert TEXT[place.start : place.end] == stands


@pytest.mark.parametrize("quote", ["", "  ", "ower to flo", "the cafes too", "Bees carry honey", "\u200b"])
def test_a_quote_that_does_not_stand_there_is_not_found(quote: str) -> None:
    if quote == "ower to flo":  # begins and ends inside a ligature
        assert QuotedText("\ufb02ower to \ufb02ower").find("lower to fl") is None
    else:
        assert QuotedText(TEXT).find(quote) is None


def test_a_repeated_passage_is_found_where_it_stands_first() -> None:
    place = QuotedText(TEXT).find("The end")
    assert place is not None
    assert place.start == TEXT.index("The end")


@pytest.mark.parametrize(
    ("text", "quote", "counts"),
    [
        ("one two three four", "one two three", True),
        ("one two three four", "one two", False),
        ("one two", "One two", True),
        ("w " * 100, "w " * 60, True),
        ("w " * 100, "w " * 61, False),
        ("蜜蜂把花粉从一朵花带到另一朵花", "蜜蜂把花粉", True),
        ("蜜蜂把花粉从一朵花带到另一朵花", "蜜蜂把", False),
        ("蜜" * 300, "蜜" * 201, False),
        ("one two three", "", False),
    ],
)
def test_a_quote_has_a_length_that_says_something(text: str, quote: str, *, counts: bool) -> None:
    assert QuotedText(text).is_long_enough(quote) is counts


def test_what_is_not_the_students_is_counted_and_what_is_keeps_only_its_place() -> None:
    words = QuotedText("Bees carry pollen from flower to flower.")
    found = evidence_of(["carry pollen from", "Why do bees matter?", "too short", "Carry  pollen FROM"], words)
    assert found.found == (((5, 22), "Carry  pollen FROM"), ((5, 22), "carry pollen from"))
    assert found.unfound == 2


@given(st.text(max_size=80), st.integers(0, 79), st.integers(1, 40))
def test_every_stretch_between_whole_characters_is_found(text: str, start: int, length: int) -> None:
    words = QuotedText(text)
    stretch = text[start : start + length]
    place = words.find(stretch)
    if place is not None:
        assert compared_form(text[place.start : place.end]) == compared_form(stretch)
    if stretch.isascii() and text.isascii() and stretch.strip() and not set(stretch) & set(map(chr, range(32))):
        assert place is not None


@given(st.text(max_size=60))
def test_the_copy_that_is_sent_is_found_in_the_text_that_is_stored(text: str) -> None:
    sent = clean(text)
    if compared_form(sent):
        assert QuotedText(text).find(sent) is not None
