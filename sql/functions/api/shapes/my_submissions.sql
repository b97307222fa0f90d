-- A submission as its student sees it in a list.
create view api.my_submissions as
select g.id,
       g.assignment_id,
       a.title,
       a.takes,
       case when c.id is not null then json_build_object('id', c.id, 'name', c.name) end as class,
       json_build_object('id', t.id, 'name', t.name) as teacher,
       g.score,
       g.max_score,
       g.feedback,
       g.comment,
       g.submitted_at,
       g.graded_at,
       assay.is_revealed(g.assignment_id, g.id) as revealed
  from api.graded_texts g
  join assay.assignments a  on a.id = g.assignment_id
  join assay.teachers t     on t.id = a.teacher_id
  left join assay.classes c on c.id = a.class_id;

comment on view api.my_submissions is 'The shape of a submission in a list of the HTTP API, for its student: without what was handed in, which may be large, and without its outcome.';
comment on column api.my_submissions.id            is 'The submission.';
comment on column api.my_submissions.assignment_id is 'What it was handed in for.';
comment on column api.my_submissions.title         is 'The same, by title.';
comment on column api.my_submissions.takes         is 'text or answers.';
comment on column api.my_submissions.class         is 'Id and name of the class that the assignment is for; null: for all classes of its teacher.';
comment on column api.my_submissions.teacher       is 'Id and name of the assignment''s teacher.';
comment on column api.my_submissions.score         is 'In gold coins; null: the result is held.';
comment on column api.my_submissions.feedback      is 'What the teacher wrote about it; null: nothing, or the result is held.';
comment on column api.my_submissions.comment       is 'What the marker says to the student; null: nothing, or not revealed yet.';
comment on column api.my_submissions.revealed      is 'Whether its outcome may be read (assay.is_revealed).';
