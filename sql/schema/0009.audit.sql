-- Who wrote what, and when: one row per row that people's tables gained, changed or lost.
create table assay.audit (
    id         uuid primary key default uuidv7(),
    table_name text not null,
    row_key    text not null,
    action     text not null,
    columns    text[],
    actor      text not null,
    actor_id   uuid,
    reason     text,
    created_at timestamptz not null default clock_timestamp(),
    constraint action_known     check (action in ('inserted', 'changed', 'deleted')),
    constraint reason_not_blank check (reason ~ '\S')
);
create index audit_of_row on assay.audit (table_name, row_key, id);

comment on table assay.audit is 'One row per row that was inserted, changed or deleted in a table that people write. Ids and names of columns only: no value, no text, nothing about a person. Rows are never changed (audit_immutable).';
comment on column assay.audit.id         is 'The entry; later ones are greater.';
comment on column assay.audit.table_name is 'The table of schema assay.';
comment on column assay.audit.row_key    is 'The row, by its primary key; several columns with a slash between them.';
comment on column assay.audit.action     is 'inserted, changed or deleted.';
comment on column assay.audit.columns    is 'Which columns changed, by name; null when the row was inserted or deleted.';
comment on column assay.audit.actor      is 'ai, teacher, student, visitor or operator; the name of the database role when somebody wrote by hand.';
comment on column assay.audit.actor_id   is 'The student or teacher who acted; null for the others.';
comment on column assay.audit.reason     is 'What assay.because was told; null when nobody gave a reason.';
comment on column assay.audit.created_at is 'When, by the clock of the moment.';
