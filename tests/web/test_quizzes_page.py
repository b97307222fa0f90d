"""The examples of docs/quizzes.md do what the page says."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest

from tests.rules.rows import Person, Sql, row, student
from tests.web.conftest import Assay, School
from tests.web.quizzes import login

PAGE = (Path(__file__).resolve().parents[2] / "docs/quizzes.md").read_text("utf-8")
KINDS = ("choice", "choices", "matching", "ordering", "gaps", "short", "number", "open")
PARTS = ("options", "pairs", "lines")  # what has keys
ROW = re.compile(r"^\| `(.+?)` \| (`answer_fits_question`|[\d, or]+) \| .+ \|$", re.MULTILINE)
OTHER = {"kind": "short", "prompt": "Is that all?", "max_score": 1, "accepted": [{"text": "yes"}]}


class Example(NamedTuple):
    """A line of a table: what is sent, and what it may earn; None: it is refused."""

    sent: Any
    earns: list[int] | None


def section(heading: str) -> str:
    """What stands under a heading of the page."""
    return re.split(r"^#{2,3} ", PAGE.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def blocks(heading: str) -> list[Any]:
    """The JSON under a heading."""
    return [json.loads(text) for text in re.findall(r"```json\n(.*?)```", section(heading), re.DOTALL)]


def examples(kind: str) -> list[Example]:
    """The table under a kind."""
    found = [
        Example(json.loads(sent), None if "fits" in earns else [int(n) for n in re.findall(r"\d+", earns)])
        for sent, earns in ROW.findall(section(kind))
    ]
    assert len(found) == section(kind).count("\n|") - 2, "every line of the table is executed"
    return found


@pytest.fixture
async def sql(assay: Assay) -> AsyncIterator[Sql]:
    connection = await asyncpg.connect(assay.url)
    yield connection
    await connection.close()


async def published(assay: Assay, school: School, quiz: dict[str, Any]) -> dict[str, Any]:
    """A quiz for the class."""
    sent = quiz | {"class_id": school.class_id}
    made = (await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent))["assignment"]
    answer: dict[str, Any] = await assay.ask("POST", f"/teacher/assignments/{made['id']}/publish", school.teacher)
    return answer


async def classmate(sql: Sql, school: School) -> tuple[Person, str]:
    """One more student of the class, with a token."""
    one = await student(sql)
    await row(sql, "enrolments", class_id=school.class_id, student_id=one.id)
    return one, await login(sql, one)


async def asked(assay: Assay, school: School, quiz: dict[str, Any]) -> list[dict[str, Any]]:
    """Its questions, as their teacher sees them."""
    found: list[dict[str, Any]] = (
        await assay.ask("GET", f"/teacher/assignments/{quiz['id']}/questions", school.teacher)
    )["items"]
    return found


def with_keys(kind: str, sent: Any, question: dict[str, Any]) -> Any:
    """An example with the keys that the options of this question have."""
    options: list[Any] = next((question[part] for part in PARTS if question.get(part)), [])
    keys = {number: one["key"] for number, one in enumerate(options, 1)}
    if kind in ("choice", "choices"):
        return [keys[n] for n in sent] if isinstance(sent, list) else keys.get(sent)
    if kind == "matching":
        return {str(keys[int(n)]): right for n, right in sent.items()}
    if kind == "ordering":
        return [[keys[line[0]], line[1]] if isinstance(line, list) else keys[line] for line in sent]
    return sent


@pytest.mark.parametrize("partial", [True, False])
@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_earns_what_the_page_says(
    assay: Assay, school: School, sql: Sql, kind: str, partial: bool
) -> None:
    (question,) = blocks(kind)
    assert question["kind"] == kind
    quiz = await published(assay, school, {
        "takes": "answers", "title": kind, "deadline": "2099-01-31T23:59:00Z", "reveal": "when_graded",
        "questions": [question | {"partial": partial}, OTHER]})  # fmt: skip
    shown, _ = await asked(assay, school, quiz)
    path = f"/student/assignments/{quiz['id']}/submission"
    for sent, earns in examples(kind):
        _, token = await classmate(sql, school)
        body = {"answers": {"1": with_keys(kind, sent, shown), "2": "no"}}
        if earns is None:
            await assay.refused("answer_fits_question", "POST", path, token, json=body)
            continue
        made = (await assay.ask("POST", path, token, 201, json=body))["submission"]
        item = made["outcome"]["items"][0]
        all_or_nothing = not partial and kind not in ("short", "number", "open")
        allowed = [n if n == question["max_score"] else 0 for n in earns] if all_or_nothing else earns
        assert item["score"] in allowed, sent
        assert made["score"] == item["score"]
        assert item["marked_by"] == ("ai" if kind == "open" and earns != [0] else "database")


async def test_an_open_answer_comes_back_with_a_reason_and_a_quote(assay: Assay, school: School) -> None:
    (question,) = blocks("open")
    quiz = await published(
        assay, school, {"takes": "answers", "title": "Open", "deadline": "2099-01-31T23:59:00Z",
                        "reveal": "when_graded", "questions": [question]})  # fmt: skip
    answer = examples("open")[0].sent
    path = f"/student/assignments/{quiz['id']}"
    made = await assay.ask("POST", f"{path}/submission", school.student, 201, json={"answers": {"1": answer}})
    (item,) = made["submission"]["outcome"]["items"]
    (place,) = item["evidence"]
    assert item["reason"]
    assert answer[place["start"] : place["end"]].split() == answer.split()[:6]
    (shown,) = (await assay.ask("GET", f"{path}/questions", school.student))["items"]
    assert shown["result"]["solution"] == question["solution"]
    assert shown["result"]["guide"] == question["guide"]


async def test_the_quiz_of_the_page_is_checked_as_it_says_and_the_best_attempt_counts(
    assay: Assay, school: School
) -> None:
    (upload,), (checked,) = blocks("Making one"), blocks("Checking, and several attempts")
    quiz = await published(assay, school, upload)
    path = f"/student/assignments/{quiz['id']}"
    await assay.ask("PUT", f"{path}/answers/1", school.student, json={"answer": "Egg"})
    check = await assay.ask("POST", f"{path}/answers/1/check", school.student)
    assert check == checked
    await assay.ask("PUT", f"{path}/answers/1", school.student, json={"answer": "a larva"})
    made = (await assay.ask("POST", f"{path}/submission", school.student, 201))["submission"]
    assert (made["score"], made["max_score"]) == (2, 2)
    assert "Young bees" in made["comment"]
    (shown,) = (await assay.ask("GET", f"{path}/questions", school.student))["items"]
    assert shown["result"]["explanation"] == upload["questions"][0]["explanation"]


async def test_the_wrong_key_of_the_page_is_put_right_and_the_question_made_void(
    assay: Assay, school: School, sql: Sql
) -> None:
    (question,), (key, void) = blocks("choice"), blocks("A wrong key")
    quiz = await published(
        assay, school, {"takes": "answers", "title": "Key", "deadline": "2099-01-31T23:59:00Z",
                        "questions": [question]})  # fmt: skip
    (shown,) = await asked(assay, school, quiz)
    people = [await classmate(sql, school) for _ in shown["options"]]
    path = f"/student/assignments/{quiz['id']}/submission"
    for (_, token), option in zip(people, shown["options"], strict=True):
        await assay.ask("POST", path, token, 201, json={"answers": {"1": option["key"]}})

    async def coins() -> list[int]:
        return [(await assay.ask("GET", "/auth/me", token))["total_gold_coins"] for _, token in people]

    assert await coins() == [2, 0, 0]
    correct = f"/teacher/questions/{shown['id']}/key"
    assert await assay.ask("PUT", correct, school.teacher, json=key) == {"remarked": 3, "raised": 1, "lowered": 1}
    assert await coins() == [0, 2, 0]
    assert await assay.ask("PUT", correct, school.teacher, json=void) == {"remarked": 3, "raised": 2, "lowered": 0}
    assert await coins() == [2, 2, 2]
