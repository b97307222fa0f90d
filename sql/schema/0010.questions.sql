-- depends: 0009.audit
-- What earns coins in an assignment, question by question, and what students answered.
create table assay.questions (
    id            uuid primary key default uuidv7(),
    assignment_id uuid not null references assay.assignments on delete cascade,
    number        smallint not null,
    kind          text not null,
    title         text,
    prompt        text not null,
    max_score     integer not null,
    partial       boolean not null default true,
    guide         text,
    solution      text,
    explanation   text,
    bloom         text,
    approved_at   timestamptz,
    voided_at     timestamptz,
    key_corrected_at timestamptz,
    created_at    timestamptz not null default now(),
    constraint question_kind_known     check (kind in ('criterion', 'open', 'choice', 'choices', 'matching', 'ordering', 'gaps', 'short', 'number')),
    constraint question_number_taken   unique (assignment_id, number) deferrable initially deferred,
    constraint bloom_known             check (bloom in ('remember', 'understand', 'apply', 'analyse', 'evaluate', 'create')),
    constraint question_score_in_range check (max_score between 1 and 1000),
    constraint question_text_not_huge  check (greatest(length(guide), length(solution), length(explanation)) <= 10000)
);
-- Each text that is handed in asks whether there are any (assay.has_rubric): without it that is planned anew each time.
create index criteria_of_assignment on assay.questions (assignment_id) where kind = 'criterion' and approved_at is not null;

create table assay.options (
    question_id uuid not null references assay.questions on delete cascade,
    number      smallint not null,
    key         smallint not null,
    text        text,
    pair        text,
    place       smallint,
    indent      smallint,
    tolerance   numeric,
    score       integer,
    feedback    text,
    constraint option_number_taken primary key (question_id, number),
    constraint option_key_taken    unique (question_id, key) deferrable initially deferred,
    constraint option_not_huge     check (greatest(length(text), length(pair), length(feedback)) <= 2000),
    constraint option_score_in_range check (score between 0 and 1000),
    constraint number_unreadable   check (tolerance >= 0 and tolerance < 'Infinity')  -- NaN is greater than that
);

create table assay.answers (
    id             uuid primary key default uuidv7(),
    student_id     uuid not null,
    question_id    uuid not null references assay.questions on delete cascade,
    attempt        smallint not null default 1,
    submission_id  uuid,
    -- That the student exists is known by the submission, or of a draft by this column: one lookup for a row, not two.
    drafted_by     uuid generated always as (case when submission_id is null then student_id end) stored
                   references assay.students on delete cascade,
    picked         smallint[],
    indents        smallint[],
    texts          text[],
    score          integer,
    marked_by      text,
    reason         text,
    evidence       int4multirange,
    quotes_unfound smallint not null default 0,
    provider       text,
    model          text,
    prompt_version text,
    saved_at       timestamptz not null default now(),
    checked_at     timestamptz,
    marked_at      timestamptz,
    constraint answered_once           unique (student_id, question_id, attempt),
    constraint answer_of_submission    foreign key (submission_id, student_id)
                                       references assay.submissions (id, student_id) on delete cascade,
    constraint answer_marked_by_known  check (marked_by in ('database', 'ai', 'teacher')),
    constraint marker_named            check (coalesce(marked_by = 'ai', false) = (provider is not null)),
    constraint marked_with_a_score     check ((score is null) = (marked_by is null)),
    constraint draft_is_not_marked     check (score is null or num_nonnulls(submission_id, checked_at) > 0),
    constraint attempt_in_order        check (attempt >= 1),
    constraint reason_not_huge         check (length(reason) <= 1000)
);
create unique index one_answer_counts on assay.answers (submission_id, question_id) where submission_id is not null;
create index drafts_of_student on assay.answers (drafted_by) where drafted_by is not null;
create index answers_of_question on assay.answers (question_id, submission_id) include (score);

-- What a student sends of an answer, as the query file unpacks it.
create type api.sent_answer as (number integer, picked smallint[], indents smallint[], texts text[]);
grant usage on type api.sent_answer to assay_api;

