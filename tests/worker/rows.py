"""A school in the database: teachers with keys, a class each, students, assignments; and texts handed in."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg
from cryptography.fernet import Fernet

from app.security.keyring import Ring

SECRET = Fernet.generate_key().decode()
ESSAY = "Bees collect nectar from flowers, carry pollen between them, and store honey for the winter. " * 20

TEACHERS = """
with one as (
    insert into assay.teachers (name, email)
    select 'Teacher ' || n, %(tag)s || '-teacher-' || n || '@example.org' from generate_series(1, %(teachers)s) n
    returning id
)
select array_agg(id order by id) from one
"""
CLASSES = """
with class as (
    insert into assay.classes (teacher_id, name) select t, '7b' from unnest(%(teachers)s::uuid[]) t
    returning id, teacher_id
), made as (
    insert into assay.assignments (teacher_id, title, instructions, correction_template, max_score, deadline,
                                   published_at)
    select t, 'On bees', 'Write about bees. Graded out of 20 points.', 'Half: bees. Half: honey.', 20,
           now() + interval '1 day', now()
      from unnest(%(teachers)s::uuid[]) t, generate_series(1, %(each)s)
    returning id, teacher_id
), student as (
    insert into assay.students (name, email, email_verified_at)
    select 'Student ' || n, %(tag)s || '-student-' || n || '@example.org', now()
      from generate_series(1, %(students)s) n
    returning id
), enrolled as (
    insert into assay.enrolments (class_id, student_id)
    select (array_agg(c.id order by c.teacher_id))[1 + (s.n %% count(*))], s.id
      from (select id, row_number() over () as n from student) s, class c group by s.id, s.n
), logged_in as (
    insert into assay.sessions (digest, student_id) select sha256(uuid_send(id)), id from student
)
select (select array_agg(id order by teacher_id, id) from made),
       (select array_agg(id order by id) from student)
"""
HAND_IN = """
insert into assay.pending_submissions (student_id, assignment_id, content)
select s.id, a.id, coalesce(%(text)s, '') || ' ' || s.id
  from unnest(%(students)s::uuid[]) with ordinality as s (id, n)
  join assay.assignments a on a.id = (%(assignments)s::uuid[])[1 + (s.n - 1) %% cardinality(%(assignments)s::uuid[])]
returning job_id
"""
DRAFT = """
with made as (
    insert into assay.assignments (teacher_id, title, instructions, max_score_given, deadline)
    values (%(teacher)s, 'On bees', 'Write about bees. Graded out of 20 points.', false, now() + interval '1 day')
    returning *
)
insert into assay.assignment_drafts (assignment_id, teacher_id, title, instructions, deadline)
select id, teacher_id, title, instructions, deadline from made
returning job_id
"""
KINDS = "array(select kind from assay.job_kinds)"
FINISH = """
select worker.finish_gradings(%(ids)s::uuid[], %(attempts)s::integer[], array_fill(7, array[%(n)s]),
                              array_fill('anthropic'::text, array[%(n)s]), array_fill('m'::text, array[%(n)s]),
                              array_fill('p'::text, array[%(n)s]), array_fill('[]'::json, array[%(n)s]))
"""
# Nothing may be lost, twice, half done or left over. Lists offenders.
OFFENCES = """
select 'job left over', id::text from assay.jobs
union all
select 'text left over', job_id::text from assay.pending_submissions
union all
select 'total is not the sum', s.id::text from assay.students s
 where total_gold_coins <> (select coalesce(sum(score), 0) from assay.submissions x where x.student_id = s.id)
union all
select 'not paid once', x.id::text from assay.submissions x
 where 1 <> (select count(*) from assay.coin_ledger l where l.submission_id = x.id)
union all
select 'finished without a submission', f.id::text from assay.finished_jobs f
 where f.error_code is null and f.kind = 'grade_text'
   and not exists (select from assay.submissions x where x.id = f.submission_id and x.score = f.score)
union all
select 'failed with a submission', f.id::text from assay.finished_jobs f
 where f.error_code is not null and f.submission_id is not null
