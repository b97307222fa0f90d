"""Teachers approve drafts, put questions into order, and begin with a copy of what they made before."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from tests.rules import quizzes
from tests.rules.rows import Sql
from tests.web.conftest import INSTRUCTIONS, LATER, Assay, School
from tests.web.questions import CHOICE, KINDS, NUMBER, OPEN, SHORT, made

NEXT_YEAR = "2100-01-01T00:00:00+00:00"


@pytest.fixture
async def sql(assay: Assay) -> AsyncIterator[Sql]:
    """The database of the service, as a superuser: nothing writes drafts over HTTP."""
    connection = await asyncpg.connect(assay.url)
    try:
        yield connection
    finally:
        await connection.close()


async def questions_of(assay: Assay, school: School, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await assay.ask("GET", f"{path}/questions", school.teacher))["items"]
    return items


async def with_drafts(assay: Assay, school: School, sql: Sql) -> str:
    """A quiz of a question that counts, a draft that may, and two that may not; its address."""
    one = await made(assay, school, SHORT)
    alike = quizzes.SHORT | {"options": [{"text": "x"}, {"text": "X"}]}
    for number, spec in enumerate((quizzes.CHOICE, alike, quizzes.CHOICE | {"options": []}), 2):
        await quizzes.question(sql, UUID(one["id"]), spec, number, approved_at=None)
    return f"/teacher/assignments/{one['id']}"


async def test_each_draft_that_keeps_the_rules_is_approved_and_the_others_say_why_not(
    assay: Assay, school: School, sql: Sql
) -> None:
    path = await with_drafts(assay, school, sql)
    assert [q["approved"] for q in await questions_of(assay, school, path)] == [True, False, False, False]
    await assay.ask("POST", f"{path}/publish", school.teacher)
    theirs = path.replace("teacher", "student")
    assert len((await assay.ask("GET", f"{theirs}/questions", school.student))["items"]) == 1
    one = await assay.ask("POST", f"{path}/questions/approve", school.teacher, json={"numbers": [4]})
    assert one == {"approved": 0, "refused": [{"number": 4, "reason": "one_right_option"}]}
    answer = await assay.ask("POST", f"{path}/questions/approve", school.teacher, json={"numbers": "all"})
    assert answer == {
        "approved": 1,
        "refused": [{"number": 3, "reason": "options_alike"}, {"number": 4, "reason": "one_right_option"}],
    }
    assert [q["approved"] for q in await questions_of(assay, school, path)] == [True, True, False, False]
    assert [q["number"] for q in (await assay.ask("GET", f"{theirs}/questions", school.student))["items"]] == [1, 2]
    assert (await assay.ask("GET", path, school.teacher))["max_score"] == 2 + 4
    again = await assay.ask("POST", f"{path}/questions/approve", school.teacher, json={"numbers": [1, 2]})
    assert again == {"approved": 0, "refused": []}


async def test_a_number_that_there_is_not_approves_nothing(assay: Assay, school: School, sql: Sql) -> None:
    path = await with_drafts(assay, school, sql)
    approve = f"{path}/questions/approve"
    await assay.refused("not_found", "POST", approve, school.teacher, json={"numbers": [2, 9]})
    assert [q["approved"] for q in await questions_of(assay, school, path)] == [True, False, False, False]
    refused: tuple[dict[str, Any], ...] = ({"numbers": []}, {"numbers": "none"}, {"numbers": [0]}, {})
    for wrong in refused:
        await assay.refused("validation_failed", "POST", approve, school.teacher, json=wrong)


async def test_questions_are_put_into_another_order(assay: Assay, school: School) -> None:
    one = await made(assay, school, *KINDS[:4])
    path = f"/teacher/assignments/{one['id']}"
    before = await questions_of(assay, school, path)
    answer = await assay.ask("PUT", f"{path}/questions/order", school.teacher, json={"numbers": [3, 1, 4, 2]})
    assert [(q["id"], q["number"]) for q in answer["items"]] == [(before[n - 1]["id"], at)
                                                                 for at, n in enumerate((3, 1, 4, 2), 1)]  # fmt: skip
    assert await questions_of(assay, school, path) == answer["items"]
    for wrong in ([1, 2, 3], [1, 1, 2, 3], [1, 2, 3, 5], []):
        await assay.refused("question_numbers_in_order", "PUT", f"{path}/questions/order", school.teacher,
                            json={"numbers": wrong})  # fmt: skip
    assert await questions_of(assay, school, path) == answer["items"]


async def test_neither_order_nor_drafts_change_once_somebody_has_handed_in(
    assay: Assay, school: School, sql: Sql
) -> None:
    path = await with_drafts(assay, school, sql)
    await assay.ask("POST", f"{path}/publish", school.teacher)
    await assay.ask("POST", path.replace("teacher", "student") + "/submission", school.student, 201,
                    json={"answers": {"1": "gold"}})  # fmt: skip
    for verb, what, numbers in (("POST", "approve", "all"), ("PUT", "order", [2, 1, 3, 4])):
        await assay.refused("assignment_locked", verb, f"{path}/questions/{what}", school.teacher,
                            json={"numbers": numbers})  # fmt: skip


async def test_a_quiz_is_copied_with_its_keys_and_without_what_students_did(assay: Assay, school: School) -> None:
    one = await made(assay, school, *KINDS, reveal="at_once", attempts=3, encourage=True, language="Swedish")
    path = f"/teacher/assignments/{one['id']}"
    await assay.ask("POST", f"{path}/publish", school.teacher)
    await assay.ask("PUT", path.replace("teacher", "student") + "/answers/6", school.student, json={"answer": "gold"})
    copy = await assay.ask("POST", f"{path}/copy", school.teacher, 201, json={"deadline": NEXT_YEAR})
    kept = ("title", "takes", "reveal", "attempts", "encourage", "collect", "language", "max_score", "class_id")
    assert {name: copy[name] for name in kept} == {name: one[name] for name in kept}
    assert (copy["published_at"], copy["deadline"], copy["locked"]) == (None, NEXT_YEAR, False)
    theirs = f"/student/assignments/{copy['id']}"
    await assay.refused("not_found", "GET", theirs, school.student)
    before = await questions_of(assay, school, path)
    after = await questions_of(assay, school, f"/teacher/assignments/{copy['id']}")
    assert without_ids(after) == without_ids(before)
    assert {q["id"] for q in after} & {q["id"] for q in before} == set()
    await assay.ask("POST", f"/teacher/assignments/{copy['id']}/publish", school.teacher)
    assert {q["answer"] for q in (await assay.ask("GET", f"{theirs}/questions", school.student))["items"]} == {None}


def without_ids(value: Any) -> Any:
    """Without what is another one in a copy: ids, and the random keys of options."""
    if isinstance(value, dict):
        return {key: without_ids(part) for key, part in value.items() if key not in ("id", "key")}
    return [without_ids(part) for part in value] if isinstance(value, list) else value


async def test_a_copy_takes_another_title_and_class_and_a_void_question_as_a_draft(
    assay: Assay, school: School
) -> None:
    one = await made(assay, school, CHOICE, NUMBER)
    path = f"/teacher/assignments/{one['id']}"
    first = (await questions_of(assay, school, path))[0]
    await assay.ask("PUT", f"/teacher/questions/{first['id']}/key", school.teacher, json={"void": True})
    sent = {"deadline": LATER, "title": "Again", "class_id": None}
    copy = await assay.ask("POST", f"{path}/copy", school.teacher, 201, json=sent)
    assert (copy["title"], copy["class_id"], copy["max_score"]) == ("Again", None, 2)
    after = await questions_of(assay, school, f"/teacher/assignments/{copy['id']}")
    assert [(q["approved"], q["voided"]) for q in after] == [(False, False), (True, False)]
    colleague = await assay.teacher("Ture")
    foreign = (await assay.ask("POST", "/teacher/classes", colleague, 201, json={"name": "7A"}))["id"]
    await assay.refused("not_found", "POST", f"{path}/copy", school.teacher, json=sent | {"class_id": foreign})
    await assay.refused("validation_failed", "POST", f"{path}/copy", school.teacher, json={"title": "When?"})


async def test_a_text_is_copied_with_its_template_and_published_by_its_teacher(assay: Assay, school: School) -> None:
    asked = len(assay.asked)
    path = f"/teacher/assignments/{school.assignment['id']}"
    copy = await assay.ask("POST", f"{path}/copy", school.teacher, 201, json={"deadline": NEXT_YEAR})
    for name in ("title", "instructions", "correction_template", "max_score", "reveal"):
        assert copy[name] == school.assignment[name]
    mine, theirs = f"/teacher/assignments/{copy['id']}", f"/student/assignments/{copy['id']}"
    assert copy["published_at"] is None
    await assay.refused("not_found", "GET", theirs, school.student)
    await assay.refused("not_found", "POST", f"{theirs}/submission", school.student, json={"content": "Gold."})
    await assay.refused("not_found", "GET", mine, await assay.teacher("Ture"))
    assert len(assay.asked) == asked
    changed = await assay.ask("PATCH", mine, school.teacher, json={"instructions": INSTRUCTIONS + " Be brief."})
    assert (changed["published_at"], len(assay.asked)) == (None, asked + 1)
    published = await assay.ask("POST", f"{mine}/publish", school.teacher)
    assert published["published_at"] is not None
    assert (await assay.ask("GET", theirs, school.student))["state"] == "open"


async def test_a_copy_of_a_text_outlives_a_template_that_no_service_builds(assay: Assay, school: School) -> None:
    path = f"/teacher/assignments/{school.assignment['id']}"
    copy = await assay.ask("POST", f"{path}/copy", school.teacher, 201, json={"deadline": NEXT_YEAR})
    sent = {"instructions": INSTRUCTIONS + " [[sim:status=500]]"}
    await assay.refused("ai_unavailable", "PATCH", f"/teacher/assignments/{copy['id']}", school.teacher, json=sent)
    assert await assay.ask("GET", f"/teacher/assignments/{copy['id']}", school.teacher) == copy


async def test_a_rubric_is_copied_too(assay: Assay, school: School) -> None:
    essay = {"instructions": "Write.", "deadline": LATER, "rubric": [
        {"title": "Thesis", "prompt": "Has one.", "max_score": 5, "levels": [
            {"score": 0, "text": "none"}, {"score": 5, "text": "clear"}]}]}  # fmt: skip
    one = (await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=essay))["assignment"]
    sent = {"deadline": NEXT_YEAR}
    copy = await assay.ask("POST", f"/teacher/assignments/{one['id']}/copy", school.teacher, 201, json=sent)
    assert copy["correction_template"] == one["correction_template"]
    rubric = await assay.ask("GET", f"/teacher/assignments/{copy['id']}/rubric", school.teacher)
    assert rubric == await assay.ask("GET", f"/teacher/assignments/{one['id']}/rubric", school.teacher)
    order = f"/teacher/assignments/{one['id']}/questions/order"
    await assay.refused("template_follows_rubric", "PUT", order, school.teacher, json={"numbers": [1]})


async def test_what_an_ai_marks_is_published_with_a_key(assay: Assay, school: School) -> None:
    one = await made(assay, school, OPEN)
    copy = await assay.ask("POST", f"/teacher/assignments/{school.assignment['id']}/copy", school.teacher, 201,
                           json={"deadline": NEXT_YEAR})  # fmt: skip
    for provider in ("openai", "anthropic"):
        await assay.ask("DELETE", f"/teacher/api-keys/{provider}", school.teacher, 204)
    for each in (one, copy):
        await assay.refused("api_key_missing", "POST", f"/teacher/assignments/{each['id']}/publish", school.teacher)
