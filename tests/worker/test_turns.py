"""From the queue to a grade: what wakes a worker, and in whose turn it works."""

import asyncio
from collections import Counter

import psycopg

from app.dev.simulator import Running
from app.worker.intervals import Intervals
from tests.worker.conftest import QUICK, Start, until
from tests.worker.rows import (
    ESSAY,
    HAND_IN,
    KINDS,
    OFFENCES,
    claim,
    draft,
    finish,
    found,
    hand_in,
    number,
    register,
    rows,
    store_key,
    token,
)

RARELY = Intervals(poll=600.0)  # whoever works within a test was woken
SUBMISSIONS = "select count(*) from assay.submissions"
FINISHED = "select count(*) from assay.finished_jobs"


async def test_a_notification_leads_to_a_graded_submission(db: str, work: Start) -> None:
    school = found(db)
    async with work(RARELY) as worker:
        await until(lambda: worker.queue.worker)
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
        await until(lambda: worker.queue.worker)
        with psycopg.connect(db, autocommit=True) as connection:
            connection.execute("alter table assay.jobs disable trigger announce_work")
        await asyncio.to_thread(hand_in, db, school.students, school.assignments)
        await until(lambda: number(db, SUBMISSIONS) == 1)


async def test_only_a_teachers_first_ready_job_notifies(db: str) -> None:
    school = found(db, teachers=2, students=6)
    with psycopg.connect(db, autocommit=True) as listener:
        listener.execute("listen assay_work")
        for student in school.students[:5]:
            hand_in(db, [student], school.assignments[:1])
        hand_in(db, school.students[5:], school.assignments[1:])
        rows(db, "select pg_notify('assay_work', 'last')")
        heard = list(listener.notifies(timeout=60, stop_after=3))
    assert [one.payload for one in heard] == ["", "", "last"]


async def test_texts_that_come_one_after_the_other_are_all_found_at_once(db: str, work: Start) -> None:
    school = found(db, students=30)
    async with work(RARELY) as worker:
        await until(lambda: worker.queue.worker)
        with psycopg.connect(db, autocommit=True) as connection:
            for student in school.students:
                values = [token(student), school.assignments[0], ESSAY]
                await asyncio.to_thread(connection.execute, "select from api.submit_assignment(%s, %s, %s)", values)
        await until(lambda: number(db, SUBMISSIONS) == 30)


async def test_five_thousand_texts_for_one_teacher_do_not_delay_anothers_first_one(
    db: str, ai: Running, work: Start
) -> None:
    busy = found(db, students=5000, key="sk-sim-busy-sim:delay=0.2")
    quiet = found(db)
    hand_in(db, busy.students, busy.assignments, "Bees.")
    async with work(RARELY, worker_concurrency=8):
        await until(lambda: number(db, SUBMISSIONS) >= 8)
        await asyncio.to_thread(hand_in, db, quiet.students, quiet.assignments)
        graded = f"select count(*) from assay.submissions where student_id = '{quiet.students[0]}'"
        await until(lambda: number(db, graded) == 1)
    others = (
        "select count(*) from assay.submissions o join assay.submissions q"
        " on o.graded_at between q.submitted_at and q.graded_at"
        f" where q.student_id = '{quiet.students[0]}'"
    )
    assert number(db, others) <= 5 * 8  # those in flight, those claimed ahead, and the round it was graded in
    assert number(db, "select count(*) from assay.jobs") > 4000


async def test_teachers_take_turns_and_a_template_comes_before_its_teachers_texts(db: str) -> None:
    school = found(db, teachers=3, students=30)
    first, second, third = (list(school.students[start::3]) for start in range(3))
    for students, assignment in zip((first, second[:4], third[:2]), school.assignments, strict=True):
        hand_in(db, students, [assignment])
    draft(db, school.teachers[0])
    taken = [(teacher, kind) for _, _, kind, teacher in claim(db, register(db), 9)]
    teachers = [teacher for teacher, _ in taken]
    assert Counter(teachers) == dict(zip(school.teachers, (4, 3, 2), strict=True))
    assert set(teachers[:3]) == set(teachers[3:6]) == set(school.teachers)
    assert [kind for _, kind in taken].index("build_template") == teachers.index(school.teachers[0])


async def test_a_teacher_has_as_many_jobs_running_over_all_workers_as_their_best_key_may_have_calls(db: str) -> None:
    school = found(db, teachers=2, students=100)
    hand_in(db, school.students, school.assignments)
    first, second = school.teachers
    rows(db, f"update assay.api_keys set calls_at_once = 13.9 where teacher_id = '{first}' and provider = 'openai'")
    one, other = register(db), register(db)
    taken = claim(db, one, 15) + claim(db, other, 100)
    assert Counter(teacher for *_, teacher in taken) == {first: 13, second: 8}
    assert claim(db, one) == claim(db, other) == []


async def test_a_class_of_thirty_is_one_round_once_its_key_has_shown_that_it_bears_it(db: str) -> None:
    school = found(db, students=30)
    hand_in(db, school.students, school.assignments)
    worker = register(db)
    assert len(claim(db, worker, 100)) == 8
    rows(db, "update assay.jobs set worker_id = null, claimed_at = null")
    rows(db, "update assay.api_keys set calls_at_once = 48")
    assert len(claim(db, worker, 100)) == 30


