"""What is counted once and kept, so that no list counts it again."""

from tests.rules.rows import Sql, refused, row, school


async def test_a_class_knows_how_many_students_are_in_it(sql: Sql) -> None:
    here = await school(sql)
    count, enrolled = "select sum(student_count) from assay.classes", "select count(*) from assay.enrolments"
    assert await sql.fetchval(count) == await sql.fetchval(enrolled) == 1
    another = await row(sql, "students", name="Another", email="another@example.org")
    await sql.execute("insert into assay.enrolments select id, $1 from assay.classes", another["id"])
    assert await sql.fetchval(count) == await sql.fetchval(enrolled) == 2
    await sql.execute("delete from assay.students where id = $1", here.student.id)
    await sql.execute("delete from assay.enrolments")
    assert await sql.fetchval(count) == 0


async def test_the_count_of_students_is_not_written_by_hand(sql: Sql) -> None:
    await school(sql)
    with refused(by="student_count_is_kept"):
        await sql.execute("update assay.classes set student_count = 7")
