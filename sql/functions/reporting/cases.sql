-- Work on which markers are compared.
create or replace view reporting.cases as
select c.id,
       c.assignment_id,
       a.title as assignment_title,
       a.teacher_id,
       c.label,
       c.submission_id,
       c.is_drawn,
       coalesce(c.content, s.content) as content,
       case when n.tries = 0 then 'created' when n.running > 0 then 'running' else 'done' end as status,
       n.tries,
       n.running,
       n.people,
       c.created_at
  from assay.cases c
  join assay.assignments a on a.id = c.assignment_id
  left join assay.submissions s on s.id = c.submission_id
 cross join lateral (
       select count(*) as tries, count(*) filter (where t.finished_at is null) as running, count(t.teacher_id) as people
         from assay.tries t
        where t.case_id = c.id) n;

comment on view reporting.cases is
'One row per case: a submission, or a text that a teacher brought, on which models and people are compared.
Example: select label, status, tries, people from reporting.cases where assignment_title = ''An essay'' order by id;';
comment on column reporting.cases.assignment_title is 'By whose rubric, or template, it is marked, by title.';
comment on column reporting.cases.teacher_id       is 'Whose assignment it is.';
comment on column reporting.cases.content          is 'The text: the submission''s, or the one that was brought; null: none yet.';
comment on column reporting.cases.status           is 'created (it has no tries), running (some are not over) or done.';
comment on column reporting.cases.tries            is 'How many tries it has, people''s included.';
comment on column reporting.cases.running          is 'How many of them are not over.';
comment on column reporting.cases.people           is 'How many people have marked it.';
