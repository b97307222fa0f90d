-- Who wrote what, and when: one row per row that people's tables gained, changed or lost.
create table assay.audit (
    id         uuid primary key default uuidv7(),
    table_name text not null,
    row_key    text not null,
    action     text not null,
    columns    text[],
    actor      text not null,
    actor_id   uuid,
    login      text not null default session_user,
    reason     text,
    created_at timestamptz not null default clock_timestamp(),
    constraint action_known     check (action in ('inserted', 'changed', 'deleted')),
    constraint actor_known      check (actor in ('ai', 'teacher', 'student', 'visitor', 'operator'))
);
create index audit_of_row on assay.audit (table_name, row_key, id);

create table assay.actor_seal (
    only_row boolean primary key default true,
    secret   bytea not null default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
    constraint one_actor_seal check (only_row)
);
insert into assay.actor_seal default values;

create table assay.deadline_extensions (
    id            uuid primary key default uuidv7(),
    assignment_id uuid not null references assay.assignments,
    extended_from timestamptz not null,
    extended_to   timestamptz not null,
    reason        text not null,
    login         text not null default session_user,
    created_at    timestamptz not null default now(),
    constraint deadline_only_later check (extended_from < extended_to)
);
create index deadline_extensions_of_assignment on assay.deadline_extensions (assignment_id);

comment on table assay.audit is 'One row per row that was inserted, changed or deleted in a table that people write. Ids and names of columns only: no value, no text, nothing about a person. Rows are never changed (audit_immutable).';
comment on column assay.audit.id         is 'The entry; later ones are greater.';
comment on column assay.audit.table_name is 'The table of schema assay.';
comment on column assay.audit.row_key    is 'The row, by its primary key; several columns with a slash between them.';
comment on column assay.audit.action     is 'inserted, changed or deleted.';
comment on column assay.audit.columns    is 'Which columns changed, by name; null when the row was inserted or deleted.';
comment on column assay.audit.actor      is 'ai, teacher, student, visitor or operator: the command line, or somebody by hand.';
comment on column assay.audit.actor_id   is 'The student or teacher who acted; null for the others.';
comment on column assay.audit.login      is 'The database role that had logged in, whoever acted.';
comment on column assay.audit.reason     is 'What assay.set_audit_reason was told; null when nobody gave a reason.';
comment on column assay.audit.created_at is 'When, by the clock of the moment.';
comment on table assay.actor_seal is 'One row: the secret that says who acts is signed with. No role but the owner reads it.';
comment on column assay.actor_seal.only_row is 'True.';
comment on column assay.actor_seal.secret is '32 random bytes, made with the database.';
comment on table assay.deadline_extensions is 'One row per deadline that was moved although its assignment is frozen, with the reason; the assignment follows only such a row.';
comment on column assay.deadline_extensions.id            is 'The extension; later ones are greater.';
comment on column assay.deadline_extensions.assignment_id is 'Whose deadline it was.';
comment on column assay.deadline_extensions.extended_from is 'The deadline before.';
comment on column assay.deadline_extensions.extended_to   is 'The deadline after.';
comment on column assay.deadline_extensions.reason        is 'Why: a ticket number, not a person''s name.';
comment on column assay.deadline_extensions.login         is 'The database role that had logged in.';
