"""The statements that set the stage for a round: jobs put in, what is left, everything clean, a million old texts."""

from collections.abc import Mapping, Sequence

# What is in each queue's table when a drain begins, and what is left of it.
PRELOAD: Mapping[str, Sequence[str]] = {
    "assay": (
        "insert into assay.pending_submissions (student_id, assignment_id, content)"
        " select s.student, s.assignment, s.content from {script} s",
        "insert into assay.pending_submissions (student_id, assignment_id, content)"
        " select s.student, s.assignment, '-' from {script} s",
    ),
    "bare": (
        "insert into bench.jobs (student, assignment, content)"
        " select s.student, s.assignment, s.content from {script} s",
        "insert into bench.jobs (student) select null from {script} s",
    ),
    "graphile-worker": (
        "select count(*) from (select graphile_worker.add_job('grade', json_build_object("
        "'student', s.student, 'assignment', s.assignment, 'content', s.content)) from {script} s) x",
        "select count(*) from (select graphile_worker.add_job('grade') from {script} s) x",
    ),
    "pgqueuer": (
        "insert into pgqueuer (priority, entrypoint, payload, status)"
        " select 0, 'grade', convert_to(json_build_array(s.student, s.assignment, s.content)::text, 'UTF8'), 'queued'"
        " from {script} s",
        "insert into pgqueuer (priority, entrypoint, status) select 0, 'grade', 'queued' from {script} s",
    ),
    "procrastinate": (
        "insert into procrastinate_jobs (queue_name, task_name, args) select 'default', 'grade', json_build_object("
        "'student', s.student, 'assignment', s.assignment, 'content', s.content) from {script} s",
        "insert into procrastinate_jobs (queue_name, task_name, args)"
        " select 'default', 'grade', '{{}}' from {script} s",
    ),
}
SCRIPT = "(select * from bench.script where n > {after} and n <= {until} order by n)"
LEFT = {
    "assay": "select count(*) from assay.jobs",
    "bare": "select count(*) from bench.jobs",
    "graphile-worker": "select count(*) from graphile_worker._private_jobs",
    "pgqueuer": "select count(*) from pgqueuer",
    "procrastinate": "select count(*) from procrastinate_jobs",
}
CLEAN = """
set session_replication_role = replica;
truncate assay.submissions, assay.submission_counts,
         assay.coin_ledger, assay.finished_jobs, assay.flags, assay.pending_submissions, assay.pending_regrades,
         assay.jobs, bench.jobs;
update assay.students set total_gold_coins = 0 where total_gold_coins <> 0;
"""
EMPTY = {
    "graphile-worker": "truncate graphile_worker._private_jobs",
    "pgqueuer": "truncate pgqueuer, pgqueuer_log",
    "procrastinate": "truncate procrastinate_jobs cascade",
}
# A million texts of earlier years, twenty for each student, with all that was written about them.
SEED = """
set session_replication_role = replica;
create temporary table leavers as
select uuidv7(interval '-1 year') as id, n from generate_series(1, {many} / 20) n;
insert into assay.students (id, name, email, email_verified_at)
select id, 'Old ' || n, 'old-' || n || '@example.org', now() from leavers;
create temporary table old as
select uuidv7(interval '-40 days' + n.n * interval '1 millisecond') as id, s.id as student,
       uuidv7(interval '-1 year') as assignment
  from generate_series(1, {many}) n
  join leavers s on s.n = 1 + n.n % ({many} / 20);
insert into assay.submissions (id, student_id, assignment_id, content, score, original_score, submitted_at, graded_at)
select id, student, assignment, 'Long ago.', 0, 0, now() - interval '1 year', now() - interval '1 year' from old;
insert into assay.coin_ledger (student_id, submission_id, assignment_id, score, coins, reason, actor)
select student, id, assignment, 0, 0, 'graded', 'ai' from old;
insert into assay.finished_jobs (id, kind, teacher_id, student_id, assignment_id, submission_id, score, attempt,
                                 created_at)
select id, 'grade_text', (select id from assay.teachers limit 1), student, assignment, id, 0, 1,
       now() - interval '1 hour'
  from old;
drop table old, leavers;
"""
