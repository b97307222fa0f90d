-- assay teachers list: all of them, oldest first.
--   :most integer
select t.email, t.name, t.state, t.classes, t.assignments, t.submissions, date_trunc('second', t.created_at)::text as created_at,
       date_trunc('second', t.disabled_at)::text as disabled_at
  from operator.list_teachers(most => :most) as t
 order by t.created_at, t.email;
