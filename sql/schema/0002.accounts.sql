-- Students, teachers, their addresses, sessions and the links that were mailed to them.
create table assay.students (
    id                uuid primary key default uuidv7(),
    name              text not null,
    email             text not null,
    password_hash     text,
    email_verified_at timestamptz,
    total_gold_coins  bigint not null default 0,
    created_at        timestamptz not null default now(),
    constraint name_not_blank    check (name ~ '\S' and length(name) <= 200),
    constraint email_well_formed check (email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 320)
) with (
    fillfactor = 80,  -- every score changes its student's total: with room beside it the new version stays on its page
    autovacuum_vacuum_scale_factor = 0.02  -- an index is enough only for rows that a vacuum has seen since they changed
);
-- Lists of submissions name their students: a page of fifty reads fifty pages less.
create index students_named on assay.students (id) include (name, email);
-- Teachers find students by a part of their name or address; pg_trgm may stand in another schema.
set local search_path = extensions, public;
create index students_by_name_part  on assay.students using gin (name gin_trgm_ops);
create index students_by_email_part on assay.students using gin (email gin_trgm_ops);
set local search_path = '';

create table assay.teachers (
    id            uuid primary key default uuidv7(),
    name          text not null,
    email         text not null,
    password_hash text,
    created_at    timestamptz not null default now(),
    constraint name_not_blank    check (name ~ '\S' and length(name) <= 200),
    constraint email_well_formed check (email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 320)
);

-- One table for both kinds of people, so that one index can say: an address belongs to one person.
create table assay.email_addresses (
    address    text not null,
    student_id uuid references assay.students on delete cascade,
    teacher_id uuid references assay.teachers on delete cascade,
    constraint email_taken                   primary key (address),
    constraint one_address_per_student       unique (student_id),
    constraint one_address_per_teacher       unique (teacher_id),
    constraint address_belongs_to_one_person check (num_nonnulls(student_id, teacher_id) = 1)
);

create table assay.sessions (
    digest     bytea primary key,
    student_id uuid references assay.students on delete cascade,
    teacher_id uuid references assay.teachers on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '30 days',
    constraint digest_is_sha256              check (octet_length(digest) = 32),
    constraint session_belongs_to_one_person check (num_nonnulls(student_id, teacher_id) = 1)
);
create index sessions_of_student on assay.sessions (student_id) where student_id is not null;
create index sessions_of_teacher on assay.sessions (teacher_id) where teacher_id is not null;
create index sessions_by_expiry  on assay.sessions (expires_at);

create table assay.links (
    digest     bytea primary key,
    purpose    text not null,
    student_id uuid references assay.students on delete cascade,
    teacher_id uuid references assay.teachers on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint digest_is_sha256           check (octet_length(digest) = 32),
    constraint purpose_known              check (purpose in ('verify_email', 'set_password')),
    constraint link_belongs_to_one_person check (num_nonnulls(student_id, teacher_id) = 1)
);
create index links_of_student on assay.links (student_id) where student_id is not null;
create index links_of_teacher on assay.links (teacher_id) where teacher_id is not null;
create index links_by_expiry  on assay.links (expires_at);

comment on table assay.students is 'One row per registered student. Students register themselves; they can do nothing before email_verified_at is set.';
comment on column assay.students.id         is 'The student.';
comment on column assay.students.name       is 'As they registered.';
comment on column assay.students.created_at is 'When they registered.';
comment on column assay.students.email             is 'As it was typed; unique over students and teachers without regard to case (assay.email_addresses).';
comment on column assay.students.password_hash     is 'Argon2id, PHC string. Null: no password was set yet.';
comment on column assay.students.email_verified_at is 'When the mailed link was opened. Null: not verified, cannot log in or be enrolled.';
comment on column assay.students.total_gold_coins  is 'The sum of the scores of all their submissions, kept by triggers; a commit where it is not is refused (coins_equal_scores).';
comment on table assay.teachers is 'One row per teacher. Teachers are created on the command line or invited by a colleague; nothing turns a student into a teacher.';
comment on column assay.teachers.id         is 'The teacher.';
comment on column assay.teachers.name       is 'Their name.';
comment on column assay.teachers.email      is 'As it was typed; unique over students and teachers without regard to case (assay.email_addresses).';
comment on column assay.teachers.created_at is 'When they were created or invited.';
comment on column assay.teachers.password_hash is 'Argon2id, PHC string. Null: invited, no password was set yet.';
comment on table assay.email_addresses is 'Every address in use, case-folded, and whose it is. Kept by trigger from students.email and teachers.email.';
comment on column assay.email_addresses.student_id is 'Whose it is; null when it is a teacher''s.';
comment on column assay.email_addresses.teacher_id is 'Whose it is; null when it is a student''s.';
comment on column assay.email_addresses.address is 'casefold(email): Unicode case folding, independent of the database''s locale.';
comment on table assay.sessions is 'One row per login. The token is known to the client alone; here is only its digest.';
comment on column assay.sessions.student_id is 'Who logged in; null when a teacher.';
comment on column assay.sessions.teacher_id is 'Who logged in; null when a student.';
comment on column assay.sessions.created_at is 'When they logged in.';
comment on column assay.sessions.expires_at is 'When the token stops working.';
comment on column assay.sessions.digest is 'SHA-256 of the bearer token (256 random bits).';
comment on table assay.links is 'Links that were mailed and not used yet: to verify an address or to set a password.';
comment on column assay.links.student_id is 'For whom; null when a teacher.';
comment on column assay.links.teacher_id is 'For whom; null when a student.';
comment on column assay.links.created_at is 'When it was made.';
comment on column assay.links.expires_at is 'When it stops working.';
comment on column assay.links.digest  is 'SHA-256 of the token in the link (256 random bits).';
comment on column assay.links.purpose is 'verify_email or set_password.';