union all
select 'submission without a job', x.id::text from assay.submissions x
 where 1 <> (select count(*) from assay.finished_jobs f where f.submission_id = x.id)
"""


@dataclass(frozen=True, slots=True)
class School:
    """Ids, in order; `students` can log in with `token`."""

    teachers: Sequence[UUID]
    assignments: Sequence[UUID]
    students: Sequence[UUID]


def found(url: str, *, teachers: int = 1, students: int = 1, each: int = 1, key: str = "sk-sim-key") -> School:
    """Founds a school: every teacher has one class and `each` assignments and both services' keys, `key` with `{}`
    replaced by the teacher's number; students are enrolled with the teachers in turn."""
    with psycopg.connect(url) as connection:
        tag = connection.execute("select uuidv7()::text").fetchone()[0]  # type: ignore[index]
        ids = connection.execute(TEACHERS, {"teachers": teachers, "tag": tag}).fetchone()[0]  # type: ignore[index]
        values = {"teachers": ids, "each": each, "students": students, "tag": tag}
        assignments, pupils = connection.execute(CLASSES, values).fetchone()  # type: ignore[misc]
        for number, teacher in enumerate(ids):
            store_key(connection, teacher, "anthropic", key.replace("{}", str(number)))
            store_key(connection, teacher, "openai", key.replace("{}", str(number)))
    return School(ids, assignments, pupils)


def store_key(connection: psycopg.Connection, teacher: UUID, provider: str, key: str) -> None:
    """Stores or replaces a teacher's key."""
    connection.execute(
        "insert into assay.api_keys (teacher_id, provider, sealed, last4) values (%s, %s, %s, %s)"
        " on conflict on constraint one_key_per_service do update set sealed = excluded.sealed",
        [teacher, provider, Ring((SECRET,)).seal(teacher, provider, key), key[-4:]],
    )


def token(student: UUID) -> bytes:
    """The digest of a student's session."""
    return hashlib.sha256(student.bytes).digest()


def hand_in(url: str, students: Sequence[UUID], assignments: Sequence[UUID], text: str = ESSAY) -> list[UUID]:
    """Raw inserts, as by hand in psql: each student hands in a text, for the assignments in turn; the jobs."""
    with psycopg.connect(url, autocommit=True) as connection:
        values = {"students": list(students), "assignments": list(assignments), "text": text}
        return [row[0] for row in connection.execute(HAND_IN, values)]


def draft(url: str, teacher: UUID) -> UUID:
    """A raw insert: a teacher's new assignment, whose template is to be built; the job."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(DRAFT, {"teacher": teacher}).fetchone()[0]  # type: ignore[index,no-any-return]


def register(url: str) -> int:
    """A worker with a lease of an hour, that a test plays itself; its number."""
    return number(url, "select worker.register_worker(gen_random_uuid()::text, 3600)")


def claim(url: str, worker: int, most: int = 250, calls_per_key: int = 8) -> list[tuple[UUID, int, str, UUID]]:
    """What such a worker claims: job, attempt, kind and teacher."""
    statement = (
        f"select job_id, attempt, kind, teacher_id from worker.claim_jobs({worker}, {most}, {KINDS}, {calls_per_key})"
    )
    return rows(url, statement)  # type: ignore[return-value]


def finish(url: str, claimed: Sequence[tuple[UUID, int]]) -> list[UUID]:
    """Texts that such a worker has graded, 7 points each; those that were still its own."""
    with psycopg.connect(url, autocommit=True) as connection:
        values = {"ids": [job for job, _ in claimed], "attempts": [attempt for _, attempt in claimed]}
        return [row[0] for row in connection.execute(FINISH, {**values, "n": len(claimed)})]


def number(url: str, query: str) -> int:
    """The one number that a query answers."""
    with psycopg.connect(url, autocommit=True) as connection:
        return int(connection.execute(query.encode()).fetchone()[0])  # type: ignore[index]


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    """The rows that a query answers, or none for a statement without any."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []
