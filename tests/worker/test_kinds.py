"""A new kind of job is one Python file and SQL of its own; no other file knows of it."""

from pathlib import Path

import psycopg
import pytest

from app import worker as package
from app.db.queries import load
from app.worker import kinds
from tests.worker.conftest import QUICK, Start, until
from tests.worker.new_kind import count_words
from tests.worker.rows import found, hand_in, number, rows

HERE = Path(__file__).parent / "new_kind"
GRADED = "select count(*) from assay.submissions"


async def test_a_new_kind_is_one_python_file_and_sql_of_its_own(db: str, work: Start) -> None:
    queries = load() | load(HERE / "queries")
    with psycopg.connect(db, autocommit=True) as connection:
        connection.execute("set role assay_owner")  # as `assay migrate` does
        connection.execute((HERE / "count_words.sql").read_bytes())
    school = found(db, students=3)
    async with work(QUICK, kinds={**kinds.named(), "count_words": count_words}, queries=queries):
        rows(db, f"insert into assay.word_counts (assignment_id) values ('{school.assignments[0]}')")
        hand_in(db, school.students, school.assignments)
        await until(lambda: number(db, "select count(*) from assay.finished_jobs") == 4)
    assert rows(db, "select words from assay.counted_words") == [(8,)]
    assert number(db, "select count(*) from assay.word_counts") == 0
    assert number(db, GRADED) == 3
    assert rows(db, "select status, error_code from reporting.jobs where kind = 'word count'") == [("succeeded", None)]


async def test_a_worker_takes_the_kinds_it_was_told_and_leaves_the_others(db: str, work: Start) -> None:
    school = found(db, students=3)
    hand_in(db, school.students[:2], school.assignments)
    async with work(QUICK, kinds=kinds.named(["grade_text"])):
        await until(lambda: number(db, GRADED) == 2)
        regrade = "insert into assay.pending_regrades (submission_id) select id from assay.submissions limit 1"
        rows(db, regrade)
        hand_in(db, school.students[2:], school.assignments)
        await until(lambda: number(db, GRADED) == 3)
        assert rows(db, "select kind, attempt from assay.jobs") == [("regrade_text", 0)]
    async with work(QUICK):
        await until(lambda: number(db, "select count(*) from assay.jobs") == 0)


async def test_a_job_whose_inputs_are_gone_fails_and_says_so(db: str, work: Start) -> None:
    school = found(db)
    hand_in(db, school.students, school.assignments)
    rows(db, "delete from assay.pending_submissions")
    async with work(QUICK):
        await until(lambda: number(db, "select count(*) from assay.finished_jobs") == 1)
    assert rows(db, "select error_code, cause from assay.finished_jobs") == [("not_found", "internal")]


def test_a_kind_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(
        package.KindUnknown, match="no kind of job named weigh_text; there are build_rubric, build_template, grade"
    ):
        kinds.named(["grade_text", "weigh_text"])


def test_every_kind_of_the_database_has_its_module(db: str) -> None:
    listed = {row[0] for row in rows(db, "select kind from assay.job_kinds")}
    assert listed == set(kinds.named())
