-- The queue: only live work is in assay.jobs; what clients may still ask about is in assay.finished_jobs.
create table assay.workers (
    id          integer generated always as identity primary key,
    seat        text not null,
    lease_until timestamptz not null,
    started_at  timestamptz not null default now()
) with (
    fillfactor = 50,
    autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0,
    vacuum_truncate = off
);

create table assay.jobs (
    id                    uuid primary key default uuidv7(),
    kind                  text not null,
    teacher_id            uuid not null references assay.teachers,
    student_id            uuid references assay.students on delete cascade,
    assignment_id         uuid references assay.assignments,
    submission_id         uuid references assay.submissions on delete cascade,
    content               text,
    replace_teacher_score boolean not null default false,
    draft_title           text,
    draft_instructions    text,
    draft_deadline        timestamptz,
    draft_class_id        uuid,
    draft_max_score       integer,
    attempt               integer not null default 0,
    failures              smallint not null default 0,
    postponed             smallint not null default 0,
    worker_id             integer,
    run_at                timestamptz,
    claimed_at            timestamptz,
    created_at            timestamptz not null default now(),
    constraint kind_known         check (kind in ('template', 'grading')),
    constraint grading_has_a_text
        check (kind <> 'grading' or (num_nulls(student_id, assignment_id) = 0 and num_nonnulls(content, submission_id) = 1)),
    constraint template_has_a_draft
        check (kind <> 'template' or num_nulls(draft_title, draft_instructions, draft_deadline) = 0),
    constraint content_not_blank check (  -- blanks, controls and what nobody can see do not count
        content ~ '[^\s\u0001-\u0020\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]'),
    constraint title_not_blank        check (draft_title ~ '\S' and length(draft_title) <= 300),
    constraint instructions_not_blank check (draft_instructions ~ '\S'),
    constraint max_score_in_range     check (draft_max_score between 1 and 1000000),
    constraint class_is_own           foreign key (draft_class_id, teacher_id) references assay.classes (id, teacher_id),
    constraint waiting_or_running     check (num_nonnulls(worker_id, run_at) <= 1)
) with (
    fillfactor = 80,
    autovacuum_vacuum_threshold = 500,   autovacuum_vacuum_scale_factor = 0,
    autovacuum_analyze_threshold = 2000, autovacuum_analyze_scale_factor = 0,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_vacuum_cost_delay = 0,
    vacuum_truncate = off
);
-- Three rules that are indexes; their names are the error codes.
create unique index submission_pending   on assay.jobs (assignment_id, student_id) where kind = 'grading' and submission_id is null;
create unique index assignment_not_ready on assay.jobs (assignment_id)             where kind = 'template';
create unique index regrade_pending      on assay.jobs (submission_id)             where submission_id is not null;
-- Each teacher's line of ready work, templates first; what each teacher has running; and what waits for its time.
create index jobs_ready   on assay.jobs (teacher_id, kind desc, id) where worker_id is null and run_at is null;
create index jobs_running on assay.jobs (teacher_id, id)            where worker_id is not null;
create index jobs_waiting on assay.jobs (run_at)                    where run_at is not null;

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
    constraint error_code_known     foreign key (error_code) references assay.error_codes,
    constraint cause_known          check (cause in ('text', 'outage', 'operator', 'internal'))
);
create index finished_jobs_by_time    on assay.finished_jobs (finished_at);
create index finished_jobs_of_student on assay.finished_jobs (student_id)                                where student_id is not null;
create index finished_jobs_lost_texts on assay.finished_jobs (student_id, assignment_id, content_sha256) where content_sha256 is not null;

