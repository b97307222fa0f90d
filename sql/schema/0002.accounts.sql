-- Students, teachers, their addresses, sessions and the links that were mailed to them.
create table assay.students (
    id                uuid primary key default uuidv7(),
    name              assay.name not null,
    email             assay.email not null,
    password_hash     text,
    email_verified_at timestamptz not null default now(),
    total_gold_coins  bigint not null default 0,
    created_at        timestamptz not null default now()
) with (
    fillfactor = 80,  -- every score changes its student's total: with room beside it the new version stays on its page
    autovacuum_vacuum_scale_factor = 0.02  -- an index is enough only for rows that a vacuum has seen since they changed
);
-- Lists of submissions name their students: a page of fifty reads fifty pages less.
create index students_named on assay.students (id) include (name, email);
-- In the order of their names (assay.name_key).
create index students_by_name on assay.students ((casefold(name collate pg_catalog.pg_unicode_fast) collate "default"), id);
-- Teachers find students by a part of their name or address; pg_trgm may stand in another schema.
set local search_path = extensions, public;
create index students_by_name_part  on assay.students using gin (name gin_trgm_ops);
create index students_by_email_part on assay.students using gin (email gin_trgm_ops);
set local search_path = '';

create table assay.teachers (
    id            uuid primary key default uuidv7(),
    name          assay.name not null,
    email         assay.email not null,
    password_hash text,
    created_at    timestamptz not null default now(),
    disabled_at   timestamptz,
    deleted_at    timestamptz,
    constraint deleted_cannot_log_in check (deleted_at is null or (disabled_at is not null and password_hash is null))
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

-- Who has registered and not opened the mailed link yet. Several may wait for one address: a stranger can write any.
create table assay.registrations (
    id            uuid primary key default uuidv7(),
    name          assay.name not null,
    email         assay.email not null,
    address       text not null generated always as (casefold(email collate pg_catalog.pg_unicode_fast)) stored,
    password_hash text not null,
    created_at    timestamptz not null default now()
);
create index registrations_of_address on assay.registrations (address, id);

create table assay.sessions (
    digest     assay.digest primary key,
    student_id uuid references assay.students on delete cascade,
    teacher_id uuid references assay.teachers on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null default now() + interval '30 days',
    written_at pg_lsn,
    constraint session_belongs_to_one_person check (num_nonnulls(student_id, teacher_id) = 1)
);
create index sessions_of_student on assay.sessions (student_id) where student_id is not null;
create index sessions_of_teacher on assay.sessions (teacher_id) where teacher_id is not null;
create index sessions_by_expiry  on assay.sessions (expires_at);

create table assay.links (
    digest          assay.digest primary key,
    purpose         text not null,
    student_id      uuid references assay.students on delete cascade,
    teacher_id      uuid references assay.teachers on delete cascade,
    registration_id uuid references assay.registrations on delete cascade,
    created_at      timestamptz not null default now(),
    expires_at      timestamptz not null,
    constraint purpose_known              check (purpose in ('verify_email', 'set_password')),
    constraint link_belongs_to_one_person check (num_nonnulls(student_id, teacher_id, registration_id) = 1)
);
create index links_of_student on assay.links (student_id) where student_id is not null;
create index links_of_teacher on assay.links (teacher_id) where teacher_id is not null;
create index links_of_registration on assay.links (registration_id) where registration_id is not null;
create index links_by_expiry  on assay.links (expires_at);

comment on table assay.students is 'One row per student, made when the link of their registration is opened (assay.registrations).';
comment on column assay.students.name       is 'As they registered.';
comment on column assay.students.created_at is 'When they registered.';
comment on column assay.students.email             is 'As it was typed; unique over students and teachers without regard to case (assay.email_addresses).';
comment on column assay.students.password_hash     is 'Argon2id, PHC string. Null: no password was set yet.';
comment on column assay.students.email_verified_at is 'When the mailed link was opened.';
comment on column assay.students.total_gold_coins  is 'The sum of the scores of all their submissions, kept by triggers; a commit where it is not is refused (coins_equal_scores).';
comment on table assay.teachers is 'One row per teacher. Teachers are created on the command line or invited by a colleague; nothing turns a student into a teacher.';
comment on column assay.teachers.name       is 'Their name.';
comment on column assay.teachers.email      is 'As it was typed; unique over students and teachers without regard to case (assay.email_addresses).';
comment on column assay.teachers.created_at is 'When they were created or invited.';
comment on column assay.teachers.password_hash is 'Argon2id, PHC string. Null: invited, no password was set yet.';
comment on column assay.teachers.disabled_at is 'Since when they cannot log in (account_disabled). Their classes and assignments go on: students read, hand in and are graded. Null: they can.';
comment on column assay.teachers.deleted_at is 'When the account was deleted: what remains is the row that classes, assignments and scores refer to, without name, address, password and keys. Null: it was not.';
comment on table assay.email_addresses is 'Every address in use, case-folded, and whose it is. Kept by trigger from students.email and teachers.email.';
comment on column assay.email_addresses.student_id is 'Whose it is; null when it is a teacher''s.';
comment on column assay.email_addresses.teacher_id is 'Whose it is; null when it is a student''s.';
comment on column assay.email_addresses.address is 'casefold(email): Unicode case folding, independent of the database''s locale.';
comment on table assay.registrations is 'One row per registration whose mailed link was not opened yet. It owns nothing, its address neither: opening the link makes this one the account, and the others of the address go. Deleted when its last link has expired.';
comment on column assay.registrations.name          is 'As it was typed; not known to be the name of whoever reads the mail, so no mail holds it.';
comment on column assay.registrations.email         is 'As it was typed.';
comment on column assay.registrations.address       is 'casefold(email), as in assay.email_addresses.';
comment on column assay.registrations.password_hash is 'Argon2id, PHC string.';
comment on column assay.registrations.created_at    is 'When they registered.';
comment on table assay.sessions is 'One row per login. The token is known to the client alone; here is only its digest.';
comment on column assay.sessions.student_id is 'Who logged in; null when a teacher.';
comment on column assay.sessions.teacher_id is 'Who logged in; null when a student.';
comment on column assay.sessions.created_at is 'When they logged in.';
comment on column assay.sessions.expires_at is 'When the token stops working.';
comment on column assay.sessions.written_at is
    'Where in the server''s log the person''s last change ended; a replica that has not replayed it is not asked. Null: never, or there is no replica.';
comment on column assay.sessions.digest is 'SHA-256 of the bearer token (256 random bits).';
comment on table assay.links is 'Links that are mailed: to verify an address or to set a password.';
comment on column assay.links.student_id is 'For whom, when a student. A link that has verified its registration belongs to the student from then on.';
comment on column assay.links.teacher_id is 'For whom, when a teacher.';
comment on column assay.links.registration_id is 'For which registration, before there is an account.';
comment on column assay.links.created_at is 'When it was made.';
comment on column assay.links.expires_at is 'When it stops working. While its mail is not sent, a day later: its lifetime begins when it is sent.';
comment on column assay.links.digest  is 'SHA-256 of the token in the link (256 random bits).';
comment on column assay.links.purpose is 'verify_email or set_password.';

