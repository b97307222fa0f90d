"""Who may delete a student: nobody can make that right for themselves."""

from tests.rules.rows import (
    Sql,
    assignment,
    classroom,
    hand_in,
    only,
    refused,
    row,
    school,
    student,
    submission,
    teacher,
)

DELETE = "select api.delete_student($1, $2)"
BY_HAND = "select operator.delete_student($1, $2)"


async def test_whoever_enrols_a_student_may_still_not_delete_what_they_wrote_for_others(sql: Sql) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task)
    eve = await teacher(sql)
    await classroom(sql, eve, here.student)
    with refused(by="student_of_others"):
        await sql.execute(DELETE, eve.token, here.student.id)
    with refused(by="student_of_others"):
        await sql.execute(DELETE, here.teacher.token, here.student.id)
    assert await sql.fetchval("select count(*) from assay.submissions") == 1


async def test_a_text_that_waits_for_another_teachers_grade_counts(sql: Sql) -> None:
    here = await school(sql)
    await hand_in(sql, here.student, here.task)
    await sql.execute("delete from assay.enrolments")
    eve = await teacher(sql)
    with refused(by="student_of_others"):
        await sql.execute(DELETE, eve.token, here.student.id)


async def test_a_submission_counts_when_its_class_and_assignment_are_gone(sql: Sql) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task)
    await sql.execute("delete from assay.enrolments")
    await sql.execute("select api.delete_assignment($1, $2)", here.teacher.token, here.task)
    eve = await teacher(sql)
    with refused(by="student_of_others"):
        await sql.execute(DELETE, eve.token, here.student.id)
    await sql.execute(DELETE, here.teacher.token, here.student.id)


async def test_a_student_of_nobody_and_of_the_caller_alone_is_deleted(sql: Sql) -> None:
    here = await school(sql)
    lonely = await student(sql)
    eve = await teacher(sql)
    await sql.execute(DELETE, eve.token, lonely.id)
    await submission(sql, here.student, await assignment(sql, here.teacher))
    await sql.execute(DELETE, here.teacher.token, here.student.id)
    assert await sql.fetchval("select count(*) from assay.students") == 0
    with refused(by="not_found"):
        await sql.execute(DELETE, here.teacher.token, here.student.id)


async def test_an_operator_deletes_any_student_and_says_why(sql: Sql) -> None:
    here = await school(sql)
    await submission(sql, here.student, here.task)
    eve = await teacher(sql)
    await row(sql, "enrolments", class_id=await classroom(sql, eve), student_id=here.student.id)
    email = await sql.fetchval("select upper(email) from assay.students where id = $1", here.student.id)
    with refused(by="reason_missing"):
        await sql.execute(BY_HAND, email, " ")
    assert await sql.fetchval(BY_HAND, email, "ticket 12") == 1
    last = "select actor, reason from assay.audit where table_name = 'students' order by id desc limit 1"
    assert await only(sql, last) == ("operator", "ticket 12")
    with refused(by="not_found"):
        await sql.execute(BY_HAND, email, "ticket 12")
    with refused(by="not_found"):
        await sql.execute(BY_HAND, await sql.fetchval("select email from assay.teachers limit 1"), "ticket 12")
