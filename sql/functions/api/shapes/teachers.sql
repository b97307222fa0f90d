-- A teacher as colleagues see them.
create view api.teachers as
select t.id,
       t.name,
       t.email,
       t.created_at
  from reporting.teachers t;

comment on view api.teachers is 'The shape of a teacher in the HTTP API.';
comment on column api.teachers.id         is 'The teacher.';
comment on column api.teachers.name       is 'Their name.';
comment on column api.teachers.email      is 'Their address.';
comment on column api.teachers.created_at is 'When they were created or invited.';
