-- depends: 0012.disputes
-- Work on which markers are compared, what each of them said of it, and which prompts are in use.
create table assay.cases (
    id            uuid primary key default uuidv7(),
    assignment_id uuid not null references assay.assignments on delete cascade,
    label         assay.title not null,
    submission_id uuid references assay.submissions on delete cascade,
    content       assay.content,
    is_drawn      boolean not null default false,
    created_at    timestamptz not null default now(),
    constraint case_of_one           check (num_nonnulls(submission_id, content) <= 1),
    constraint case_known_already    unique (assignment_id, submission_id),
    constraint drawn_of_submissions  check (not is_drawn or submission_id is not null)
);
create index cases_drawn on assay.cases (assignment_id) where is_drawn;
create index cases_of_submission on assay.cases (submission_id) where submission_id is not null;

create table assay.tries (
    id             uuid primary key default uuidv7(),
    case_id        uuid not null references assay.cases on delete cascade,
    number         smallint not null,
    provider       assay.provider,
    model          text,
    teacher_id     uuid references assay.teachers,
    blind          boolean,
    prompt_version text,
    rubric_digest  bytea,
    error_code     text references assay.error_codes,
    created_at     timestamptz not null default now(),
    finished_at    timestamptz,
    promoted_at    timestamptz,
    constraint tried_by_one         check (num_nonnulls(model, teacher_id) = 1 and (model is null) = (provider is null)),
    constraint try_number_positive  check (number >= 1),
    constraint people_see_or_do_not check ((blind is null) = (teacher_id is null)),
    constraint failed_try_is_over   check (error_code is null or finished_at is not null),
    constraint tried_once           unique nulls not distinct (case_id, provider, model, teacher_id, prompt_version, number)
);
create index tries_running on assay.tries (case_id) where finished_at is null;

create table assay.marks (
    try_id         uuid not null references assay.tries on delete cascade,
    question_id    uuid references assay.questions on delete cascade,
    score          integer,
    reason         text,
    evidence       int4multirange,
    quotes_unfound smallint not null default 0,
    error          text,
    constraint marked_once          unique nulls not distinct (try_id, question_id),
    constraint mark_or_error        check (num_nonnulls(score, error) = 1),
    constraint mark_error_known     check (error in ('missing', 'repeated', 'not_an_integer', 'out_of_range', 'not_a_level', 'unreadable')),
    constraint mark_reason_not_huge check (length(reason) <= 1000)
);
create index marks_of_question on assay.marks (question_id) where question_id is not null;

create table assay.prompts (
    call     text primary key,
    version  text not null,
    noted_at timestamptz not null default now()
);

insert into assay.job_kinds (kind, turn, shown_as, share) values ('try_case', 30, 'try', 0.5);

comment on table assay.cases is 'Work on which markers are compared: a submission, or a text that a teacher brought, which belongs to no student. No case ever moves a coin.';
comment on column assay.cases.id            is 'The case.';
comment on column assay.cases.assignment_id is 'By whose rubric, or template, it is marked.';
comment on column assay.cases.label         is 'What its teacher calls it.';
comment on column assay.cases.submission_id is 'The submission that it is about; null: none.';
comment on column assay.cases.content       is 'The text that was brought; null: the submission''s, or none yet.';
comment on column assay.cases.is_drawn      is 'True: drawn by lot from the submissions, and what machines gave for it is hidden from its teacher until they have marked it.';
comment on table assay.tries is 'One marking of a case, by a model or a person. A try by a model is a job of the same id.';
comment on column assay.tries.case_id        is 'What was marked.';
comment on column assay.tries.number         is '1, 2, … of the same marker.';
comment on column assay.tries.provider       is 'AI service that is asked; null: a person marks.';
comment on column assay.tries.model          is 'The only model that is asked; null: a person marks.';
comment on column assay.tries.teacher_id     is 'The person who marked; null: a model.';
comment on column assay.tries.blind          is 'Of a person''s: whether no result of a machine was in sight, as the database saw it (assay.try_of_case). Null: a model''s.';
comment on column assay.tries.prompt_version is 'Hash of the prompt files it was asked with; null: not asked yet, or a person.';
comment on column assay.tries.rubric_digest  is 'What was marked by (assay.rubric_digest); null: not begun. Only tries of one rubric are compared.';
comment on column assay.tries.error_code     is 'Why there was no answer at all; null: there was one, or it is still to come.';
comment on column assay.tries.created_at     is 'When it was asked for.';
comment on column assay.tries.finished_at    is 'When it was over; null: not yet.';
comment on column assay.tries.promoted_at    is 'When it became the result of its submission; null: it did not.';
comment on table assay.marks is 'What a try says of one question: a score, or why there is none. What a model answers that cannot be used is a result, too.';
comment on column assay.marks.try_id         is 'The try.';
comment on column assay.marks.question_id    is 'The question; null: the work as a whole, where there are no questions.';
comment on column assay.marks.score          is 'In gold coins, which nobody is paid; null: error says why.';
comment on column assay.marks.reason         is 'Why, in the marker''s words; null: none was given.';
comment on column assay.marks.evidence       is 'The places in the student''s words that the marker quoted and that were found there: code points from 0.';
comment on column assay.marks.quotes_unfound is 'How many quotes the marker gave that do not stand in the student''s words, or are too short or too long to say anything.';
comment on column assay.marks.error          is 'missing, repeated, not_an_integer, out_of_range, not_a_level or unreadable; null: there is a score.';
comment on table assay.prompts is 'Which version of each prompt is in use, as the workers noted; by it figures are told that were made with another one.';
comment on column assay.prompts.call     is 'The call of an AI: grading, marking, ….';
comment on column assay.prompts.version  is 'Hash of its prompt files.';
comment on column assay.prompts.noted_at is 'Since when.';
