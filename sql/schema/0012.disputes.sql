-- depends: 0010.questions
-- Marks that students ask to be looked at again, and what they were told.
create index answers_without_quote on assay.answers (submission_id) where marked_by = 'ai' and score > 0 and evidence is null;

create table assay.regrade_requests (
    id              uuid primary key default uuidv7(),
    teacher_id      uuid not null references assay.teachers,
    assignment_id   uuid not null references assay.assignments,
    submission_id   uuid not null references assay.submissions on delete cascade,
    question_number smallint,
    student_text    text not null,
    state           text not null default 'open',
    answer          text,
    score_before    integer not null,
    score_after     integer,
    decided_by      uuid references assay.teachers,
    created_at      timestamptz not null default now(),
    decided_at      timestamptz,
    list_order        uuid not null generated always as (case state when 'open' then id else overlay(id::text placing 'f' from 1 for 1)::uuid end) stored,
    constraint regrade_state_known   check (state in ('open', 'accepted', 'rejected', 'withdrawn')),
    constraint decision_needs_score  check ((state = 'accepted') = (score_after is not null)),
    constraint decision_has_a_time   check ((state = 'open') = (decided_at is null)),
    constraint regrade_lowers        check (score_after >= score_before)
);
create unique index regrade_request_open on assay.regrade_requests (submission_id, question_number) nulls not distinct where state = 'open';
create index regrade_requests_of_submission on assay.regrade_requests (submission_id, id);
create index regrade_requests_of_assignment on assay.regrade_requests (assignment_id, list_order);
create index regrade_requests_of_teacher    on assay.regrade_requests (teacher_id, list_order);
create index regrade_requests_decided_by    on assay.regrade_requests (decided_by) where decided_by is not null;

-- On what terms results reach students, as the query file unpacks it; nulls: as it is.
create type api.sent_terms as (autonomy text, gate_min_cases smallint, gate_min_qwk numeric, gate_max_bias numeric, regrade_days smallint);
grant usage on type api.sent_terms to assay_api;

comment on type api.sent_terms is 'What decides when results reach students and how long they may dispute them, by the columns of assay.assignments; nulls: not sent.';
comment on table assay.regrade_requests is 'One row per mark that a student asked to be looked at again. What is disputed is told by submission and number, never by a row of scores, so that a request outlives every new mark. Readable for ever by both; it goes only with its student.';
comment on column assay.regrade_requests.id              is 'The request; later ones are greater.';
comment on column assay.regrade_requests.teacher_id      is 'Whose assignment it is.';
comment on column assay.regrade_requests.assignment_id   is 'The assignment of the submission.';
comment on column assay.regrade_requests.submission_id   is 'The submission that it is about.';
comment on column assay.regrade_requests.question_number is 'The number of the question or criterion; null: the total.';
comment on column assay.regrade_requests.student_text    is 'Why, in the student''s words.';
comment on column assay.regrade_requests.state           is 'open, accepted, rejected or withdrawn (by the student).';
comment on column assay.regrade_requests.answer          is 'What the teacher said; null: nothing yet.';
comment on column assay.regrade_requests.score_before    is 'The score of the question, or the total, when it was asked.';
comment on column assay.regrade_requests.score_after     is 'What it became when the request was accepted; null: it was not.';
comment on column assay.regrade_requests.decided_by      is 'The teacher who decided; null: nobody yet, the student who withdrew it, or somebody by hand.';
comment on column assay.regrade_requests.created_at      is 'When it was asked.';
comment on column assay.regrade_requests.decided_at      is 'When it was decided or withdrawn; null: it is open.';
comment on column assay.regrade_requests.list_order        is 'Where it stands in lists: open ones first, the oldest first. Its id; of one that is not open with f as its first digit, which no id has before the year 2527.';
