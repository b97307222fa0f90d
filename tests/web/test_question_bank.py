"""A teacher finds the questions of all their assignments, and sees what answers say about them."""

from statistics import correlation
from typing import Any

import asyncpg
import pytest

from tests.rules import quizzes
from tests.web.conftest import LATER, Assay, School
from tests.web.questions import CHOICE, KINDS, NUMBER, SHORT, made
from tests.web.quizzes import login, seated

BANK = "/teacher/questions"


async def test_the_bank_holds_the_questions_of_all_own_assignments(assay: Assay, school: School) -> None:
    first, second = await made(assay, school, *KINDS), await made(assay, school, SHORT, title="Ores")
    items = (await assay.ask("GET", BANK, school.teacher))["items"]
    assert [(q["assignment_id"], q["number"]) for q in items] == [
        (second["id"], 1), *((first["id"], n) for n in range(len(KINDS), 0, -1))]  # fmt: skip
    path = f"/teacher/assignments/{first['id']}/questions"
    shown = (await assay.ask("GET", path, school.teacher))["items"]
    more = {"assignment_id": first["id"], "assignment_title": "Metals", "answered": 0, "facility": None}
    assert items[1:] == [question | more for question in reversed(shown)]
    await assay.ask("DELETE", f"/teacher/assignments/{first['id']}", school.teacher, 204)
    assert len((await assay.ask("GET", BANK, school.teacher))["items"]) == 1


async def test_questions_are_found_by_kind_words_and_assignment_page_by_page(assay: Assay, school: School) -> None:
    first = await made(assay, school, *KINDS)
    await made(assay, school, SHORT, NUMBER | {"title": "100% sure"})

    async def found(**parameters: Any) -> list[str]:
        answer = await assay.ask("GET", BANK, school.teacher, params=parameters)
        return [question["kind"] for question in answer["items"]]

    assert await found(kind="short") == ["short", "short"]
    assert await found(search="HEAVY") == ["choice"]
    assert await found(search="100%") == ["number"]
    assert await found(search="%") == ["number"]
    assert await found(search="nobody asks this") == []
    assert len(await found(assignment_id=first["id"])) == len(KINDS)
    assert await found(assignment_id=first["id"], kind="short", search="au") == ["short"]
    page = await assay.ask("GET", BANK, school.teacher, params={"limit": 7})
    rest = await assay.ask("GET", BANK, school.teacher, params={"limit": 7, "cursor": page["next_cursor"]})
    assert rest["next_cursor"] is None
    assert len({question["id"] for question in page["items"] + rest["items"]}) == len(KINDS) + 2
    await assay.refused("validation_failed", "GET", BANK, school.teacher, params={"kind": "drawing"})


async def test_another_teachers_questions_are_in_no_bank_but_theirs(assay: Assay, school: School) -> None:
    one = await made(assay, school, SHORT)
    colleague = await assay.teacher("Ture")
    assert (await assay.ask("GET", BANK, colleague))["items"] == []
    await assay.refused("not_found", "GET", BANK, colleague, params={"assignment_id": one["id"]})


async def test_an_analysis_counts_what_was_answered(assay: Assay) -> None:
    sql = await asyncpg.connect(assay.url)
    try:
        taker = await seated(assay, sql, quizzes.CHOICE, quizzes.SHORT, reveal="when_graded")
        teacher = await login(sql, taker.quiz.teacher, "teacher")
        path = f"/teacher/assignments/{taker.quiz.task}/analysis"
        empty = await assay.ask("GET", path, teacher)
        assert (empty["submissions"], empty["enough"], empty["mean"], empty["median"]) == (0, False, None, None)
        assert empty["scores"] == [[n, n, 0] for n in range(9)]
        picked, said = [1, 1, 2, 2, 3, None], ["binary", "base two", "binary", None, "x", None]
        for at, (choice, words) in enumerate(zip(picked, said, strict=True)):
            one = taker if not at else await taker.classmate()
            answers = {"1": taker.keys[1].get(choice or 0), "2": words}
            if any(answers.values()):
                await one.ask("POST", "/submission", 201, json={"answers": answers})
        told = await assay.ask("GET", path, teacher)
    finally:
        await sql.close()
    first, second = [4, 4, 0, 0, 0], [4, 2, 4, 0, 0]
    assert (told["submissions"], told["enough"], told["mean"], told["median"]) == (5, True, 3.6, 4)
    assert [(low, count) for low, _, count in told["scores"] if count] == [(0, 2), (4, 1), (6, 1), (8, 1)]
    one, two = told["questions"]
    assert (one["n"], one["mean"], one["facility"], one["blank_share"]) == (5, 1.6, 0.4, 0)
    assert one["discrimination"] == pytest.approx(correlation(first, second), abs=1e-4)
    assert (one["best_distractor"], two["best_distractor"]) == (2, None)
    assert [option["picked"] for option in one["options"]] == [2, 2, 1]
    assert (two["n"], two["blank_share"], two["enough"]) == (5, 0.2, True)
    assert [(option["text"], option["picked"]) for option in two["options"]] == [("binary", 2), ("base two", 1)]


async def test_an_analysis_of_few_says_so_and_is_its_teachers_alone(assay: Assay, school: School) -> None:
    one = await made(assay, school, CHOICE)
    path = f"/teacher/assignments/{one['id']}"
    await assay.ask("POST", f"{path}/publish", school.teacher)
    key = (await assay.ask("GET", f"{path}/questions", school.teacher))["items"][0]["options"][0]["key"]
    await assay.ask("POST", f"/student/assignments/{one['id']}/submission", school.student, 201,
                    json={"answers": {"1": key}})  # fmt: skip
    told = await assay.ask("GET", f"{path}/analysis", school.teacher)
    assert (told["submissions"], told["enough"], told["mean"]) == (1, False, 2)
    (question,) = told["questions"]
    assert (question["enough"], question["discrimination"], question["facility"]) == (False, None, 1)
    await assay.refused("not_found", "GET", f"{path}/analysis", await assay.teacher("Ture"))
    essay = {"instructions": "Write.", "deadline": LATER, "rubric": [
        {"title": "Thesis", "prompt": "Has one.", "max_score": 50}]}  # fmt: skip
    text = (await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=essay))["assignment"]
    told = await assay.ask("GET", f"/teacher/assignments/{text['id']}/analysis", school.teacher)
    assert told["scores"] == [[low, min(low + 5, 50), 0] for low in range(0, 51, 6)]
    assert [(q["kind"], q["blank_share"]) for q in told["questions"]] == [("criterion", None)]
