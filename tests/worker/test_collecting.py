"""Workers hand in what was saved, when the deadline has passed."""

from app.dev.simulator import Running
from tests.worker.conftest import QUICK, Start, until
from tests.worker.quizzes import OFFENCES as OF_QUIZZES
from tests.worker.quizzes import close, with_quiz
from tests.worker.rows import OFFENCES, number, rows

SUBMISSIONS = "select count(*) from assay.submissions"
FAILED = "select count(*) from assay.finished_jobs where cause = 'outage'"
A_MINUTE_AGO = """
begin;
set local session_replication_role = replica;
update assay.finished_jobs set finished_at = finished_at - interval '1 minute';
commit"""


async def test_two_workers_collect_what_was_saved_and_an_ai_marks_it_once(db: str, ai: Running, work: Start) -> None:
    cohort = await with_quiz(db, students=20)
    async with work(QUICK), work(QUICK):
        close(db, cohort)
        await until(lambda: number(db, SUBMISSIONS) == 20)
    assert not rows(db, OFFENCES + " union all " + OF_QUIZZES)
    assert ai.calls.total == 20
    reasons = "select distinct reason from assay.audit where table_name = 'submissions'"
    assert rows(db, reasons) == [("collected at the deadline",)]


async def test_what_an_outage_keeps_from_being_collected_is_collected_after_it(
    db: str, ai: Running, work: Start
) -> None:
    cohort = await with_quiz(db, students=2)
    ai.outage(openai=True, anthropic=True)
    async with work(QUICK):
        close(db, cohort)
        await until(lambda: number(db, FAILED) == 2)
        assert number(db, SUBMISSIONS) == 0
        rows(db, A_MINUTE_AGO)
        await until(lambda: number(db, FAILED) == 4)
        ai.outage(openai=False, anthropic=False)
        rows(db, A_MINUTE_AGO)
        await until(lambda: number(db, SUBMISSIONS) == 2)
    assert not rows(db, OF_QUIZZES)
