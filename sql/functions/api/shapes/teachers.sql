-- A teacher as colleagues see them.
create view api.teachers as
select t.id,
       t.name,
       t.email,
       t.created_at
  from reporting.teachers t;

comment on view api.teachers is 'The shape of a teacher in the HTTP API.';
