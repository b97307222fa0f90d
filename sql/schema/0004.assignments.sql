-- What teachers ask of students, and the correction template it is graded by.
create table assay.assignments (
    id                      uuid primary key default uuidv7(),
    teacher_id              uuid not null references assay.teachers,
    class_id                uuid,
    title                   assay.title not null,
    instructions            assay.instructions not null,
    general_instructions    text,
    takes                   text not null default 'text',
    reveal                  text not null,
    attempts                smallint not null default 1,
    encourage               boolean not null default false,
    collect                 boolean not null default true,
    language                text,
    autonomy                text not null default 'full',
    gate_min_cases          smallint not null default 20,
    gate_min_qwk            numeric not null default 0.7,
    gate_max_bias           numeric not null default 0.05,
    regrade_days            smallint not null default 7,
    correction_template     assay.correction_template,
    max_score               integer,
    max_score_given         boolean not null default true,
    deadline                timestamptz not null,
    template_provider       text,
    template_model          text,
    template_prompt_version text,
    created_at              timestamptz not null default now(),
    updated_at              timestamptz not null default now(),
    published_at            timestamptz,
    released_at             timestamptz,
    collected_at            timestamptz,
    deleted_at              timestamptz,
    constraint class_is_own                   foreign key (class_id, teacher_id) references assay.classes (id, teacher_id),
    constraint max_score_in_range             check (max_score between 1 and 1000000 or (max_score = 0 and takes = 'answers' and published_at is null)),
    constraint template_missing               check (published_at is null or takes <> 'text' or correction_template is not null),
    constraint takes_known                    check (takes in ('text', 'answers')),
    constraint reveal_known                   check (reveal in ('at_once', 'when_graded', 'after_deadline')),
    constraint attempts_in_range              check (attempts between 1 and 10),
    constraint attempts_need_feedback         check (attempts = 1 or reveal = 'at_once'),
    constraint at_once_needs_answers          check (reveal <> 'at_once' or takes = 'answers'),
    constraint autonomy_known                 check (autonomy in ('full', 'gated')),
    constraint gate_min_cases_in_range        check (gate_min_cases between 1 and 200),
    constraint gate_min_qwk_in_range          check (gate_min_qwk between 0 and 1),
    constraint gate_max_bias_in_range         check (gate_max_bias between 0 and 1),
    constraint regrade_days_in_range          check (regrade_days between 0 and 365),
    constraint max_score_missing              check (published_at is null or max_score is not null)
) with (toast_tuple_target = 512);  -- texts go to the side table: lists read the rows and never the texts
create index assignments_of_teacher on assay.assignments (teacher_id, id) where deleted_at is null;
create index assignments_by_deadline on assay.assignments (deadline, id) where deleted_at is null;
create index assignments_of_teacher_by_deadline on assay.assignments (teacher_id, deadline, id) where deleted_at is null;
create index assignments_for_all_classes on assay.assignments (teacher_id, id) where class_id is null and deleted_at is null;
create index assignments_to_collect on assay.assignments (deadline)
    where takes = 'answers' and collect and published_at is not null and deleted_at is null
          and (collected_at is null or collected_at < deadline);  -- a deadline that was moved comes again
create index assignments_of_class   on assay.assignments (class_id, id)   where deleted_at is null;

-- Assignments are read all the time, and a count changes with every batch of scores: it is kept apart from them. While
-- an old transaction keeps the versions of a row from being cleaned away, whoever reads that row walks through them.
-- In parts: a class that hands in its answers at once would wait, one after the other, for each other's commits.
create table assay.submission_counts (
    assignment_id uuid not null references assay.assignments on delete cascade,
    part          smallint not null default 0,
    submissions   integer not null,
    primary key (assignment_id, part),
    constraint submission_count_not_negative check (submissions >= 0)
) with (fillfactor = 50);

comment on table assay.assignments is 'One row per assignment: its instructions, and the correction template that every submission is graded by. Frozen from its first submission on, a pending one included (assignment_locked).';
comment on column assay.assignments.teacher_id is 'Whose assignment it is.';
comment on column assay.assignments.title      is 'What it is called in lists.';
comment on column assay.assignments.class_id            is 'Null: for all classes of the teacher. Else for this class only.';
comment on column assay.assignments.instructions        is 'The text the teacher uploaded, as it was uploaded.';
comment on column assay.assignments.correction_template is 'What the grader is told to look for: built by AI from the instructions, or put by the teacher. Null until it is built; an assignment is published with one.';
comment on column assay.assignments.max_score           is 'The highest score, in gold coins. Null until it is read from the instructions; an assignment is published with one.';
comment on column assay.assignments.max_score_given     is 'True: the teacher said the maximum. False: it was read from the instructions.';
comment on column assay.assignments.deadline            is 'Texts are accepted strictly before it, by the database''s clock.';
comment on column assay.assignments.template_provider   is 'AI service that wrote the template; null when a person did.';
comment on column assay.assignments.template_model      is 'Model that wrote the template; null when a person did.';
comment on column assay.assignments.template_prompt_version is 'Hash of the prompt files the template was asked for with; null when a person wrote it.';
comment on column assay.assignments.published_at        is 'When it was complete, and students of its classes saw it. Null: not yet; nobody can hand in.';
comment on column assay.assignments.general_instructions is 'Those of its class when it was made; they stand in front of its own in every prompt.';
comment on column assay.assignments.takes       is 'What students hand in: text, or answers to questions. Never changes.';
comment on column assay.assignments.reveal      is 'When students see more than the total: at_once (each checked answer), when_graded, or after_deadline.';
comment on column assay.assignments.attempts    is 'How often each question may be answered, where results are revealed at once; the best attempt counts.';
comment on column assay.assignments.encourage   is 'Whether each submission gets a comment for its student.';
comment on column assay.assignments.collect     is 'Whether saved answers are handed in at the deadline for those who did not.';
comment on column assay.assignments.language    is 'Of comments; null: that of the instructions.';
comment on column assay.assignments.autonomy      is 'full: what an AI gives counts at once. gated: it is held until a model agrees well enough with people on cases of this assignment (assay.held_because), or its teacher releases the results.';
comment on column assay.assignments.gate_min_cases is 'On how many cases a model must have been compared with people before its figures count as enough.';
comment on column assay.assignments.gate_min_qwk  is 'How high a model''s quadratic weighted kappa must be.';
comment on column assay.assignments.gate_max_bias is 'How much higher or lower than people it may mark on average, as a share of the maximum.';
comment on column assay.assignments.regrade_days is 'For so many days after its result is revealed a student may ask for a mark to be looked at again; 0: not at all.';
comment on column assay.assignments.released_at is 'When its teacher revealed all results, before reveal would have; null: not.';
comment on column assay.assignments.collected_at is 'When, after its deadline, nobody was left whose saved answers were to be handed in for them; null: not yet.';
comment on column assay.assignments.deleted_at          is 'Null while the assignment is listed. Its submissions, scores and coins stay.';
comment on table assay.submission_counts is 'How many graded submissions each assignment has: the sum of its parts, kept by trigger. No row: none was ever graded.';
comment on column assay.submission_counts.part          is 'Which part of the count: that of its students (assay.count_part).';
comment on column assay.submission_counts.submissions   is 'How many there are of the students of this part.';