comment on type api.sent_answer is 'An answer to the question with that number, by the columns of assay.answers; nulls: a blank one.';
comment on table assay.questions is 'What earns coins in an assignment: a criterion of a text''s rubric, or a question that students answer. Frozen with its assignment (assignment_locked).';
comment on column assay.questions.id          is 'The question.';
comment on column assay.questions.assignment_id is 'The assignment it belongs to.';
comment on column assay.questions.created_at  is 'When it was written.';
comment on column assay.questions.number      is 'Its place in the assignment: 1, 2, … without gaps (question_numbers_in_order).';
comment on column assay.questions.kind        is 'criterion (of a text); choice, choices, matching, ordering, gaps, short, number (marked by the database); open (marked by AI).';
comment on column assay.questions.title       is 'Of a criterion: the name of its line in the rubric.';
comment on column assay.questions.prompt      is 'What is asked; of a criterion: what is required. Gaps are written {{1}}, {{2}}.';
comment on column assay.questions.max_score   is 'The most it earns, in gold coins.';
comment on column assay.questions.partial     is 'False: all or nothing, where the database marks.';
comment on column assay.questions.guide       is 'What earns points: for markers and, once revealed, for students.';
comment on column assay.questions.solution    is 'A model answer, shown with the result.';
comment on column assay.questions.explanation is 'Shown with the result.';
comment on column assay.questions.bloom       is 'What it trains: remember, understand, apply, analyse, evaluate or create.';
comment on column assay.questions.approved_at is 'Null: a draft; students never see it, and it counts for nothing.';
comment on column assay.questions.voided_at   is 'Set: void; everybody earns its maximum, who hands in later too.';
comment on column assay.questions.key_corrected_at is 'When its key was last corrected after students had handed in (assay.correct_key); null: never.';
comment on table assay.options is 'One choice, pair, line, accepted answer or level of a question; which columns are used depends on its kind (docs/quizzes.md).';
comment on column assay.options.question_id is 'The question it belongs to.';
comment on column assay.options.number    is 'The author''s order.';
comment on column assay.options.key       is 'What students see and send: random, so that it tells nothing (shuffle_keys gives one where none is given).';
comment on column assay.options.text      is 'The choice, the left of a pair (null: a right that fits no left), the line, the accepted answer, the accepted value, or what earns a level.';
comment on column assay.options.pair      is 'The right of a pair.';
comment on column assay.options.place     is 'Of a choice: 1 when it is right. Of a line: its place (null: it belongs nowhere; equal places may swap). Of an accepted answer: its gap.';
comment on column assay.options.indent    is 'How far a line is indented; null: not judged.';
comment on column assay.options.tolerance is 'How far from the accepted value a number may lie.';
comment on column assay.options.score     is 'What this accepted answer or level earns; null: the maximum.';
comment on column assay.options.feedback  is 'Told to those who picked it, once revealed.';
comment on table assay.answers is 'What a student answered to a question and what it earned; of a criterion: what the text earned by it. Before hand-in (submission_id null) a draft, which no view shows.';
comment on column assay.answers.id             is 'The answer.';
comment on column assay.answers.student_id     is 'Who answered.';
comment on column assay.answers.question_id    is 'What was answered.';
comment on column assay.answers.attempt        is 'Which attempt at the question: 1, 2, …';
comment on column assay.answers.submission_id  is 'The submission in which it counts; null: a draft, or an attempt that does not count.';
comment on column assay.answers.drafted_by     is 'The student of a draft, or of an attempt that does not count; null: handed in.';
comment on column assay.answers.picked         is 'Keys of the options picked, or of the lines in the order given.';
comment on column assay.answers.indents        is 'Indents of the lines, in the order of picked.';
comment on column assay.answers.texts          is 'Words: one for a short, number or open question, one for each gap, or the rights in the order of picked.';
comment on column assay.answers.score          is 'In gold coins; null: not marked.';
comment on column assay.answers.marked_by      is 'database, ai or teacher; null: not marked.';
comment on column assay.answers.reason         is 'Why, in words to the student.';
comment on column assay.answers.evidence       is 'The places in the student''s words that the marker quoted and that were found there: code points from 0.';
comment on column assay.answers.quotes_unfound is 'How many quotes the marker gave that do not stand in the student''s words, or are too short or too long to say anything.';
comment on column assay.answers.provider       is 'AI service that marked it; null when the database or a person did.';
comment on column assay.answers.model          is 'Model that marked it; null when the database or a person did.';
comment on column assay.answers.prompt_version is 'Hash of the prompt files it was marked with; null when the database or a person did.';
comment on column assay.answers.saved_at       is 'When it was last saved by the student.';
comment on column assay.answers.checked_at     is 'When the student had it checked (immediate feedback); it never changes from then on.';
comment on column assay.answers.marked_at      is 'When the current score was given.';

-- What clients send of a question, as query files unpack it.
create type api.sent_option as (
    text text, pair text, place smallint, indent smallint, tolerance numeric, score integer, feedback text
);
create type api.sent_question as (
    kind text, title text, prompt text, max_score integer, partial boolean, guide text, solution text, explanation text, bloom text,
    options api.sent_option[]
);
grant usage on type api.sent_option, api.sent_question to assay_api;

comment on type api.sent_option   is 'An option of a question as it is sent, by the columns of assay.options.';
comment on type api.sent_question is 'A question with its options as it is sent, by the columns of assay.questions.';
