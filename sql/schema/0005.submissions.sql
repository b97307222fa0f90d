-- Graded texts, what each looked like to the flag rules, and the ledger of coins.
create table assay.submissions (
    id             uuid primary key default uuidv7(),
    student_id     uuid not null references assay.students on delete cascade,
    assignment_id  uuid not null references assay.assignments,
    content        assay.content not null,
    score          integer not null,
    original_score integer not null,
    feedback       text,
    comment        text,
    commented_at   timestamptz,
    adjustment     integer not null default 0,
    provider       text,
    model          text,
    prompt_version text,
    submitted_at   timestamptz not null default now(),
    graded_at      timestamptz not null default now(),
    released_at    timestamptz default now(),
    constraint already_submitted  unique (student_id, assignment_id),
    constraint feedback_not_huge  check (length(feedback) <= 20000),
    constraint comment_not_huge   check (length(comment) <= 1000)
) with (toast_tuple_target = 512);  -- as those of assignments
-- Sorted otherwise, the submissions of one assignment are read from here and put into order.
create index submissions_of_assignment on assay.submissions (assignment_id, id) include (student_id, score, submitted_at);
create unique index submissions_of_student on assay.submissions (student_id, id) include (score);  -- unique for answer_of_submission
create index submissions_held          on assay.submissions (assignment_id, id) where released_at is null;

create table assay.flags (
    submission_id uuid not null references assay.submissions on delete cascade,
    kind          text not null,
    starts_at     integer not null,
    ends_at       integer not null,
    constraint flagged_once  primary key (submission_id, starts_at, kind, ends_at),  -- in the order in which they are shown
    constraint flag_in_order check (0 <= starts_at and starts_at <= ends_at)
);

create table assay.coin_ledger (
    id             uuid primary key default uuidv7(),
    student_id     uuid not null references assay.students on delete cascade,
    submission_id  uuid not null,
    assignment_id  uuid not null references assay.assignments,
    score          integer,
    coins          integer not null,
    reason         text not null,
    actor          text not null,
    login          text not null default session_user,
    teacher_id     uuid references assay.teachers,
    provider       text,
    model          text,
    prompt_version text,
    created_at     timestamptz not null default clock_timestamp(),
    constraint reason_known check (reason in ('graded', 'regraded', 'edited', 'removed')),
    constraint actor_known  check (actor in ('ai', 'teacher', 'student', 'visitor', 'operator'))
);
create index coin_ledger_of_student    on assay.coin_ledger (student_id, id) include (coins);
create index coin_ledger_of_submission on assay.coin_ledger (submission_id, id);

comment on table assay.submissions is 'The junction of students and assignments: one row per text that was handed in and graded, with its current score. A text that waits to be graded is in assay.pending_submissions.';
comment on column assay.submissions.student_id    is 'Who handed it in.';
comment on column assay.submissions.assignment_id is 'What it was handed in for.';
comment on column assay.submissions.feedback      is 'What the teacher wrote about it; null: nothing.';
comment on column assay.submissions.comment        is 'What the marker says to the student; null: nothing. Feedback stays the teacher''s.';
comment on column assay.submissions.commented_at   is 'When a person wrote the comment, which a regrade then keeps; null: the marker did.';
comment on column assay.submissions.adjustment     is 'What a person added to the sum of its answers (taken off: negative); the score is their sum.';
comment on column assay.submissions.content        is 'The text as it was sent, unchanged for ever (submission_immutable).';
comment on column assay.submissions.score          is 'The current score in gold coins, 0 to the assignment''s maximum.';
comment on column assay.submissions.original_score is 'The first score it was given.';
comment on column assay.submissions.provider       is 'AI service that gave the current score; null when a person did.';
comment on column assay.submissions.model          is 'Model that gave the current score; null when a person did.';
comment on column assay.submissions.prompt_version is 'Hash of the prompt files the current score was asked for with; null when a person gave it.';
comment on column assay.submissions.submitted_at   is 'When the text arrived, by the database''s clock: what the deadline is judged by.';
comment on column assay.submissions.graded_at      is 'When the current score was given.';
comment on column assay.submissions.released_at  is 'Since when its result counts and its student may learn of it; never moved. Null: it is held (assignments.autonomy).';
comment on table assay.flags is 'What looked like an attempt to talk to the grader, by place in the text. Advisory: no score depends on it.';
comment on column assay.flags.submission_id is 'The text it was seen in.';
comment on column assay.flags.kind      is 'override_phrase, role_marker, fake_delimiter, invisible_chars, mixed_script, template_syntax, copy_of_instructions, …';
comment on column assay.flags.starts_at is 'First character of the place, counted from 0 in code points.';
comment on column assay.flags.ends_at   is 'The character after its last.';
comment on table assay.coin_ledger is 'Every score that was ever given, and the coins it moved. Rows are never changed; they go only with their student. A student''s total is their sum.';
comment on column assay.coin_ledger.id             is 'The row of the ledger; later ones are greater.';
comment on column assay.coin_ledger.student_id     is 'Whose coins moved.';
comment on column assay.coin_ledger.assignment_id  is 'What was graded.';
comment on column assay.coin_ledger.provider       is 'AI service that gave the score; null when a person did.';
comment on column assay.coin_ledger.model          is 'Model that gave the score; null when a person did.';
comment on column assay.coin_ledger.prompt_version is 'Hash of the prompt files the score was asked for with; null when a person gave it.';
comment on column assay.coin_ledger.created_at     is 'When, by the clock of the moment.';
comment on column assay.coin_ledger.submission_id is 'Not a foreign key: the row outlives its submission.';
comment on column assay.coin_ledger.score   is 'The score from this row on; null when the submission was removed.';
comment on column assay.coin_ledger.coins   is 'Gold coins paid (positive) or taken back (negative): the new score less the old one.';
comment on column assay.coin_ledger.reason  is 'graded, regraded, edited (by a teacher or by hand in psql) or removed.';
comment on column assay.coin_ledger.actor   is 'ai, teacher or operator: the command line, or somebody by hand.';
comment on column assay.coin_ledger.login   is 'The database role that had logged in, whoever acted.';
comment on column assay.coin_ledger.teacher_id is 'The teacher who edited the score; null otherwise.';
