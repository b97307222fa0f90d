"""What the people of a school do all the time, and a look behind the scenes."""

from typing import Any

import psycopg

from tests.web.conftest import Assay, School


async def hand_in(assay: Assay, school: School, text: str = "Gold. [[sim:score=12]]") -> str:
    """The id of a graded submission."""
    made = await assay.ask("POST", school.path + "/submission", school.student, 201, json={"content": text})
    return str(made["submission"]["id"])


def own(school: School) -> str:
    return f"/teacher/assignments/{school.assignment['id']}"


def rows(assay: Assay, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """What a superuser reads or changes."""
    with psycopg.connect(assay.url, autocommit=True) as admin:
        done = admin.execute(statement.encode(), values)
        return done.fetchall() if done.description else []


def another(assay: Assay) -> str:
    """The path of one more assignment, ready to be handed in to."""
    copied = """
        insert into assay.assignments (teacher_id, title, instructions, correction_template, max_score, deadline,
                                       published_at)
        select teacher_id, title, instructions, correction_template, max_score, deadline, published_at
          from assay.assignments order by id limit 1 returning id"""
    return f"/student/assignments/{rows(assay, copied)[0][0]}"
