"""From the line to a grade: what wakes a worker, and in whose turn it works."""

import asyncio
import time
from collections import Counter

import psycopg

from app.dev.simulator import Running
from app.worker.worker import Pace
from tests.worker.conftest import QUICK, Start, until
from tests.worker.school import ESSAY, HAND_IN, OFFENCES, found, hand_in, number, rows, store_key, token

RARELY = Pace(poll=30.0)  # whoever works within a test was woken
SUBMISSIONS = "select count(*) from assay.submissions"
FINISHED = "select count(*) from assay.finished_jobs"


async def test_a_notification_leads_to_a_graded_submission(db: str, work: Start) -> None:
    school = found(db)
    async with work(RARELY) as worker:
        await until(lambda: worker.line.number)
        await asyncio.sleep(0.2)
        with psycopg.connect(db, autocommit=True) as connection:
            connection.execute(
                "select from api.submit_assignment(%s, %s, %s)",
                [token(school.students[0]), school.assignments[0], ESSAY],
            )
        await until(lambda: number(db, FINISHED) == 1)
    ((score, total, provider),) = rows(
        db,
        "select score, total_gold_coins, provider from assay.submissions x join assay.students s on s.id = student_id",
    )
    assert 0 <= int(str(score)) <= 20
    assert score == total
    assert provider == "anthropic"
    assert not rows(db, OFFENCES)


async def test_a_lost_notification_is_found_by_the_poll(db: str, work: Start) -> None:
    school = found(db)
    async with work(QUICK) as worker:
        await until(lambda: worker.line.number)
        with psycopg.connect(db, autocommit=True) as connection:
            connection.execute("alter table assay.jobs disable trigger announce_work")
        await asyncio.to_thread(hand_in, db, school.students, school.assignments)
        await until(lambda: number(db, SUBMISSIONS) == 1)


async def test_only_the_first_job_of_a_teachers_line_notifies(db: str) -> None:
    school = found(db, teachers=2, students=6)
    with psycopg.connect(db, autocommit=True) as listener:
        listener.execute("listen assay_work")
        for student in school.students[:5]:
            hand_in(db, [student], school.assignments[:1])
        hand_in(db, school.students[5:], school.assignments[1:])
        heard = list(listener.notifies(timeout=0.5, stop_after=3))
    assert len(heard) == 2


async def test_texts_that_come_one_after_the_other_are_all_found_at_once(db: str, work: Start) -> None:
    school = found(db, students=30)
    async with work(RARELY) as worker:
        await until(lambda: worker.line.number)
        with psycopg.connect(db, autocommit=True) as connection:
            for student in school.students:
                values = [token(student), school.assignments[0], ESSAY]
                await asyncio.to_thread(connection.execute, "select from api.submit_assignment(%s, %s, %s)", values)
        await until(lambda: number(db, SUBMISSIONS) == 30, 15)


async def test_five_thousand_texts_for_one_teacher_do_not_delay_anothers_first_one(
    db: str, ai: Running, work: Start
) -> None:
    busy = found(db, students=5000, key="sk-sim-busy-sim:delay=0.2")
    quiet = found(db)
    hand_in(db, busy.students, busy.assignments, "Bees.")
    async with work(RARELY, worker_concurrency=8):
        await until(lambda: number(db, SUBMISSIONS) >= 8)
        began = time.monotonic()
        await asyncio.to_thread(hand_in, db, quiet.students, quiet.assignments)
        graded = f"select count(*) from assay.submissions where student_id = '{quiet.students[0]}'"
        await until(lambda: number(db, graded) == 1)
        assert time.monotonic() - began < 3
    assert number(db, "select count(*) from assay.jobs") > 4000


async def test_teachers_take_turns_and_a_template_comes_before_its_teachers_texts(db: str) -> None:
    school = found(db, teachers=3, students=30)
    first, second, third = (list(school.students[start::3]) for start in range(3))
    for students, assignment in zip((first, second[:4], third[:2]), school.assignments, strict=True):
        hand_in(db, students, [assignment])
    rows(
        db,
        "insert into assay.jobs (kind, teacher_id, draft_title, draft_instructions, draft_deadline)"
        f" values ('template', '{school.teachers[0]}', 'New', 'New.', now() + interval '1 day')",
    )
    rows(db, "insert into assay.workers (seat, lease_until) values ('here:1', now() + interval '1 minute')")
    taken = rows(db, "select teacher_id, kind from worker.take_jobs(1, 9, 8, '00000000-0000-0000-0000-000000000000')")
    teachers = [teacher for teacher, _ in taken]
    assert Counter(teachers) == dict(zip(school.teachers, (4, 3, 2), strict=True))
    assert set(teachers[:3]) == set(teachers[3:6]) == set(school.teachers)
    assert [kind for _, kind in taken].index("template") == teachers.index(school.teachers[0])


async def test_a_key_has_at_most_eight_calls_in_flight_over_all_workers(db: str, ai: Running, work: Start) -> None:
    school = found(db, teachers=2, students=60, key="sk-sim-{}-sim:delay=0.1")
    peaks: Counter[object] = Counter()
    async with work(RARELY, worker_concurrency=50), work(RARELY, worker_concurrency=50):
        await asyncio.to_thread(hand_in, db, school.students, school.assignments)

        def finished() -> bool:
            running = "select teacher_id, count(*) from assay.jobs where worker_id is not null group by 1"
            for teacher, count in rows(db, running):
                peaks[teacher] = max(peaks[teacher], int(str(count)))
            return number(db, SUBMISSIONS) == 60

        await until(finished)
    assert set(peaks.values()) == {8}
    assert ai.calls.peak["anthropic"] <= 16


