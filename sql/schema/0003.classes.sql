-- Classes of a teacher, which students are in them, and which were.
create table assay.classes (
    id            uuid primary key default uuidv7(),
    teacher_id    uuid not null references assay.teachers,
    name          assay.name not null,
    instructions  text,
    created_at    timestamptz not null default now(),
    deleted_at    timestamptz,
    student_count integer not null default 0,
    constraint class_has_an_owner unique (id, teacher_id),
    constraint class_instructions_not_huge check (length(instructions) <= 20000)
);
create index classes_of_teacher on assay.classes (teacher_id, id) where deleted_at is null;

create table assay.enrolments (
    class_id    uuid not null references assay.classes,
    student_id  uuid not null references assay.students on delete cascade,
    enrolled_at timestamptz not null default now(),
    constraint enrolled_once primary key (class_id, student_id)
);
create index enrolments_of_student on assay.enrolments (student_id, class_id);

create table assay.past_enrolments (
    id          uuid primary key default uuidv7(),
    class_id    uuid not null references assay.classes,
    student_id  uuid not null references assay.students on delete cascade,
    enrolled_at timestamptz not null,
    left_at     timestamptz not null default now()
);
create index past_enrolments_of_class   on assay.past_enrolments (class_id);
create index past_enrolments_of_student on assay.past_enrolments (student_id);

comment on table assay.classes is 'One row per class of a teacher. A deleted class keeps its row, since its assignments and scores stay.';
comment on column assay.classes.teacher_id is 'Whose class it is.';
comment on column assay.classes.name       is 'The name of the class.';
comment on column assay.classes.student_count is 'How many students are in it now; kept by trigger.';
comment on column assay.classes.deleted_at is 'Null while the class exists for its users; its enrolments end when it is deleted.';
comment on column assay.classes.instructions is 'General instructions, copied in front of those of every new assignment of the class; null: none.';
comment on table assay.enrolments is 'Which student is in which class; a row goes when the student leaves or the class is deleted.';
comment on column assay.enrolments.student_id  is 'Who is in it.';
comment on column assay.enrolments.enrolled_at is 'Since when.';
comment on table assay.past_enrolments is 'One row per enrolment that ended, because the student left or the class was deleted; written by trigger. They go only with their student.';
comment on column assay.past_enrolments.student_id  is 'Who was in it.';
comment on column assay.past_enrolments.enrolled_at is 'Since when.';
comment on column assay.past_enrolments.left_at     is 'Until when.';
