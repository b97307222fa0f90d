-- The queue: only live work is in assay.jobs; what clients may still ask about is in assay.finished_jobs.
-- A job holds what scheduling needs. What its kind needs is a row of a table of its own, which makes the job by trigger.
create table assay.job_kinds (
    kind     text primary key,
    turn     smallint not null,
    shown_as text not null,
    share    numeric not null default 1,
    constraint share_of_calls        check (share > 0 and share <= 1),
    constraint kind_is_a_module_name check (kind ~ '^[a-z][a-z0-9_]{0,62}$')
);

create table assay.claim_lock (
    only_row boolean primary key default true,
    constraint one_claim_lock check (only_row)
);
insert into assay.claim_lock default values;

create table assay.workers (
    id          integer generated always as identity primary key,
    slot        text not null,
    backend_pid integer not null default pg_backend_pid(),
    lease_until timestamptz not null,
    started_at  timestamptz not null default now()
) with (
    fillfactor = 50,
    autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0,
    vacuum_truncate = off
);

create table assay.jobs (
    id         uuid primary key default uuidv7(),
    kind       text not null,
    teacher_id uuid not null references assay.teachers,
    student_id uuid references assay.students on delete cascade,
    subject_id uuid not null,
    attempt    integer not null default 0,
    failures   smallint not null default 0,
    postponed  smallint not null default 0,
    worker_id  integer,
    run_at     timestamptz,
    claimed_at timestamptz,
    created_at timestamptz not null default now(),
    traceparent text default nullif(current_setting('request.traceparent', true), ''),
    constraint traceparent_well_formed check (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'),
    constraint kind_known         foreign key (kind) references assay.job_kinds,
    constraint waiting_or_running check (num_nonnulls(worker_id, run_at) <= 1)
) with (
    fillfactor = 80,
    autovacuum_vacuum_threshold = 500,   autovacuum_vacuum_scale_factor = 0,
    autovacuum_analyze_threshold = 2000, autovacuum_analyze_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_vacuum_cost_delay = 0,
    vacuum_truncate = off
);
-- What each teacher has ready, by kind; what each teacher has running; and what waits for its time.
create index jobs_ready   on assay.jobs (kind, teacher_id, id) where worker_id is null and run_at is null;
create index jobs_running on assay.jobs (teacher_id, id)       where worker_id is not null;
create index jobs_waiting on assay.jobs (run_at)               where run_at is not null;
create index jobs_waiting_of_teacher on assay.jobs (teacher_id, id) where run_at is not null;

-- What waits for the work of the kinds below.
create table assay.pending_submissions (
    job_id        uuid primary key default uuidv7(),
    student_id    uuid not null,
    assignment_id uuid not null references assay.assignments,
    content       assay.content not null,
    submitted_at  timestamptz not null default now(),
    collected_at  timestamptz,
    constraint submission_pending unique (assignment_id, student_id)
) with (
    autovacuum_vacuum_threshold = 500,   autovacuum_vacuum_scale_factor = 0,
    autovacuum_analyze_threshold = 2000, autovacuum_analyze_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_vacuum_cost_delay = 0,
    vacuum_truncate = off
);

-- What a student waits for; of the queue itself an index more would be written at every claim.
create index pending_submissions_of_student on assay.pending_submissions (student_id, job_id);

create table assay.pending_regrades (
    job_id                uuid primary key default uuidv7(),
    submission_id         uuid not null references assay.submissions on delete cascade,
    replace_teacher_score boolean not null default false,
    constraint regrade_pending unique (submission_id)
);

create table assay.assignment_drafts (
    job_id          uuid primary key default uuidv7(),
    assignment_id   uuid not null references assay.assignments,
    teacher_id      uuid not null references assay.teachers,
    class_id        uuid,
    title           assay.title not null,
    instructions    assay.instructions not null,
    deadline        timestamptz not null,
    max_score       integer,
    with_rubric     boolean not null default false,
    constraint assignment_not_ready   unique (assignment_id),
    constraint class_is_own           foreign key (class_id, teacher_id) references assay.classes (id, teacher_id),
    constraint max_score_in_range     check (max_score between 1 and 1000000)
);

create table assay.finished_jobs (
    id             uuid primary key,
    kind           text not null,
    teacher_id     uuid not null references assay.teachers,
    student_id     uuid references assay.students on delete cascade,
    assignment_id  uuid,
    submission_id  uuid,
    score          integer,
    error_code     text,
    cause          text,
    maxima_seen    integer[],
    content_sha256 bytea,
    attempt        integer not null,
    created_at     timestamptz not null,
    finished_at    timestamptz not null default now(),
    constraint error_code_known    foreign key (error_code) references assay.error_codes,
    constraint failure_has_a_cause check ((error_code is null) = (cause is null)),
    constraint cause_known         check (cause in ('text', 'outage', 'rule', 'operator', 'internal'))
);
create index finished_jobs_by_time    on assay.finished_jobs (finished_at);
create index finished_jobs_of_student on assay.finished_jobs (student_id, id) where student_id is not null;
create index finished_jobs_of_teacher on assay.finished_jobs (teacher_id, id);
create index failed_jobs_of_teacher   on assay.finished_jobs (teacher_id, id) where error_code is not null;
create index finished_jobs_lost_texts on assay.finished_jobs (student_id, assignment_id, content_sha256) where content_sha256 is not null;

comment on table assay.job_kinds is 'The kinds of jobs. Each is a module of app/worker/kinds, a table of what waits for it, functions that load and store, and a row here.';
comment on column assay.job_kinds.kind     is 'The name of its module.';
comment on column assay.job_kinds.turn     is 'Of a teacher''s jobs, those of a smaller turn come first; of equal ones the older.';
comment on column assay.job_kinds.share    is 'The part of a teacher''s calls at once that such jobs may take up (at least one call): the rest stays free for jobs of smaller turns.';
comment on column assay.job_kinds.shown_as is 'Its name in the HTTP API and in views.';
comment on table assay.claim_lock is 'One row, locked by whoever claims jobs or registers a worker: one at a time. No role but the owner reaches it, so nobody else can hold it.';
comment on column assay.claim_lock.only_row is 'True.';
comment on table assay.workers is 'One row per living worker process. Its lease covers all the jobs it runs; a job under no living worker goes back to the queue.';
comment on column assay.workers.id          is 'The number that jobs name it by.';
comment on column assay.workers.slot        is 'Host and number: the first on this host that no living connection has registered for. Whoever gets the slot of another knows that it is gone.';
comment on column assay.workers.backend_pid is 'The server process of the worker''s own connection (pg_stat_activity.pid).';
comment on column assay.workers.lease_until is 'Extended by every heartbeat; when it has passed, the worker is given up for dead.';
comment on column assay.workers.started_at  is 'When it registered.';
comment on table assay.jobs is 'Work that is not finished. Ready: worker_id and run_at are null. Running: worker_id is set. Waiting: run_at is set. A finished job leaves this table in the transaction that writes its result, and what waited for it goes with it.';
comment on column assay.jobs.id         is 'The job; later ones are greater.';
comment on column assay.jobs.kind       is 'What is to be done: a row of assay.job_kinds.';
comment on column assay.jobs.teacher_id is 'Whose AI keys pay for it, and in whose turn it is done.';
comment on column assay.jobs.student_id is 'Whose work it is about; null when it is nobody''s.';
comment on column assay.jobs.subject_id is 'What it is about: an assignment or a submission. Not a foreign key.';
comment on column assay.jobs.attempt    is 'Goes up at every claim. Finishing names it, so that a worker that was given up for dead changes nothing (the fence).';
comment on column assay.jobs.failures   is 'How many workers died with it.';
comment on column assay.jobs.postponed  is 'How often it went back to the queue because every service had asked to wait.';
comment on column assay.jobs.worker_id  is 'The worker that runs it; null while it is ready or waiting.';
comment on column assay.jobs.run_at     is 'Not to be claimed before; null when it is ready or running.';
comment on column assay.jobs.claimed_at is 'Since when it runs; null while it does not.';
comment on column assay.jobs.created_at is 'When it was accepted.';
comment on column assay.jobs.traceparent is 'The trace of the request that began it (W3C Trace Context), which the query of the request sets for its transaction; null: there was none. No rule looks at it.';
comment on table assay.pending_submissions is 'Texts, and answers as text, that wait to be graded: then they move to assay.submissions, or are erased when their job fails.';
comment on column assay.pending_submissions.job_id        is 'The job that grades it; made by trigger.';
comment on column assay.pending_submissions.student_id    is 'Who handed it in. The job''s foreign key sees to it that there is such a student.';
comment on column assay.pending_submissions.assignment_id is 'What it was handed in for.';
comment on column assay.pending_submissions.content       is 'The text as it was sent.';
comment on column assay.pending_submissions.submitted_at  is 'When it was accepted: what its deadline is judged by. Of what was collected: when it was last saved.';
comment on column assay.pending_submissions.collected_at  is 'When saved answers were handed in for a student who had not; null: the student did.';
comment on table assay.pending_regrades is 'Submissions that wait to be graded again.';
comment on column assay.pending_regrades.job_id                is 'The job that does it; made by trigger.';
comment on column assay.pending_regrades.submission_id         is 'What is graded again.';
comment on column assay.pending_regrades.replace_teacher_score is 'True: also a score that a person gave is replaced.';
comment on table assay.assignment_drafts is 'What an assignment will be once its template is built: a new one, which is published then, or one whose instructions change. When the job fails the draft goes, and with it an assignment that never had one.';
comment on column assay.assignment_drafts.job_id        is 'The job that builds the template; made by trigger.';
comment on column assay.assignment_drafts.teacher_id    is 'Whose it is.';
comment on column assay.assignment_drafts.class_id      is 'The class it will be for; null: all of the teacher''s.';
comment on column assay.assignment_drafts.title         is 'Its title then.';
comment on column assay.assignment_drafts.instructions  is 'Its instructions then: what the template is built from.';
comment on column assay.assignment_drafts.deadline      is 'Its deadline then.';
comment on column assay.assignment_drafts.max_score     is 'The maximum the teacher gave; null: it is read from the instructions.';
comment on column assay.assignment_drafts.with_rubric   is 'True: criteria are built, and the template is the rubric written out.';
comment on table assay.finished_jobs is 'What became of each job, for clients that ask; pruned after 30 days.';
comment on column assay.finished_jobs.id             is 'The job.';
comment on column assay.finished_jobs.kind           is 'Its kind. Not a foreign key: the row says what was.';
comment on column assay.finished_jobs.teacher_id     is 'Whose AI keys paid for it.';
comment on column assay.finished_jobs.student_id     is 'Whose work it was about; null when it was nobody''s.';
comment on column assay.finished_jobs.assignment_id  is 'The assignment; null when a first template failed. Not a foreign key: the row says what was.';
comment on column assay.finished_jobs.submission_id  is 'The submission; null for templates and for texts that were not graded. Not a foreign key.';
comment on column assay.finished_jobs.score          is 'The score that was given; null for templates and failures.';
comment on column assay.finished_jobs.error_code     is 'Null: it succeeded. Else why it failed, as in assay.error_codes.';
comment on column assay.finished_jobs.cause          is 'Why it failed: text (a service refused what was sent, or said nothing usable about it), outage (no service could be asked, or none answered), rule (of the database), operator (one ended it by hand), internal (a fault of assay, or three workers died with it). Null: it succeeded.';
comment on column assay.finished_jobs.maxima_seen    is 'For max_score_unclear: the numbers that could have been meant.';
comment on column assay.finished_jobs.content_sha256 is 'Of a text that was not graded: its SHA-256 (assay.text_digest), never the text.';
comment on column assay.finished_jobs.attempt        is 'How often it was claimed.';
comment on column assay.finished_jobs.created_at     is 'When it was accepted.';
comment on column assay.finished_jobs.finished_at    is 'When it ended.';

insert into assay.job_kinds (kind, turn, shown_as) values
    ('build_template',    10, 'template'),
    ('build_rubric',      10, 'template'),
    ('grade_text',        20, 'grading'),
    ('regrade_text',      20, 'grading'),
    ('grade_questions',   20, 'grading'),
    ('regrade_questions', 20, 'grading');
