"""A new kind of job is one Python file and SQL of its own; no other file knows of it."""

from pathlib import Path

import psycopg
import pytest

from app import worker as package
from app.db.queries import load, read
from app.worker import kinds
from tests.worker.conftest import QUICK, Start, until
from tests.worker.rows import found, hand_in, number, rows

MODULE = '''
"""Counts the words of a teacher's instructions."""

from app.worker.job import JobFailed, Result

LOAD, FINISH = "load_word_counts", "finish_word_counts"


async def run(job, inputs, tools):
    words = inputs["instructions"].split()
    if not words:
        raise JobFailed("not_found", "internal")
    return Result({"words": len(words)})
'''
SQL = """
insert into assay.job_kinds (kind, turn, shown_as) values ('count_words', 5, 'word count');

create table assay.word_counts (
    job_id        uuid primary key default uuidv7(),
    assignment_id uuid not null references assay.assignments
);
create table assay.counted_words (assignment_id uuid primary key references assay.assignments, words integer not null);

create function assay.enqueue_word_count() returns trigger language plpgsql set search_path = '' as $$
begin
    insert into assay.jobs (id, kind, teacher_id, subject_id)
    select new.job_id, 'count_words', a.teacher_id, a.id from assay.assignments a where a.id = new.assignment_id;
    return null;
end
$$;
create trigger enqueue_word_count after insert on assay.word_counts
    for each row execute function assay.enqueue_word_count();
create trigger erase_word_counts after delete on assay.jobs referencing old table as old_rows
    for each statement execute function assay.erase_inputs('word_counts');

create function worker.load_word_counts(job_ids uuid[]) returns table (job_id uuid, instructions text)
    language sql stable security definer set search_path = ''
begin atomic
    select w.job_id, a.instructions
      from assay.word_counts w join assay.assignments a on a.id = w.assignment_id
     where w.job_id = any (load_word_counts.job_ids);
end;

create function worker.finish_word_counts(job_ids uuid[], attempts integer[], words integer[]) returns setof uuid
    language sql volatile security definer set search_path = ''
begin atomic
    with done as (
        delete from assay.jobs j
         using unnest(finish_word_counts.job_ids, finish_word_counts.attempts, finish_word_counts.words)
                   as r (job_id, attempt, words)
         where j.id = r.job_id and j.attempt = r.attempt
        returning j.*, r.words
    ), counted as (
        insert into assay.counted_words (assignment_id, words) select d.subject_id, d.words from done d
    )
    insert into assay.finished_jobs (id, kind, teacher_id, assignment_id, attempt, created_at)
    select d.id, d.kind, d.teacher_id, d.subject_id, d.attempt, d.created_at from done d
    returning id;
end;
grant execute on function worker.load_word_counts(uuid[]) to assay_worker;
grant execute on function worker.finish_word_counts(uuid[], integer[], integer[]) to assay_worker;
"""
QUERIES = {
    "load_word_counts": """
        -- What counting words needs.
        select w.job_id, w.instructions from worker.load_word_counts(job_ids => :job_ids) as w;
    """,
    "finish_word_counts": """
        -- Words that were counted.
        select f as job_id
          from (select array_agg(r.job_id) as job_ids, array_agg(r.attempt) as attempts, array_agg(r.words) as words
                  from json_to_recordset(:results) as r (job_id uuid, attempt integer, words integer)) as sent,
               worker.finish_word_counts(job_ids => sent.job_ids, attempts => sent.attempts, words => sent.words) as f;
    """,
}
GRADED = "select count(*) from assay.submissions"


@pytest.fixture
def new_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a module `count_words`, which the package of kinds looks into too."""
    (tmp_path / "kinds").mkdir()
    (tmp_path / "kinds/count_words.py").write_text(MODULE)
    (tmp_path / "queries/worker").mkdir(parents=True)
    for name, text in QUERIES.items():
        (tmp_path / f"queries/worker/{name}.sql").write_text(text)
    monkeypatch.setattr(kinds, "__path__", [*kinds.__path__, str(tmp_path / "kinds")])
    return tmp_path / "queries"


async def test_a_new_kind_is_one_python_file_and_sql_of_its_own(db: str, work: Start, new_kind: Path) -> None:
    queries = {**load(), **{q.name: q for q in (read(new_kind, f) for f in new_kind.glob("worker/*.sql"))}}
    with psycopg.connect(db, autocommit=True) as connection:
        connection.execute("set role assay_owner")  # as `assay migrate` does
        connection.execute(SQL.encode())
    school = found(db, students=3)
    async with work(QUICK, queries=queries):
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
