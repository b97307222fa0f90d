"""`assay delete-student`: whom no teacher may delete, an operator does, and says why."""

from pathlib import Path

import psycopg

from tests.setup.console import assay

SCHOOL = """
    with teacher as (insert into assay.teachers (name, email) values ('Tove', 'tove@school.example') returning id),
         student as (insert into assay.students (name, email) values ('Anna', 'anna@school.example') returning id),
         class as (insert into assay.classes (teacher_id, name) select id, '9B' from teacher returning id)
    insert into assay.enrolments (class_id, student_id) select class.id, student.id from class, student"""


def test_a_student_is_deleted_in_any_spelling_of_their_address_with_a_reason(db: str, tmp_path: Path) -> None:
    def delete(*arguments: str) -> tuple[int, str]:
        done = assay("delete-student", *arguments, cwd=tmp_path, DATABASE_URL=db)
        return done.returncode, done.stdout or done.stderr

    with psycopg.connect(db) as admin:
        admin.execute(SCHOOL)
    code, said = delete("anna@school.example", "--reason", " ")
    assert (code, said.count("\n"), said[:7]) == (1, 1, "assay: ")
    code, said = delete("anna@school.example")
    assert code == 2
    assert "--reason" in said
    address = ("ANNA@school.example", "--reason", "ticket 12")
    assert delete(*address) == (0, "The student was deleted, with 0 submissions.\n")
    assert delete(*address) == (1, "assay: There is no student with the e-mail address ANNA@school.example.\n")
    with psycopg.connect(db) as admin:
        assert admin.execute("select count(*) from assay.students").fetchone() == (0,)
        last = "select actor, reason from assay.audit where table_name = 'students' order by id desc limit 1"
        assert admin.execute(last).fetchone() == ("operator", "ticket 12")