async def test_texts_wait_in_the_line_while_every_key_of_their_teacher_cools(db: str, ai: Running, work: Start) -> None:
    cooling = found(db, students=12, key="sk-sim-{}-sim:fail=429,retry-after=6")
    quiet = found(db)
    async with work(QUICK, worker_concurrency=8):
        await asyncio.to_thread(hand_in, db, cooling.students, cooling.assignments)
        await until(lambda: number(db, "select count(*) from assay.jobs where postponed > 0") >= 1)
        await until(lambda: number(db, "select count(*) from assay.jobs where worker_id is not null") == 0)
        asked = ai.calls.total
        await asyncio.to_thread(hand_in, db, quiet.students, quiet.assignments)
        await until(lambda: number(db, SUBMISSIONS) == 1)
        assert ai.calls.total == asked + 1
        assert rows(db, "select distinct failures from assay.jobs") == [(0,)]
        with psycopg.connect(db, autocommit=True) as connection:
            for provider in ("openai", "anthropic"):
                store_key(connection, cooling.teachers[0], provider, "sk-sim-new")
            connection.execute("update assay.api_keys set cools_until = '-infinity'")
        await until(lambda: number(db, SUBMISSIONS) == 13)
    assert not rows(db, OFFENCES)


async def test_a_text_that_was_postponed_too_often_fails_cleanly(db: str, work: Start) -> None:
    school = found(db, key="sk-sim-sim:fail=429,retry-after=6")
    hand_in(db, school.students, school.assignments)
    rows(db, "update assay.jobs set postponed = 3")
    async with work(QUICK):
        await until(lambda: number(db, FINISHED) == 1)
    assert rows(db, "select error_code from assay.finished_jobs") == [("ai_unavailable",)]
    assert not rows(db, OFFENCES)


async def test_finished_jobs_go_after_the_days_they_are_kept(db: str, work: Start) -> None:
    school = found(db, students=300)
    hand_in(db, school.students, school.assignments)
    rows(db, f"select assay.fail_job(id, 'ai_unavailable') from assay.jobs")  # noqa: F541
    rows(
        db,
        "update assay.finished_jobs set finished_at = now() - interval '40 days'"
        " where id in (select id from assay.finished_jobs limit 250)",
    )
    async with work(QUICK, jobs_kept_days=39):
        await until(lambda: number(db, FINISHED) == 50)


async def test_an_old_open_transaction_does_not_make_claims_walk_what_finished(db: str) -> None:
    school = found(db, teachers=4, students=1000, each=2)
    take = "select job_id, attempt from worker.take_jobs(1, {most}, 1000, {since})"
    everything = "'00000000-0000-0000-0000-000000000000'"
    rows(db, "insert into assay.workers (seat, lease_until) values ('here:1', now() + interval '1 hour')")
    with psycopg.connect(db) as old:
        old.execute("set transaction isolation level repeatable read")
        old.execute("select pg_current_xact_id(), count(*) from assay.jobs")
        hand_in(db, school.students, school.assignments[::2])
        rows(db, "update assay.jobs set id = uuidv7(interval '-1 hour')")
        while taken := rows(db, take.format(most=250, since=everything)):
            ids, attempts = ([row[column] for row in taken] for column in (0, 1))
            same = {"ids": ids, "attempts": attempts, "n": len(ids)}
            with psycopg.connect(db, autocommit=True) as connection:
                connection.execute(FINISH, same)
        hand_in(db, school.students[:100], school.assignments[1::2])
        since = f"'{rows(db, 'select worker.promote_jobs()')[0][0]}'"
        walked = [pages_of(db, take.format(most=1, since=start)) for start in (everything, since)]
    assert walked[1] < 0.5 * walked[0], walked


FINISH = """
select worker.finish_gradings(%(ids)s::uuid[], %(attempts)s::integer[], array_fill(7, array[%(n)s]),
                            array_fill('anthropic'::text, array[%(n)s]), array_fill('m'::text, array[%(n)s]),
                            array_fill('p'::text, array[%(n)s]), '{}', '{}', '{}', '{}')
"""


def pages_of(db: str, query: str) -> int:
    """How many pages a query looks at the second time, in one session."""
    with psycopg.connect(db, autocommit=True) as connection:
        connection.execute(query.encode())
        plan = connection.execute(f"explain (analyze, buffers, format json) {query}".encode()).fetchone()
    return int(plan[0][0]["Plan"]["Shared Hit Blocks"])  # type: ignore[index]


async def test_texts_that_come_in_one_statement_are_announced_without_reading_the_line_for_each(db: str) -> None:
    school = found(db, students=2200)
    with psycopg.connect(db, autocommit=True) as connection:

        def pages(first: int, last: int) -> float:
            values = {"students": school.students[first:last], "assignments": school.assignments, "text": "Bees."}
            plan = connection.execute(f"explain (analyze, buffers, format json) {HAND_IN}".encode(), values).fetchone()
            return int(plan[0][0]["Plan"]["Shared Hit Blocks"]) / (last - first)  # type: ignore[index]

        for student in range(10):  # the session keeps a plan that was made for an empty line
            pages(student, student + 1)
        few, many = pages(100, 200), pages(200, 2200)
    assert many < 1.5 * few, (few, many)