comment on table assay.workers is 'One row per living worker process. Its lease covers all the jobs it runs; a job under no living worker goes back to the line.';
comment on column assay.workers.id         is 'The number that jobs name it by.';
comment on column assay.workers.started_at is 'When it joined.';
comment on column assay.workers.seat        is 'Host and number. The worker''s own connection holds the seat''s advisory lock: whoever gets it knows that the one who sat there is gone.';
comment on column assay.workers.lease_until is 'Extended by every heartbeat; when it has passed, the worker is given up for dead.';
comment on table assay.jobs is 'Work that is not finished: templates to build and texts to grade. Ready: worker_id and run_at are null. Running: worker_id is set. Waiting: run_at is set. A finished job leaves this table in the transaction that writes its result.';
comment on column assay.jobs.id         is 'The job; later ones are greater.';
comment on column assay.jobs.student_id is 'Whose text is graded; null for templates.';
comment on column assay.jobs.claimed_at is 'Since when it runs; null while it does not.';
comment on column assay.jobs.created_at is 'When it was accepted: what the deadline of a text is judged by.';
comment on column assay.jobs.kind          is 'template or grading.';
comment on column assay.jobs.teacher_id    is 'Whose AI keys pay for it, and in whose line it stands.';
comment on column assay.jobs.assignment_id is 'Null for the template of an assignment that does not exist yet.';
comment on column assay.jobs.submission_id is 'Set when an existing submission is graded again.';
comment on column assay.jobs.content       is 'The text to be graded, until it is: then it moves to assay.submissions, or is erased if every AI service failed. Null when a submission is graded again.';
comment on column assay.jobs.replace_teacher_score is 'A regrade may replace a score that a person gave.';
comment on column assay.jobs.draft_title        is 'Template jobs: the title the assignment gets when the template is built.';
comment on column assay.jobs.draft_instructions is 'Template jobs: the instructions the assignment gets when the template is built.';
comment on column assay.jobs.draft_deadline     is 'Template jobs: the deadline the assignment gets when the template is built.';
comment on column assay.jobs.draft_class_id     is 'Template jobs: the class the assignment is for; null for all of the teacher''s.';
comment on column assay.jobs.draft_max_score    is 'Template jobs: the maximum the teacher gave; null: read it from the instructions.';
comment on column assay.jobs.attempt   is 'Goes up at every claim. Finishing names it, so that a worker that was given up for dead changes nothing (the fence).';
comment on column assay.jobs.failures  is 'How many workers died with it.';
comment on column assay.jobs.postponed is 'How often it went back to the line because every key it could be asked with was cooling.';
comment on column assay.jobs.worker_id is 'The worker that runs it; null while it is ready or waiting.';
comment on column assay.jobs.run_at    is 'Not to be claimed before; null when it is ready or running.';
comment on table assay.finished_jobs is 'What became of each job, for clients that ask; pruned after 30 days.';
comment on column assay.finished_jobs.id            is 'The job.';
comment on column assay.finished_jobs.kind          is 'template or grading.';
comment on column assay.finished_jobs.teacher_id    is 'Whose AI keys paid for it.';
comment on column assay.finished_jobs.student_id    is 'Whose text was graded; null for templates.';
comment on column assay.finished_jobs.assignment_id is 'The assignment; null when a first template failed. Not a foreign key: the row says what was.';
comment on column assay.finished_jobs.submission_id is 'The submission; null for templates and for texts that were not graded. Not a foreign key.';
comment on column assay.finished_jobs.created_at    is 'When it was accepted.';
comment on column assay.finished_jobs.finished_at   is 'When it ended.';
comment on column assay.finished_jobs.score          is 'The score that was given; null for templates and failures.';
comment on column assay.finished_jobs.error_code     is 'Null: it succeeded. Else why it failed, as in assay.error_codes.';
comment on column assay.finished_jobs.cause          is 'Whose failure it was: text (every service refused the text, or said nothing usable about it), outage (no service could be asked, or the worker lost it), operator (one ended it by hand), internal (a fault of assay). Null: it succeeded, or nobody said.';
comment on column assay.finished_jobs.maxima_seen    is 'For max_score_unclear: the numbers that could have been meant.';
comment on column assay.finished_jobs.content_sha256 is 'Failed gradings: SHA-256 of the text in UTF-8, never the text. The same text may be handed in again within 24 hours of finished_at.';
comment on column assay.finished_jobs.attempt        is 'How often it was claimed.';
