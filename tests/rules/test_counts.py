"""What is counted once and kept, so that no list counts it again."""

from uuid import UUID

import asyncpg

from tests.rules.quizzes import SHORT, Quiz, handed_in, quiz, saved
from tests.rules.rows import Person, Sql, refused, row, school, student


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


async def test_the_count_of_a_quiz_is_the_sum_of_its_parts(sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    made = [await handed_in(sql, one, here.task) for one in await classmates(sql, here, 12)]
    count = "select submission_count from reporting.assignments where id = $1 and locked"
    parts = "select count(*) from assay.submission_counts where assignment_id = $1"
    assert (await sql.fetchval(count, here.task), await sql.fetchval(parts, here.task)) == (12, 8)
    await sql.execute("delete from assay.submissions where id = any ($1)", made[1:])
    assert await sql.fetchval(count, here.task) == 1
    await sql.execute("delete from assay.submissions")
    assert not await sql.fetchval("select locked from reporting.assignments where id = $1", here.task)


async def test_classmates_who_hand_in_at_once_do_not_wait_for_each_other(db: str, sql: Sql) -> None:
    here = await quiz(sql, SHORT)
    first, second = await classmates(sql, here, 2)
    other = await asyncpg.connect(db)
    try:
        async with sql.transaction():
            await handed_in(sql, first, here.task)
            await other.execute("set lock_timeout = '5s'")
            await handed_in(other, second, here.task)  # committed before the first one is
    finally:
        await other.close()
    count = "select submission_count from reporting.assignments where id = $1"
    assert await sql.fetchval(count, here.task) == 2


async def classmates(sql: Sql, here: Quiz, number: int) -> list[Person]:
    """Students of the class of a quiz, whose ids follow one another."""
    made = []
    for n in range(number):
        one = await student(sql, id=UUID(f"019b0000-0000-7000-8000-{n:012x}"))
        await row(sql, "enrolments", class_id=here.classroom, student_id=one.id)
        await saved(sql, one, here.questions[0], texts=["binary"])
        made.append(one)
    return made
