-- depends: 0010.audit
-- Who was in which class, for the gradebook of a past moment.
create table assay.past_enrolments (
    id          uuid primary key default uuidv7(),
    class_id    uuid not null references assay.classes,
    student_id  uuid not null references assay.students on delete cascade,
    enrolled_at timestamptz not null,
    left_at     timestamptz not null default now()
);
create index past_enrolments_of_class   on assay.past_enrolments (class_id);
create index past_enrolments_of_student on assay.past_enrolments (student_id);

comment on table assay.past_enrolments is 'One row per enrolment that ended, because the student left or the class was deleted; written by trigger. They go only with their student.';
comment on column assay.past_enrolments.id          is 'The past enrolment.';
comment on column assay.past_enrolments.class_id    is 'The class.';
comment on column assay.past_enrolments.student_id  is 'Who was in it.';
comment on column assay.past_enrolments.enrolled_at is 'Since when.';
comment on column assay.past_enrolments.left_at     is 'Until when.';
