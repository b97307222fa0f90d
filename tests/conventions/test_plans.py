"""What a request costs does not grow with the tables: no plan in any API function reads a large one from end to end."""

import pytest

from app.db.queries import load
from bench import plans
from bench.data import seed
from bench.plans import Seen

STUDENTS = 10_000  # and 200,000 submissions: a class of 200 is so small a part that an index is the better way
# Rows that an API function may go through at one place: those that it shows, which may be a whole class (200 students
# with five assignments).
USUAL = 1_200
MORE = {
    "teacher/list_assignment_students": 3_500,  # all of the teacher's classes, for which the assignment is
    "teacher/add_cases": 3_000,  # drawn from all submissions of the assignment
    "teacher/list_bank": 1_300,  # all of one teacher's questions
}


@pytest.fixture
async def seen(db: str) -> list[Seen]:
    """The plans of every API function in a database with many rows."""
    seed(db, STUDENTS, essay=80)
    return await plans.explained(db, STUDENTS)


@pytest.mark.slow
async def test_no_request_costs_more_when_there_are_more_rows(db: str, seen: list[Seen]) -> None:
    rows_of = await plans.table_rows(db)
    assert rows_of["submissions"] == 20 * STUDENTS
    scans = [fault for one in seen for fault in plans.faults(one, rows_of)]
    assert scans == [], (
        "a large table is read from end to end: find ids by an index first, at most as many as a page holds, into an"
        " array (as sql/functions/api/list_my_jobs.sql does), and join by them"
    )
    busy = {str(one.case): one.most_rows for one in seen if one.most_rows > MORE.get(one.case.query, USUAL)}
    assert busy == {}, "so many rows at one place: limit what is read, or say in MORE why they all have to be"
    asked = {one.case.query for one in seen}
    unasked = {name for name in load() if not name.startswith(("worker/", "operator/", "server/"))} - asked
    assert unasked == set(), "give it arguments that find something, in bench/api_functions.py"
