"""Lists are read page by page while rows are being inserted: none twice, none missed."""

import asyncio
from typing import Any

import psycopg
import pytest

from tests.web.conftest import Assay
from tests.web.load import fill

MANY = 1000

# The list, who reads it, and what tells its items apart.
LISTS = {
    "/teacher/assignments/{task}/submissions": ("teacher", "id"),
    "/teacher/students": ("teacher", "id"),
    "/teacher/students?class_id={crowded}": ("teacher", "id"),
    "/teacher/students?search=load.EXAMPLE": ("teacher", "id"),
    "/teacher/students?search=pupil&class_id={crowded}": ("teacher", "id"),
    "/teacher/classes/{crowded}/students": ("teacher", "id"),
    "/teacher/assignments": ("teacher", "id"),
    "/teacher/assignments?class_id={busy}": ("teacher", "id"),
    "/teacher/assignments?teacher_id={me}": ("teacher", "id"),
    "/teacher/students/{anna}/submissions": ("teacher", "id"),
    "/teacher/students/{anna}/scores": ("teacher", "assignment_id"),
    "/student/assignments": ("student", "id"),
    "/student/scores": ("student", "assignment_id"),
}


@pytest.fixture
async def known(assay: Assay) -> dict[str, str]:
    """A class of 1,000 with one assignment, and one of 1,000 assignments with Anna in it; all is handed in."""
    teacher, student = await assay.teacher(keys=False), await assay.student("Anna")
    me, anna = [(await assay.ask("GET", "/auth/me", who))["id"] for who in (teacher, student)]
    crowded, busy = [
        (await assay.ask("POST", "/teacher/classes", teacher, 201, json={"name": name}))["id"]
        for name in ("crowded", "busy")
    ]
    await assay.ask("POST", f"/teacher/classes/{busy}/students", teacher, json={"student_ids": [anna]})
    (task,) = await asyncio.to_thread(fill, assay.url, crowded, MANY, 1, "Pupil", "p")
    await asyncio.to_thread(fill, assay.url, busy, 0, MANY, "Task")
    return {
        "teacher": teacher, "student": student, "me": me, "anna": anna,
        "crowded": crowded, "busy": busy, "task": str(task),
    }  # fmt: skip


async def read(assay: Assay, known: dict[str, str], path: str, limit: int, grow: bool) -> list[str]:
    """What all pages of a list hold; with `grow`, rows are inserted while each page is asked for."""
    role, key = LISTS[path]
    path, _, query = path.format(**known).partition("?")
    parameters: dict[str, Any] = {"limit": limit} | dict(part.split("=") for part in query.split("&") if part)
    seen: list[str] = []
    while True:
        asked = assay.ask("GET", path, known[role], params=parameters)
        page = (await asyncio.gather(asked, insert(assay.url, known)))[0] if grow else await asked
        seen += [item[key] for item in page["items"]]
        assert len(page["items"]) == limit or page["next_cursor"] is None
        if page["next_cursor"] is None:
            return seen
        parameters["cursor"] = page["next_cursor"]


async def insert(url: str, known: dict[str, str]) -> None:
    """New students with texts, new assignments with Anna's texts, and other scores for what was there."""

    def go() -> None:
        number = f"new-{next(NUMBERS)}-"
        fill(url, known["crowded"], 2, 0, "Pupil", number)
        fill(url, known["busy"], 0, 2, number)
        with psycopg.connect(url) as admin:
            admin.execute(
                "update assay.submissions set score = 51"
                " where id in (select id from assay.submissions order by random() limit 3)"
            )

    await asyncio.to_thread(go)


NUMBERS = iter(range(1_000_000))


async def test_a_thousand_rows_are_paged_while_others_are_inserted(assay: Assay, known: dict[str, str]) -> None:
    for path in LISTS:
        whole = await read(assay, known, path, 200, grow=False)
        assert len(whole) == len(set(whole)) >= MANY, path
        paged = await read(assay, known, path, 150, grow=True)
        assert len(paged) == len(set(paged)), f"{path}: twice"
        assert set(whole) - set(paged) == set(), f"{path}: missed"
        assert paged[-len(whole) :] == whole, f"{path}: another order"
    assert next(NUMBERS) > len(LISTS) * MANY // 150  # rows came while every page was read


async def test_a_row_that_goes_between_two_pages_takes_no_other_with_it(assay: Assay, known: dict[str, str]) -> None:
    path = "/teacher/students"
    whole = await read(assay, known, path, 200, grow=False)
    first = await assay.ask("GET", path, known["teacher"], params={"limit": 100})
    assert first["next_cursor"] == whole[99]
    await assay.ask("DELETE", f"{path}/{whole[99]}", known["teacher"], 204)  # the cursor itself
    await assay.ask("DELETE", f"{path}/{whole[5]}", known["teacher"], 204)
    second = await assay.ask(
        "GET", path, known["teacher"], params={"limit": 100, "cursor": first["next_cursor"]}
    )  # fmt: skip
    assert [one["id"] for one in second["items"]] == whole[100:200]


async def test_a_page_is_asked_for_in_bounds(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    wrongs: list[dict[str, Any]] = [{"limit": 0}, {"limit": 201}, {"limit": "ten"}, {"cursor": "x"}, {"offset": 10}]
    for wrong in wrongs:
        for path in ("/teacher/assignments", "/teacher/students", "/teacher/classes", "/teacher/teachers"):
            details = await assay.refused("validation_failed", "GET", path, tove, params=wrong)
            assert [error["field"] for error in details["errors"]] == list(wrong)