async def test_a_class_of_thirty_is_graded_with_ever_more_calls_at_once(db: str, ai: Running, work: Start) -> None:
    school = found(db, students=40, key="sk-sim-{}-sim:delay=0.3")
    hand_in(db, school.students, school.assignments)
    async with work(QUICK, worker_concurrency=50):
        await until(lambda: number(db, SUBMISSIONS) == 40)
    assert ai.calls.peak["anthropic"] > 8
    seen = rows(db, "select calls_at_once from assay.api_keys where last_ok_at is not null")
    assert seen == [(48,)]  # 8, and one for each call that was answered


async def test_texts_wait_in_the_queue_while_every_service_asks_to_wait(db: str, ai: Running, work: Start) -> None:
    limited = found(db, students=12, key="sk-sim-{}-sim:fail=429,retry-after=6")
    quiet = found(db)
    async with work(QUICK, worker_concurrency=8):
        await asyncio.to_thread(hand_in, db, limited.students, limited.assignments)
        await until(lambda: number(db, "select count(*) from assay.jobs where postponed > 0") >= 1)
        await until(lambda: number(db, "select count(*) from assay.jobs where worker_id is not null") == 0)
        asked = ai.calls.total
        await asyncio.to_thread(hand_in, db, quiet.students, quiet.assignments)
        await until(lambda: number(db, SUBMISSIONS) == 1)
        assert ai.calls.total == asked + 1
        assert rows(db, "select distinct failures from assay.jobs") == [(0,)]
        with psycopg.connect(db, autocommit=True) as connection:
            for provider in ("openai", "anthropic"):
                store_key(connection, limited.teachers[0], provider, "sk-sim-new")
            connection.execute("update assay.api_keys set backoff_until = '-infinity'")
        await until(lambda: number(db, SUBMISSIONS) == 13)
    assert not rows(db, OFFENCES)


async def test_a_key_makes_no_more_calls_a_day_than_its_teacher_allows(db: str, ai: Running, work: Start) -> None:
    school = found(db, students=10)
    rows(db, "update assay.api_keys set calls_per_day = 3")
    hand_in(db, school.students, school.assignments)
    async with work(QUICK), work(QUICK):
        await until(lambda: number(db, SUBMISSIONS) == 6)
        await until(lambda: number(db, "select count(*) from assay.jobs where worker_id is not null") == 0)
        assert ai.calls.total == 6
        assert rows(db, "select calls_today from assay.api_keys") == [(3,), (3,)]
        assert rows(db, "select distinct postponed, failures from assay.jobs") == [(0, 0)]
        rows(db, "update assay.api_keys set calls_on = calls_on - 1")  # the next day
        await until(lambda: number(db, SUBMISSIONS) == 10)
    assert ai.calls.total == 10
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
    rows(db, f"select assay.fail_job(id, 'ai_unavailable', 'outage') from assay.jobs")  # noqa: F541
    rows(
        db,
        "update assay.finished_jobs set finished_at = now() - interval '40 days'"
        " where id in (select id from assay.finished_jobs limit 250)",
    )
    async with work(QUICK, jobs_kept_days=39):
        await until(lambda: number(db, FINISHED) == 50)


async def test_an_old_open_transaction_does_not_make_claims_walk_what_finished(db: str) -> None:
    school = found(db, teachers=4, students=1000, each=2)
    everything = "'00000000-0000-0000-0000-000000000000'"
    worker = register(db)
    claims = f"select job_id, attempt from worker.claim_jobs({worker}, {{most}}, {KINDS}, 1000, {{since}})"
    with psycopg.connect(db) as old:
        old.execute("set transaction isolation level repeatable read")
        old.execute("select pg_current_xact_id(), count(*) from assay.jobs")
        for long_ago in (1, 0):
            rows(
                db,
                f"alter table assay.pending_submissions alter job_id set default uuidv7(interval '-{long_ago} hours')",
            )
            if long_ago:
                hand_in(db, school.students, school.assignments[::2])
                while taken := claim(db, worker, calls_per_key=1000):
                    finish(db, [(job, attempt) for job, attempt, *_ in taken])
            else:
                hand_in(db, school.students[:100], school.assignments[1::2])
        since = f"'{rows(db, 'select worker.promote_jobs()')[0][0]}'"
        walked = [pages_of(db, claims.format(most=1, since=start)) for start in (everything, since)]
    assert walked[1] < 0.5 * walked[0], walked


def pages_of(db: str, query: str) -> int:
    """How many pages a query looks at the second time, in one session."""
    with psycopg.connect(db, autocommit=True) as connection:
        connection.execute(query.encode())
        plan = connection.execute(f"explain (analyze, buffers, format json) {query}".encode()).fetchone()
    return int(plan[0][0]["Plan"]["Shared Hit Blocks"])  # type: ignore[index]


async def test_texts_that_come_in_one_statement_are_announced_without_reading_the_queue_for_each(db: str) -> None:
    school = found(db, students=2200)
    with psycopg.connect(db, autocommit=True) as connection:

        def pages(first: int, last: int) -> float:
            values = {"students": school.students[first:last], "assignments": school.assignments, "text": "Bees."}
            plan = connection.execute(f"explain (analyze, buffers, format json) {HAND_IN}".encode(), values).fetchone()
            return int(plan[0][0]["Plan"]["Shared Hit Blocks"]) / (last - first)  # type: ignore[index]

        for student in range(10):  # the session keeps a plan that was made for an empty queue
            pages(student, student + 1)
        few, many = pages(100, 200), pages(200, 2200)
    assert many < 1.5 * few, (few, many)
