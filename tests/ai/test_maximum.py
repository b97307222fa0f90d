"""The maximum score: the table of written instructions, and who is believed when two readers differ."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.ai.maximum import HIGHEST, MaximumUnclear, Reading, decide, named_totals, read_maximum
from app.ai.maximum_numerals import NUMBER_WORDS, roman, whole

ROOT = Path(__file__).parents[2]
EXAMPLES: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "maxima.jsonl").read_text("utf-8").splitlines()
]
"""`maximum` is what the instructions state, null when it is unclear; `agreed`: what is believed besides when a service
says it too; `never`: what is not believed though a service says it, such as the points of a part."""

LETTERS = "abc defg hij klm nop ÅÄÖ ß é ñ 点分 درجة ,:–()/\n"
"""What paragraphs without numbers are made of: no sign that ends the sentence before them, and no Roman digits."""

PIECES = st.sampled_from(
    [
        *("Maximum", "max.", "score", "Total", "points", "poäng", "Punkte", "out of", "sur", "part A", "minst", "0–"),
        *("12.5", "1 000", " ", " ", ": ", ". ", ", ", "\n", "/", "(", ")", "-", "20", "50", "7", "%", "words", "İ"),
        *("each", "for the essay", "٣", "twenty", "hundred and", "XX", "点", "満点", "+", "=", "x", "<b>", "?"),
    ]
)


def is_believed(instructions: str, asked: int) -> bool:
    try:
        return decide(None, read_maximum(instructions), asked) == asked
    except MaximumUnclear:
        return False


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: repr(example["instructions"][:40]))
def test_every_written_instruction_gets_its_maximum(example: dict[str, Any]) -> None:
    instructions = example["instructions"]
    assert read_maximum(instructions).value == example["maximum"], example["why"]
    for asked in (example["maximum"], example.get("agreed")):
        assert asked is None or is_believed(instructions, asked), example["why"]
    for asked in example.get("never", ()):
        assert not is_believed(instructions, asked), example["why"]


def test_the_table_of_instructions_is_large_varied_and_explained() -> None:
    assert len({example["instructions"] for example in EXAMPLES}) == len(EXAMPLES) >= 500
    assert all(example["why"] for example in EXAMPLES)
    languages = {example["language"] for example in EXAMPLES}
    assert languages >= {"en", "sv", "de", "fr", "es", "da", "no", "nl", "it", "pt", "fi", "pl", "ja", "ar", "zh", "ru"}


@pytest.mark.parametrize("word", ["Segment", "Part", "Section", "Chapter", "Abschnitt", "Partie", "Sezione", "Del"])
@pytest.mark.parametrize(
    "form",
    [
        "{} 1: up to 10 gold coins. {} 2: up to 10 gold coins. Maximum score: 20 gold coins.",
        "{} 1: up to 10 gold coins, {} 2: up to 10 gold coins, maximum score: 20 gold coins",
        "{} A (10 gold coins)\n{} B (10 gold coins)\nMaximum score: 20 gold coins",
        "- {} 1 – max. 10 gold coins\n- {} 2 – max. 10 gold coins\n\n**Maximum score: 20**",
        "{} 1: 0-10. {} 2: 0-10. Max score 20 gold coins",
        "{} 1 is worth up to 10 gold coins and {} 2 is worth up to 10 gold coins; the maximum score is 20 gold coins.",
    ],
)
@pytest.mark.parametrize("spelling", [str, str.lower, str.upper])
def test_the_points_of_two_parts_never_hide_the_maximum_score(form: str, word: str, spelling: Any) -> None:
    assert read_maximum(spelling(form.format(word, word))).value == 20


@pytest.mark.parametrize(
    "around", ["{}", "\n\n{}\n\n", "Write about gold.\n{}", "{}\nGood luck!", "In 1849, at 10:30.\r\n{}"]
)
@pytest.mark.parametrize("example", [e for e in EXAMPLES if e["maximum"] and "\n" not in e["instructions"]][::5])
def test_sentences_around_a_clear_maximum_change_nothing(example: dict[str, Any], around: str) -> None:
    assert read_maximum(around.format(example["instructions"])).value == example["maximum"]


@given(st.sampled_from(EXAMPLES), st.text(alphabet=LETTERS, max_size=200), st.booleans())
def test_a_paragraph_without_numbers_changes_nothing(example: dict[str, Any], paragraph: str, before: bool) -> None:
    assume(not {word.lower() for word in paragraph.split()} & NUMBER_WORDS.keys())
    instructions = example["instructions"]
    both = f"{paragraph}\n\n{instructions}" if before else f"{instructions}\n\n{paragraph}"
    assert read_maximum(both) == read_maximum(instructions)


@pytest.mark.parametrize(
    "paragraph",
    [
        "Your total score counts for the course, and points for grammar are part of it.",
        "Each part is graded on a scale. A minimum is required to pass. Maximum marks are rare!",
        "Skriv en uppsats om guld. Varje del ger poäng, och för godkänt krävs en viss summa.",
        "Was meinst du? Punkte gibt es für Inhalt und Sprache, jeweils höchstens die Hälfte.",
    ],
)
def test_words_about_points_without_numbers_change_nothing(paragraph: str) -> None:
    for example in EXAMPLES[::3]:
        for both in (f"{paragraph}\n\n{example['instructions']}", f"{example['instructions']}\n\n{paragraph}"):
            assert read_maximum(both) == read_maximum(example["instructions"]), both


def test_what_was_seen_is_named_in_the_order_of_the_text() -> None:
    assert read_maximum("Part B: 15 points. Part A: 10 points. Again 15 points.").seen == (15, 10)
    assert read_maximum("Write 500 words by 10:30 on page 3.").seen == ()


@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=16).map("".join)))
def test_no_instruction_raises_or_leaves_the_range(instructions: str) -> None:
    read = read_maximum(instructions)
    assert read.value is None or (1 <= read.value <= HIGHEST and read.value in read.seen)
    assert all(1 <= value <= HIGHEST for value in read.likely)


@given(st.integers(1, HIGHEST))
def test_a_maximum_that_is_written_plainly_is_read_back(value: int) -> None:
    for text in (
        f"Maximum score: {value}",
        f"Maximum score: {value:,} points",
        f"Högst {value} poäng.",
        f"Total: {value} points",
        f"Total Points: {value}.0",
        f"満点：{value}点",
    ):
        assert read_maximum(text).value == value


@given(st.lists(st.integers(1, 200), min_size=2, max_size=8))
def test_parts_are_believed_to_be_the_whole_only_together(points: list[int]) -> None:
    instructions = "\n".join(f"Question {number}: {value} points" for number, value in enumerate(points, 1))
    assert read_maximum(instructions).value is None
    assert is_believed(instructions, sum(points))
    assert not any(is_believed(instructions, value) for value in points)


@given(st.integers(2, 20), st.integers(1, 100))
def test_equal_parts_are_believed_to_be_the_whole_only_together(count: int, value: int) -> None:
    for form in ("{} questions of {} marks each.", "{} tasks, {} points each.", "{} Aufgaben zu je {} Punkten."):
        assert is_believed(form.format(count, value), count * value)
        assert not is_believed(form.format(count, value), value)


@pytest.mark.parametrize(("words", "total"), [("12 + 8 + 5", 25), ("five questions of 20 marks each", 100)])
def test_what_the_prompt_says_of_sums_is_believed(words: str, total: int) -> None:
    prompt = (ROOT / "prompts/template/system.md").read_text("utf-8")
    assert f'"{words}" is {total}' in prompt
    assert is_believed(f"Marking: {words}", total)
    assert read_maximum(f"Marking: {words}").value is None


@pytest.mark.parametrize(("written", "value"), [("fifty", 50), ("XLIX", 49), ("５０", 50), ("٥٠", 50)])
def test_numbers_of_every_kind_that_the_prompt_names_are_read(written: str, value: int) -> None:
    kinds = 'in words ("fifty"), in Roman numerals or in the digits of any script'
    assert kinds in (ROOT / "prompts/template/system.md").read_text("utf-8")
    assert read_maximum(f"Maximum score: {written}").value == value


def test_the_teachers_word_wins() -> None:
    assert decide(30, Reading(50, (50,)), 40) == 30


def test_a_clear_reading_stands_when_the_service_agrees_or_is_silent() -> None:
    assert decide(None, Reading(50, (20, 50)), 50) == 50
    assert decide(None, Reading(50, (20, 50)), None) == 50


def test_a_silent_reading_believes_the_service_only_when_its_number_stands_there_and_nothing_rules_it_out() -> None:
    assert is_believed("Grading: perfect work gets 40.", 40)
    for instructions in ("Write 500 words.", "At least 500.", "In 500 days.", "Nothing.", "1500", "2.500,5"):
        assert not is_believed(instructions, 500)


@pytest.mark.parametrize(
    ("read", "asked", "seen"),
    [
        (Reading(50, (50,)), 40, (50, 40)),
        (Reading(None, (10, 15)), 26, (10, 15, 26)),
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


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Write about gold. Maximum score: 50 points.", 50),
        ("Skriv om guld. Högst 50 poäng.", 50),
        ("Total: 30 points.", None),
        ("Write about silver.", None),
        ("Facts: up to 20 points.\nLanguage: up to 10 points.", None),
        ("Facts: up to 20 points.\nLanguage: up to 10 points.\nTotal: 40 points.", 40),
        ("Spelling: max 10 points.", None),
        ("The dragon owns 1000 gold coins. Maximum score: 30 points", None),
        ("The maximum was 30 points last year. This year the maximum is 40 points.", None),
        ("Part A: 10 points. Part B: 15 points.", None),
    ],
)
def test_a_maximum_that_a_text_clearly_states_is_read(text: str, other: int | None) -> None:
    assert read_maximum(text).value in ({other} if other else {None, 30})
    assert named_totals(text) in ({(other,)} if other else {(), (30,)})


def test_all_totals_of_a_template_are_read() -> None:
    template = "Total: 30 points.\nFacts: 10 points.\nTotal: 40 points."
    assert named_totals(template) == (30, 40)
    assert read_maximum(template).value is None


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        *(("50", 50), ("1,000", 1000), ("1 000", 1000), ("1.000.000", 1_000_000), ("100.0", 100), ("20,00", 20)),
        *(("0", 0), ("1,000.00", 1000), ("12.5", None), ("1.0.0", None), ("10:30", None), ("1234567890", None)),
        ("100.000", 100_000),
    ],
)
def test_digits_are_whole_numbers_or_none(digits: str, value: int | None) -> None:
    assert whole(digits) == value


def test_roman_numerals_are_read_in_their_proper_order_alone() -> None:
    assert [roman(word) for word in ("XX", "XLV", "MCMXC", "IIII", "IC", "X", "xx", "MIXED")] == [
        *(20, 45, 1990, None, None, None, None, None)
    ]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("twenty-five", 25),
        ("fünfundzwanzig", 25),
        ("tjugofem", 25),
        ("veinte", 20),
        ("kaksikymmentä", 20),
        ("cent", 100),
    ],
)
def test_number_words_have_their_values(word: str, value: int) -> None:
    assert NUMBER_WORDS[word] == value


HOSTILE = [
    *("7 8 9 \n", "Part A: 10 points. ", "max 10 points, ", "word ", "a", "7", "7 ", "1,", "1.000.", "/", "(", "<a 1 "),
    *(
        "_",
        "5 + ",
        "20点満点",
        "คะแนนเต็ม 20",
        "٢٠ درجة ",
        "hundred and ",
        "XIV ",
        "1-",
        "maximum score ",
        "a'",
        "part 1 ",
    ),
    *("\n", "A.B.", " ", "max.", "= ", "3 of ", "12 questions ", "gesamt", "M", "out of "),
]


def seconds(text: str) -> float:
    began = time.process_time()
    read_maximum(text)
    return time.process_time() - began


@pytest.mark.parametrize("piece", HOSTILE)
def test_reading_takes_time_in_proportion_to_the_length(piece: str) -> None:
    short, long = (f"{(piece * (size // len(piece)))} Maximum score: 50." for size in (12_500, 100_000))
    quick = min(seconds(short), seconds(short))
    slow = min(seconds(long), seconds(long))
    assert slow < 32 * max(quick, 0.001), "eight times the length takes eight times as long, a square would take 64"


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_texts_cost_a_bounded_number_of_steps(piece: str) -> None:
    def steps(size: int) -> int:
        count = 0

        def counting(*_: object) -> None:
            nonlocal count
            count += 1

        sys.setprofile(counting)
        try:
            read_maximum(f"{(piece * (size // len(piece)))} Maximum score: 50.")
        finally:
            sys.setprofile(None)
        return count

    assert steps(200_000) <= 2.2 * steps(100_000) + 1_000


def test_a_maximum_beside_a_long_table_of_data_is_still_seen() -> None:
    assert read_maximum("Maximum score: 50.\n" + "7 8 9 \n" * 28_000).value == 50
