"""Whatever dies while questions are marked: each submission is there whole or not at all, and saved answers always."""

from collections.abc import Awaitable, Callable

import psycopg
import pytest

from app.dev.simulator import Running
from tests.worker import quizzes
from tests.worker.conftest import QUICK, Process, Restarting, Spawn, Start, until
from tests.worker.quizzes import KEPT, OFFENCES, Cohort
from tests.worker.rows import ESSAY, claim, number, register, rows
from tests.worker.rows import OFFENCES as OF_THE_QUEUE

SUBMISSIONS = "select count(*) from assay.submissions"
DRAFTS = "select count(*) from assay.answers where submission_id is null"
ATTEMPTS = "select distinct attempt from assay.finished_jobs"
STOPPED = "from pg_stat_activity where application_name like 'assay worker%' and wait_event_type = 'Lock'"
EVERYTHING = OFFENCES + " union all " + OF_THE_QUEUE
MARKS = """[{"number": 1, "score": 3, "reason": "So.", "quotes_unfound": 1, "quotes": [
    {"starts_at": 0, "ends_at": 16, "words": "Bees carry pollen"},
    {"starts_at": 0, "ends_at": 17, "words": "bees  carry pollen"},
    {"starts_at": 5, "ends_at": 900, "words": "x"}]}]"""
FINISH = """
select worker.finish_markings(array[%s]::uuid[], array[%s]::integer[], array[%s]::json[], array[null], '{anthropic}',
                              '{m}', '{p}', array['[]'::json])"""
Hand = Callable[[str, int], Awaitable[Cohort]]


async def of_a_quiz(url: str, students: int) -> Cohort:
    """Answers that students saved and handed in."""
    cohort = await quizzes.with_quiz(url, students)
    quizzes.hand_in(url, cohort)
    return cohort


async def of_a_text(url: str, students: int) -> Cohort:
    """Texts that are graded by a rubric."""
    cohort = await quizzes.with_rubric(url, students)
    quizzes.hand_in(url, cohort, ESSAY)
    return cohort


def die(process: Process) -> None:
    """Without a word."""
    process.kill()
    process.wait()


@pytest.mark.parametrize("handed_in", [of_a_quiz, of_a_text])
async def test_a_worker_that_dies_between_the_answer_of_the_ai_and_the_write_loses_nothing(
    db: str, ai: Running, spawn: Spawn, work: Start, handed_in: Hand
) -> None:
    cohort = await handed_in(db, 5)
    saved = number(db, DRAFTS)
    with psycopg.connect(db) as other:
        other.execute("select from assay.students for update")  # nothing can be written now
        doomed = spawn(lease=1.0)
        await until(lambda: ai.calls.total == 5 and number(db, f"select count(*) {STOPPED}") > 0)
        die(doomed)
        rows(db, f"select pg_terminate_backend(pid) {STOPPED}")
        assert (number(db, SUBMISSIONS), number(db, DRAFTS)) == (0, saved)
    async with work(QUICK):
        await until(lambda: number(db, SUBMISSIONS) == 5)
    assert not rows(db, EVERYTHING)
    assert rows(db, ATTEMPTS) == [(2,)]
    assert number(db, DRAFTS) == 0
    assert len(cohort.students) == 5


@pytest.mark.parametrize("handed_in", [of_a_quiz, of_a_text])
async def test_a_server_that_is_killed_while_questions_are_marked_loses_nothing(
    server: Restarting, ai: Running, spawn: Spawn, handed_in: Hand
) -> None:
    cohort = await handed_in(server.url, 12)
    quizzes.keys_of(server.url, cohort.quiz.teacher, "sk-sim:delay=0.5")
    spawn(server.url)
    await until(lambda: ai.calls.total >= 5)
    server.down()
    server.up()
    await until(lambda: number(server.url, SUBMISSIONS) == 12)
    assert not rows(server.url, EVERYTHING)


async def test_marks_of_a_superseded_attempt_change_nothing(db: str) -> None:
    cohort = await quizzes.with_quiz(db)
    (job,) = quizzes.hand_in(db, cohort)
    worker = register(db)
    assert [row[:2] for row in claim(db, worker)] == [(job, 1)]
    rows(db, "update assay.jobs set worker_id = null")
    assert [row[:2] for row in claim(db, worker)] == [(job, 2)]
    with psycopg.connect(db, autocommit=True) as connection:
        assert connection.execute(FINISH, [job, 1, MARKS]).fetchall() == []
        assert (number(db, SUBMISSIONS), number(db, DRAFTS)) == (0, 2)
        assert connection.execute(FINISH, [job, 2, MARKS]).fetchall() == [(job,)]
        assert connection.execute(FINISH, [job, 2, MARKS]).fetchall() == []
    assert not rows(db, EVERYTHING)
    places = "select evidence::text, quotes_unfound, score from assay.answers where marked_by = 'ai'"
    assert rows(db, places) == [("{[0,17)}", 3, 3)]
    assert rows(db, "select score from assay.submissions") == [(7,)]


async def test_when_both_services_are_down_only_what_was_saved_is_there(db: str, ai: Running, work: Start) -> None:
    cohort = await quizzes.with_quiz(db, students=6)
    ai.outage(openai=True, anthropic=True)
    async with work(QUICK):
        quizzes.hand_in(db, cohort)
        failed = "select count(*) from assay.finished_jobs where cause = 'outage'"
        await until(lambda: number(db, failed) == 6)
        assert (number(db, SUBMISSIONS), number(db, DRAFTS), number(db, KEPT)) == (0, 12, 12)
        left = "select (select count(*) from assay.flags), (select count(*) from assay.coin_ledger)"
        assert rows(db, left) == [(0, 0)]
        ai.outage(openai=False, anthropic=False)
        quizzes.hand_in(db, cohort)
        await until(lambda: number(db, SUBMISSIONS) == 6)
    assert not rows(db, OFFENCES)
    assert number(db, DRAFTS) == 0
