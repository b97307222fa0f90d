"""Quizzes as Moodle's GIFT files: twenty of them come in without loss or name the line that they fail at."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.gift.reader import GiftError, read
from app.gift.writer import write
from app.web.errors import ApiError
from app.web.handlers.gift import as_sent
from tests.ai.work import growth
from tests.web.conftest import Assay, School
from tests.web.questions import CHOICE, GAPS, KINDS, ORDERING, SHORT, made

FOLDER = Path(__file__).parent / "gift"
EXPECTED: dict[str, str | int] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
GIFT = {"Content-Type": "text/x-gift; charset=utf-8"}
SYNTAX = re.compile(r"^\s*//.*$|^\$CATEGORY:.*$|\[(?:html|markdown|moodle)\]|%-?[\d.]+%|\\n|\\(?=[:#={}~\\])", re.M)
SHORTHAND = {"F", "FALSE", "T", "TRUE", "false", "true"}


def source(name: str) -> str:
    return (FOLDER / f"{name}.gift").read_bytes().decode()


def texts(value: Any) -> Iterator[str]:
    """All texts of an answer."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(part)


def words(text: str) -> set[str]:
    """What a text says, sign by sign left out."""
    return set(re.findall(r"\w+", text))


def test_there_are_twenty_files_and_each_is_expected_to_do_something() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.gift")) == sorted(EXPECTED)
    assert len(EXPECTED) == 20


async def test_files_come_in_without_loss_or_name_the_line_that_they_fail_at(assay: Assay, school: School) -> None:
    for name, expected in EXPECTED.items():
        one = await made(assay, school)
        path = f"/teacher/assignments/{one['id']}/questions"
        sent: dict[str, Any] = {"content": source(name).encode(), "headers": GIFT}
        if isinstance(expected, int):
            details = await assay.refused("gift_unreadable", "POST", path, school.teacher, **sent)
            assert details["line"] == expected, (name, details)
            assert (await assay.ask("GET", path, school.teacher))["items"] == []
            continue
        answer = await assay.ask("POST", path, school.teacher, 201, **sent)
        assert " ".join(question["kind"] for question in answer["questions"]) == expected, name
        assert [q["number"] for q in answer["questions"]] == list(range(1, len(answer["questions"]) + 1))
        assert all(question["approved"] for question in answer["questions"])
        lost = words(SYNTAX.sub(" ", source(name))) - words(" ".join(texts(answer))) - SHORTHAND
        assert {word for word in lost if not word[0].isdigit()} == set(), name
        file = await assay.ask("GET", f"{path}.gift", school.teacher)
        assert again(file) == plain(answer["questions"]), name


