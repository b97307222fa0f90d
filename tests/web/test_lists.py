"""Lists that a screen is made of: jobs, submissions, states and orders, page by page."""

import asyncio
from typing import Any

import psycopg
import pytest

from tests.web.conftest import Assay, School
from tests.web.load import fill
from tests.web.school import hand_in, rows

# The list, who reads it, and what its items are sorted by.
SORTED = {
    "/student/assignments?sort=deadline": ("student", "deadline", False),
    "/student/assignments?sort=-deadline": ("student", "deadline", True),
    "/student/assignments?sort=deadline&state=graded": ("student", "deadline", False),
    "/teacher/assignments?sort=deadline": ("teacher", "deadline", False),
    "/teacher/assignments?sort=-deadline&class_id={class}": ("teacher", "deadline", True),
    "/teacher/assignments?state=open": ("teacher", "id", True),
    "/teacher/assignments/{task}/submissions?sort=score": ("teacher", "score", False),
    "/teacher/assignments/{task}/submissions?sort=-score": ("teacher", "score", True),
    "/teacher/assignments/{task}/submissions?sort=-submitted_at": ("teacher", "submitted_at", True),
    "/teacher/assignments/{task}/submissions?sort=name": ("teacher", "student.name", False),
    "/teacher/assignments/{task}/students?sort=name": ("teacher", "student.name", False),
    "/teacher/classes/{class}/students?sort=name": ("teacher", "name", False),
    "/teacher/students?sort=name&search=pupil": ("teacher", "name", False),
}


def value(item: dict[str, Any], way: str) -> Any:
    """`student.name` of an item."""
    for part in way.split("."):
        item = item[part]
    return item


async def pages(assay: Assay, path: str, who: str, limit: int) -> list[dict[str, Any]]:
    """All items of a list, read page by page."""
    path, _, query = path.partition("?")
    parameters: dict[str, Any] = {"limit": limit} | dict(part.split("=") for part in query.split("&"))
    found: list[dict[str, Any]] = []
    while True:
        page = await assay.ask("GET", path, who, params=parameters)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        assert len(page["items"]) == limit
        parameters["cursor"] = page["next_cursor"]


async def test_sorted_lists_are_read_page_by_page_in_their_order(assay: Assay, school: School) -> None:
    me = (await assay.ask("GET", "/auth/me", school.student))["id"]
    (task,) = await asyncio.to_thread(fill, assay.url, school.class_id, 23, 1, "Pupil", "p")
    await asyncio.to_thread(fill, assay.url, school.class_id, 0, 12, "Task")
    with psycopg.connect(assay.url) as admin:  # every score four times
        admin.execute(
            "update assay.submissions s set score = 10 * (n.n % 6)"
            " from (select id, row_number() over (order by id) as n from assay.submissions) n where n.id = s.id"
        )
    ids = {"class": school.class_id, "task": str(task)}
    tokens = {"student": school.student, "teacher": school.teacher}
    for path, (role, way, descending) in SORTED.items():
        filled = path.format_map(ids)
        whole = await pages(assay, filled, tokens[role], 200)
        found = await pages(assay, filled, tokens[role], 5)
        assert found == whole, path
        assert len(whole) > 11, path
        order = [str(value(item, way)).casefold() if "name" in way else value(item, way) for item in whole]
        assert order == sorted(order, reverse=descending), path
    assert me in [one["id"] for one in await pages(assay, f"/teacher/classes/{ids['class']}/students?sort=name",
                                                   school.teacher, 7)]  # fmt: skip


async def test_a_row_that_moves_or_goes_between_two_sorted_pages_takes_no_other_with_it(
    assay: Assay, school: School
) -> None:
    await asyncio.to_thread(fill, assay.url, school.class_id, 9, 0, "Pupil", "p")
    path, first = "/teacher/students", {"sort": "name", "limit": 4, "class_id": school.class_id}
    whole = (await assay.ask("GET", path, school.teacher, params={"sort": "name", "limit": 200}))["items"]
    page = await assay.ask("GET", path, school.teacher, params=first)
    moved, gone = page["items"][2]["id"], page["items"][3]["id"]
    rows(assay, "update assay.students set name = 'Zoe' where id = %(id)s", id=moved)
    await assay.ask("DELETE", f"{path}/{gone}", school.teacher, 204)  # the cursor itself
    rest = await assay.ask("GET", path, school.teacher, params=first | {"limit": 9, "cursor": page["next_cursor"]})
    assert [one["id"] for one in rest["items"]] == [*(one["id"] for one in whole[4:]), moved]


