"""Who is in a class while people join, leave and are deleted, and while the class ends."""

import contextlib
from typing import Any

from tests.rules.concurrent import TRY_AGAIN, connections, outcomes
from tests.rules.rows import Sql, classroom, only, school, student

ENROL = "select api.enrol_students($1, $2, $3)"
REMOVE = "select api.remove_student($1, $2, $3)"
DELETE_CLASS = "select api.delete_class($1, $2)"
DELETE_STUDENT = "select api.delete_student($1, $2)"
COUNTS = """
    select c.student_count, (select count(*) from assay.enrolments e where e.class_id = c.id)
      from assay.classes c
     where c.id = $1"""


async def test_nobody_joins_a_class_that_is_being_deleted(db: str, sql: Sql) -> None:
    here = await school(sql)
    token = here.teacher.token
    people = [(await student(sql)).id for _ in range(4)]
    async with connections(db, 5) as pool:
        for _ in range(20):
            group = await classroom(sql, here.teacher)
            joining = [c.execute(ENROL, token, group, people) for c in pool[1:]]
            said = await outcomes([*joining[:2], pool[0].execute(DELETE_CLASS, token, group), *joining[2:]])
            assert set(said) <= {"done", "not_found"}
            assert tuple(await only(sql, COUNTS, group)) == (0, 0)


async def patiently(connection: Sql, statement: str, *arguments: Any) -> None:
    """As app.db.database does it: who joins between two locks of another may, rarely, cost a try."""
    for _ in range(3):
        with contextlib.suppress(*TRY_AGAIN):
            await connection.execute(statement, *arguments)
            return
    await connection.execute(statement, *arguments)


async def test_people_join_leave_and_are_deleted_at_once(db: str, sql: Sql) -> None:
    here = await school(sql)
    token = here.teacher.token
    async with connections(db, 6) as pool:
        for n in range(30):
            people = [await student(sql) for _ in range(3)]
            group = await classroom(sql, here.teacher, *people[:2])
            ids = [one.id for one in people]
            acts = [
                patiently(pool[0], ENROL, token, group, ids),
                patiently(pool[1], REMOVE, token, group, ids[0]),
                patiently(pool[2], DELETE_STUDENT, token, ids[1]),
                patiently(pool[3], ENROL, token, group, ids[::-1]),
                patiently(pool[4], REMOVE, token, group, ids[1]),
                patiently(pool[5], DELETE_CLASS, token, group),
            ]
            said = await outcomes(acts[n % 6 :] + acts[: n % 6])
            assert set(said) <= {"done", "not_found", "students_unknown"}
            assert tuple(await only(sql, COUNTS, group)) == (0, 0)