def plain(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Questions as they are sent, but for what a file does not say: their worth is compared by `again`."""
    kept = []
    for question in questions:
        parts = {name: question.get(name) for name in ("kind", "title", "prompt", "guide", "explanation")}
        for part in ("options", "pairs", "accepted"):
            parts[part] = [
                {
                    k: float(v) if k == "tolerance" else v
                    for k, v in one.items()
                    if k not in ("key", "score") and v not in (None, False)
                }
                for one in question.get(part, ())
            ]
            parts[f"{part} earn"] = [
                round(one["score"] / question["max_score"], 2) if one.get("score") is not None else None
                for one in question.get(part, ())
            ]
        kept.append(parts)
    return kept


def again(file: str) -> list[dict[str, Any]]:
    """What a file that was written says when it is read."""
    return plain([question for _, question in read(file)])


async def test_an_answer_tells_what_a_file_said(assay: Assay, school: School) -> None:
    one = await made(assay, school, SHORT)
    path = f"/teacher/assignments/{one['id']}/questions"
    answer = await assay.ask("POST", path, school.teacher, 201, content=source("04-weights"), headers=GIFT,
                             params={"max_score": 2})  # fmt: skip
    short, choices = answer["questions"]
    assert (short["number"], short["max_score"], choices["max_score"]) == (2, 4, 2)
    assert [(a["text"], a["score"]) for a in short["accepted"]] == [
        ("helium", None), ("neon", None), ("hydrogen", 2), ("air", 1)]  # fmt: skip
    assert short["accepted"][2]["feedback"] == "A gas, and not a noble one."
    assert [option["right"] for option in choices["options"]] == [True] * 4 + [False] * 2
    assert (await assay.ask("GET", f"/teacher/assignments/{one['id']}", school.teacher))["max_score"] == 2 + 4 + 2


@pytest.mark.parametrize(
    ("line", "rule", "text"),
    [
        (3, "one_right_option", "A{=b}\n\nC{=d =e ~f}"),
        (1, "options_alike", "A{=b =B}"),
        (2, "key_does_not_score", "\nA{=%50%b}"),
        (1, "pairs_missing", "A{=b -> c}"),
        (1, "prompt_not_blank", "{=b}"),
        (5, "number_unreadable", "A{#1}\n\n// a comment\n\nB{#many}"),
        (1, "some_right_option", "A{~b ~c}"),
        (1, "option_says_nothing", "A{=b ~}"),
    ],
)
async def test_a_rule_that_is_broken_is_named_with_its_line(
    assay: Assay, school: School, line: int, rule: str, text: str
) -> None:
    one = await made(assay, school, SHORT)
    path = f"/teacher/assignments/{one['id']}/questions"
    details = await assay.refused("gift_unreadable", "POST", path, school.teacher, content=text, headers=GIFT)
    assert (details["line"], details["rule"]) == (line, rule)
    assert len((await assay.ask("GET", path, school.teacher))["items"]) == 1


async def test_a_file_is_a_teachers_own_and_comes_before_the_first_submission(assay: Assay, school: School) -> None:
    one = await made(assay, school, SHORT)
    path = f"/teacher/assignments/{one['id']}"
    sent: dict[str, Any] = {"content": "A{=b}", "headers": GIFT}
    colleague = await assay.teacher("Ture")
    await assay.refused("not_found", "POST", f"{path}/questions", colleague, **sent)
    await assay.refused("not_found", "GET", f"{path}/questions.gift", colleague)
    await assay.refused("wrong_role", "POST", f"{path}/questions", school.student, **sent)
    await assay.refused("missing_token", "POST", f"{path}/questions", **sent)
    await assay.refused("unsupported_media_type", "POST", f"{path}/questions", school.teacher, content="A{=b}",
                        headers={"Content-Type": "text/plain"})  # fmt: skip
    await assay.refused("malformed_request", "POST", f"{path}/questions", school.teacher, content=b"A{=\xff}",
                        headers=GIFT)  # fmt: skip
    await assay.refused("body_too_large", "POST", f"{path}/questions", school.teacher, content="A" * 200_001,
                        headers=GIFT)  # fmt: skip
    await assay.refused(
        "validation_failed", "POST", f"{path}/questions", school.teacher, params={"max_score": 0}, **sent
    )
    essay = f"/teacher/assignments/{school.assignment['id']}/questions"
    await assay.refused("template_follows_rubric", "POST", essay, school.teacher, **sent)
    await assay.ask("POST", f"{path}/publish", school.teacher)
    await assay.ask("POST", path.replace("teacher", "student") + "/submission", school.student, 201,
                    json={"answers": {"1": "gold"}})  # fmt: skip
    await assay.refused("assignment_locked", "POST", f"{path}/questions", school.teacher, **sent)


async def test_what_gift_cannot_say_is_left_out_and_counted(assay: Assay, school: School) -> None:
    one = await made(assay, school, *KINDS)
    headers = {"Authorization": f"Bearer {school.teacher}"}
    answer = await assay.client.get(f"/teacher/assignments/{one['id']}/questions.gift", headers=headers)
    assert answer.headers["content-type"] == "text/x-gift; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="questions.gift"'
    assert [question["kind"] for _, question in read(answer.text, 2)] == [
        question["kind"] for question in KINDS if question not in (ORDERING, GAPS)]  # fmt: skip
    assert answer.text.endswith("// Left out, since GIFT cannot say them: 2\n")


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (1, ""), (1, "// nothing but this"), (1, "A{#3..x}"), (2, "A{\n#=1 ~#wrong}"), (1, "A{T#a#b#c}"),
        (3, "A{\n=b -> c\n=d\n}"), (2, "A{=b}\nand {=c}"), (1, "A}b{"), (3, "A{=b\n~c\n~%20%d}"),
        (2, "A{\n=%120%b}"), (1, "A{=b \ufdd0}"), (1, f"A{{={'x' * 2001}}}"), (1, "x{one =two ~three}"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_at_its_line(line: int, text: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        as_sent(text, 1)
    assert caught.value.details["line"] == line  # type: ignore[attr-defined]


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), min_size=1, max_size=30
).map(lambda text: " ".join(re.sub("[\ufdd0-\ufdef]", "", text).split()) or "x")
HARD = st.sampled_from([
    "[html]", "%50%", "//", "$CATEGORY: a", "::", "a::b", "->", "{", "}", "=", "~", "#", "####", "\\", "\\n", "\\*",
    "*", "a\nb", "a\n\nb", "[plain]x", "T", "%", "\\\\:", "_____", "\ufffe",
])  # fmt: skip
SAID = st.one_of(TEXTS, HARD, st.tuples(HARD, TEXTS).map("".join), st.tuples(TEXTS, HARD).map("".join))
NOTHING: st.SearchStrategy[dict[str, Any]] = st.just({})
FEEDBACK = st.one_of(NOTHING, SAID.map(lambda text: {"feedback": text}))


def each(least: int, **said: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.tuples(st.fixed_dictionaries(said), FEEDBACK).map(lambda parts: parts[0] | parts[1])
    return st.lists(one, min_size=least, max_size=5)


def marked(options: list[dict[str, Any]], rights: int) -> list[dict[str, Any]]:
    return [option | ({"right": True} if n < rights else {}) for n, option in enumerate(options)]


def kind_of(kind: str, **parts: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Questions of a kind, some with a title and an explanation."""
    title = st.one_of(NOTHING, TEXTS.map(lambda text: {"title": text}))
    told = st.one_of(NOTHING, SAID.map(lambda text: {"explanation": text})) if kind != "open" else NOTHING
    fixed = st.fixed_dictionaries({"kind": st.just(kind), "prompt": SAID, "max_score": st.just(6)} | parts)
    return st.tuples(fixed, title, told).map(lambda found: found[0] | found[1] | found[2])


SCORE = st.sampled_from([{}, {"score": 0}, {"score": 2}, {"score": 3}, {"score": 5}])
VALUE = st.decimals(-1000, 1000, places=3).map(lambda value: {"value": format(value, "f")})
TOLERANCE = st.sampled_from([{}, {"tolerance": "0.5"}, {"tolerance": "0"}])
MERGED = st.tuples(VALUE, TOLERANCE, SCORE, FEEDBACK).map(lambda parts: parts[0] | parts[1] | parts[2] | parts[3])
WORDS = st.tuples(SAID.map(lambda text: {"text": text}), SCORE, FEEDBACK).map(
    lambda parts: parts[0] | parts[1] | parts[2]
)
QUESTIONS = st.one_of(
    kind_of("choice", options=each(2, text=SAID).map(lambda options: marked(options, 1))),
    kind_of("choices", options=each(2, text=SAID).flatmap(
        lambda options: st.integers(1, len(options)).map(lambda rights: marked(options, rights)))),
    kind_of("matching", pairs=each(2, left=SAID, right=SAID)),
    kind_of("short", accepted=st.lists(WORDS, min_size=1, max_size=4)),
    kind_of("number", accepted=st.lists(MERGED, min_size=1, max_size=4)),
    kind_of("open", guide=SAID),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(QUESTIONS, max_size=4))
def test_what_is_written_is_read_as_it_was(questions: list[dict[str, Any]]) -> None:
    file = write(questions)
    left_out = int((re.findall(r"^// Left out, since GIFT cannot say them: (\d+)$", file, re.M) or [0])[0])
    if left_out == len(questions):
        with pytest.raises(GiftError):
            read(file)
        return
    found = again_at(file)
    assert len(found) == len(questions) - left_out
    known = plain(questions)
    assert all(question in known for question in plain(found))
    assert write(found) == re.sub(r"^// Left out.*\n", "", file, flags=re.M).rstrip("\n") + "\n"


def again_at(file: str) -> list[dict[str, Any]]:
    return [question for _, question in read(file, 6)]


@pytest.mark.parametrize(
    "question",
    [
        CHOICE | {"options": [{"text": " %50% of it", "right": True}, {"text": "all"}]},
        SHORT | {"accepted": [{"text": "gold", "feedback": "Au -> gold"}]},
        SHORT | {"title": "[html] and [plain]"},
    ],
)
def test_what_looks_like_a_weight_a_pair_or_a_format_is_read_as_it_was(question: dict[str, Any]) -> None:
    (found,) = again(write([question]))
    (known,) = plain([question])
    known["options"] = [one | {"text": one["text"].strip()} for one in known["options"]]
    assert found == known


def test_a_choice_of_the_api_is_written_as_teachers_write_it() -> None:
    assert write([CHOICE]) == "[plain]Is gold heavy? {\n\t=yes\n\t~no#Lift some.\n}\n"


@pytest.mark.parametrize(
    ("piece", "end"),
    [("=a", "}"), ("=a\n", "}"), ("~a", "}"), ("=%50%a", "=%0.01%b}"), ("#=%50%1", "=%0.01%2}"), ("=a->b", "}"),
     ("=a#b", "}"), ("\\=", "}"), ("a\n", "{T}"), ("//a\n", "{T}"), ("a{T}\n\n", "")],
)  # fmt: skip
def test_the_work_of_reading_a_file_grows_with_its_length_and_not_with_its_square(piece: str, end: str) -> None:
    def file(length: int) -> str:
        return ("" if "T" in piece + end else "Q {=x") + piece * (length // len(piece)) + end

    def work(text: str) -> None:
        with suppress(GiftError, ApiError):
            as_sent(text, 1)

    assert growth(work, file(50_000), file(200_000), enough=6) < 9  # linear 4, quadratic 16


@pytest.mark.parametrize(
    "number",
    ["1:1e9999999999", "1e400000000..2e400000000", "1:1e-9999999999", "1:Infinity", "1:NaN", "-Infinity..1", "1..1e31"],
)
def test_a_number_that_cannot_be_written_out_is_refused_at_its_line(number: str) -> None:
    with pytest.raises(GiftError, match="a number is written 3") as refused:
        read(f"One {{T}}\n\nTwo {{#{number}}}")
    assert refused.value.line == 3
