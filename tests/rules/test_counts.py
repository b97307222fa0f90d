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
    with refused(by="student_count_read_only"):
        await sql.execute("update assay.classes set student_count = 7")


async def test_an_enrolment_is_not_moved_to_another_class(sql: Sql) -> None:
    here = await school(sql)
    another = await row(sql, "classes", teacher_id=here.teacher.id, name="Another")
    with refused(by="enrolment_immutable"):
        await sql.execute("update assay.enrolments set class_id = $1", another["id"])
    await sql.execute("update assay.enrolments set enrolled_at = enrolled_at - interval '1 day'")


async def test_the_counts_of_submissions_are_not_emptied(sql: Sql) -> None:
    with refused(by="submission_count_read_only"):
        await sql.execute("truncate assay.submission_counts")
