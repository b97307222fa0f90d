"""Many rows at once, put there by hand: a class full of students, assignments for it, and what was handed in."""

from uuid import UUID

import psycopg

STUDENTS = """
    with made as (
        insert into assay.students (name, email, password_hash, email_verified_at)
        select %(name)s || ' ' || n, %(word)s || n || '@load.example', 'none', now()
          from generate_series(1, %(many)s) n
        returning id
    )
    insert into assay.enrolments (class_id, student_id) select %(class)s, id from made"""
ASSIGNMENTS = """
    insert into assay.assignments (teacher_id, class_id, title, instructions, correction_template, max_score, deadline,
                                   published_at)
    select c.teacher_id, c.id, %(title)s || ' ' || n, 'Write.', 'Look.', 100, now() + n * interval '1 day', now()
      from assay.classes c, generate_series(1, %(many)s) n
     where c.id = %(class)s
    returning id"""
SUBMISSIONS = """
    insert into assay.submissions (student_id, assignment_id, content, score)
    select e.student_id, a.id, 'Gold.', 50
      from assay.enrolments e
      join assay.assignments a on a.class_id = e.class_id
     where e.class_id = %(class)s
       and not exists (select from assay.submissions s
                        where s.student_id = e.student_id and s.assignment_id = a.id)"""


def fill(
    url: str, class_id: str, students: int, assignments: int, name: str = "Student", word: str = "s"
) -> list[UUID]:
    """So many students in the class, so many assignments for it, and from every student a text for each.

    Returns the ids of the new assignments.
    """
    with psycopg.connect(url) as admin:
        values = {"class": class_id, "name": name, "word": word, "title": name}
        admin.execute(STUDENTS, values | {"many": students})
        made = admin.execute(ASSIGNMENTS, values | {"many": assignments}).fetchall()
        admin.execute(SUBMISSIONS, values)
    return [row[0] for row in made]
