"""What an operator sees of the queue, and can do: `assay jobs`."""

from uuid import uuid4

from tests.setup.console import assay
from tests.worker.conftest import QUICK, ROOT, Start, until
from tests.worker.rows import OFFENCES, found, hand_in, number, rows

BELONGS_TO_THE_DEAD = "update assay.jobs set worker_id = 1, attempt = 1, claimed_at = now()"


def jobs(db: str, *words: str) -> tuple[int, str]:
    """Runs `assay jobs …`: exit code and output."""
    done = assay("jobs", *words, cwd=ROOT, DATABASE_URL=db)
    return done.returncode, done.stdout + done.stderr


def test_an_operator_lists_shows_requeues_and_fails_jobs(db: str) -> None:
    assert jobs(db, "list") == (0, "No unfinished jobs.\n")
    school = found(db, students=2)
    kept, given_up = hand_in(db, school.students, school.assignments)
    rows(db, BELONGS_TO_THE_DEAD)
    code, listed = jobs(db, "list")
    assert code == 0
    assert [line.split()[0] for line in listed.splitlines()] == ["job_id", str(kept), str(given_up)]
    assert "running" in listed
    assert jobs(db, "requeue", str(kept)) == (0, "It is back in the queue.\n")
    code, shown = jobs(db, "show", str(kept))
    assert (code, "ready" in shown, "Bees" in shown) == (0, True, False)
    assert rows(db, f"select attempt, worker_id from assay.jobs where id = '{kept}'") == [(2, None)]
    assert jobs(db, "fail", str(given_up))[0] == 0
    assert "internal_error" in jobs(db, "show", str(given_up))[1]
    assert rows(db, "select cause from assay.finished_jobs") == [("operator",)]
    for words in (("show", str(uuid4())), ("requeue", str(given_up)), ("fail", str(given_up))):
        code, said = jobs(db, *words)
        assert code == 1
        assert "There is no such" in said
        assert "Traceback" not in said


async def test_whoever_runs_a_job_that_is_requeued_is_superseded(db: str, work: Start) -> None:
    school = found(db, key="sk-sim-{}-sim:delay=0.5")
    (job,) = hand_in(db, school.students, school.assignments)
    async with work(QUICK):
        await until(lambda: number(db, "select count(*) from assay.jobs where worker_id is not null") == 1)
        rows(db, f"select operator.requeue_job('{job}')")
        await until(lambda: number(db, "select count(*) from assay.finished_jobs") == 1)
    assert rows(db, "select attempt from assay.finished_jobs") == [(3,)]
    assert not rows(db, OFFENCES)


def test_the_view_of_the_queue_says_who_waits_and_who_is_next(db: str) -> None:
    school = found(db, teachers=2, students=6)
    hand_in(db, school.students[:4], school.assignments[:1])
    hand_in(db, school.students[4:], school.assignments[1:])
    rows(db, f"{BELONGS_TO_THE_DEAD} where id = (select id from assay.jobs order by id limit 1)")
    rows(db, "update assay.jobs set run_at = now() where id = (select id from assay.jobs order by id desc limit 1)")
    seen = rows(
        db,
        "select teacher_id, state, turn from reporting.grading_queue order by teacher_id, turn nulls last, state",
    )
    first, second = school.teachers
    assert seen == [
        (first, "ready", 2),
        (first, "ready", 3),
        (first, "ready", 4),
        (first, "running", None),
        (second, "ready", 1),
        (second, "waiting", None),
    ]