@pytest.mark.parametrize(
    ("path", "wrong", "field"),
    [
        ("/teacher/students", {"sort": "email"}, "sort"),
        ("/teacher/assignments", {"sort": "name"}, "sort"),
        ("/teacher/assignments", {"state": "lost"}, "state"),
        ("/student/assignments", {"state": "draft"}, "state"),
        ("/student/jobs", {"status": "done"}, "status"),
        ("/teacher/jobs", {"cursor": "x"}, "cursor"),
        ("/teacher/students", {"cursor": "x"}, "cursor"),
        ("/teacher/students", {"sort": "name", "cursor": "019b0000-0000-7000-8000-000000000000"}, "cursor"),
        ("/teacher/students", {"cursor": "019b0000-0000-7000-8000-000000000000.616e"}, "cursor"),
        ("/student/assignments", {"sort": "deadline", "cursor": "019b0000-0000-7000-8000-000000000000.-"}, "cursor"),
    ],
)
async def test_what_no_list_takes_is_named(assay: Assay, path: str, wrong: dict[str, str], field: str) -> None:
    who = await assay.student("Anna") if "student/" in path else await assay.teacher(keys=False)
    details = await assay.refused("validation_failed", "GET", path, who, params=wrong)
    assert [error["field"] for error in details["errors"]] == [field]


async def test_a_cursor_that_nobody_was_given_is_no_fault_of_ours(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    start = "019b0000-0000-7000-8000-000000000000"
    for path, sort, key in (
        ("/teacher/students", "name", "c3"),  # no UTF-8
        ("/teacher/students", "name", "00"),
        ("/teacher/assignments", "deadline", "-999999999999999999"),
    ):
        cursor = {"sort": sort, "cursor": f"{start}.{key}"}
        await assay.refused("validation_failed", "GET", path, tove, params=cursor)


async def test_a_student_finds_their_jobs_and_submissions_again(assay: Assay, school: School) -> None:
    submission = await hand_in(assay, school)
    (job,) = (await assay.ask("GET", "/student/jobs", school.student))["items"]
    assert (job["kind"], job["status"], job["submission_id"], job["score"]) == ("grading", "succeeded", submission, 12)
    assert job == await assay.ask("GET", f"/student/jobs/{job['id']}", school.student)
    assert job["assignment_title"] == school.assignment["title"]
    (handed_in,) = (await assay.ask("GET", "/student/submissions", school.student))["items"]
    assert (handed_in["id"], handed_in["title"], handed_in["score"]) == (submission, "Gold", 12)
    assert (handed_in["class"], handed_in["teacher"]["name"], handed_in["revealed"]) == (None, "Tove", True)
    assert "content" not in handed_in
    begun = await assay.ask(
        "POST", f"/teacher/submissions/{submission}/regrade", school.teacher, 202, headers={"Prefer": "respond-async"}
    )
    known = await assay.ask("GET", f"/teacher/jobs/{begun['job']['id']}", school.teacher, headers={"Prefer": "wait=20"})
    listed = (await assay.ask("GET", "/teacher/jobs", school.teacher))["items"]
    assert [one["kind"] for one in listed] == ["grading", "grading", "template"]
    assert listed[0] == known
    assert (await assay.ask("GET", "/teacher/jobs", school.teacher, params={"status": "failed"}))["items"] == []
    eve = await assay.teacher("Eve", keys=False)
    assert (await assay.ask("GET", "/teacher/jobs", eve))["items"] == []
    bo = await assay.student("Bo")
    for path in ("/student/jobs", "/student/submissions"):
        assert (await assay.ask("GET", path, bo))["items"] == []


async def test_a_pending_assignment_names_its_job_in_the_list_and_alone(assay: Assay, school: School) -> None:
    begun = await assay.ask(
        "POST", school.path + "/submission", school.student, 202, headers={"Prefer": "respond-async"},
        json={"content": "Gold. [[sim:delay=2]]"},
    )  # fmt: skip
    listed = (await assay.ask("GET", "/student/assignments", school.student, params={"state": "pending"}))["items"]
    alone = await assay.ask("GET", school.path, school.student)
    assert [one["job_id"] for one in (*listed, alone)] == [begun["job"]["id"]] * 2
    await assay.ask("GET", f"/student/jobs/{begun['job']['id']}", school.student, headers={"Prefer": "wait=60"})
    assert (await assay.ask("GET", school.path, school.student))["job_id"] is None
