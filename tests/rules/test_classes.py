"""Who is in a class while it ends."""

from tests.rules.rows import Sql, classroom, school, student
from tests.rules.test_concurrency import connections, outcomes

ENROL = "select api.enrol_students($1, $2, $3)"


async def test_nobody_joins_a_class_that_is_being_deleted(db: str, sql: Sql) -> None:
    here = await school(sql)
    people = [(await student(sql)).id for _ in range(4)]
    async with connections(db, 5) as pool:
        for _ in range(20):
            group = await classroom(sql, here.teacher)
            joining = [c.execute(ENROL, here.teacher.token, group, people) for c in pool[1:]]
            ending = pool[0].execute("select api.delete_class($1, $2)", here.teacher.token, group)
            said = await outcomes([*joining[:2], ending, *joining[2:]])
            assert set(said) <= {"done", "not_found"}
            assert await sql.fetchval("select count(*) from assay.enrolments where class_id = $1", group) == 0
