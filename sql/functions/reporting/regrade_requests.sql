-- Marks that students asked to be looked at again.
create or replace view reporting.regrade_requests as
select r.id,
       r.assignment_id,
       a.title as assignment_title,
       r.teacher_id,
       r.submission_id,
       s.student_id,
       p.name as student_name,
       p.email as student_email,
       r.question_number,
       q.title as question_title,
       r.student_text,
       r.state,
       r.answer,
       r.score_before,
       r.score_after,
       coalesce(q.max_score, a.max_score) as max_score,
       r.decided_by,
       t.name as decided_by_name,
       r.created_at,
       r.decided_at
  from assay.regrade_requests r
  join assay.submissions s on s.id = r.submission_id
  join assay.assignments a on a.id = r.assignment_id
  join assay.students p    on p.id = s.student_id
  left join assay.questions q on q.assignment_id = r.assignment_id and q.number = r.question_number
  left join assay.teachers t  on t.id = r.decided_by;

comment on view reporting.regrade_requests is
'One row per mark that a student asked to be looked at again, with what became of it.
Example: select created_at, student_name, assignment_title, question_number, student_text from reporting.regrade_requests where state = ''open'' order by created_at;';
comment on column reporting.regrade_requests.assignment_title is 'The assignment, by title.';
comment on column reporting.regrade_requests.student_id       is 'Who asked.';
comment on column reporting.regrade_requests.student_name     is 'Who asked, by name.';
comment on column reporting.regrade_requests.student_email    is 'Who asked, by address.';
comment on column reporting.regrade_requests.question_title   is 'Of a criterion: the name of its line in the rubric.';
comment on column reporting.regrade_requests.max_score        is 'The most that what is disputed could earn.';
comment on column reporting.regrade_requests.decided_by_name  is 'The teacher who decided, by name.';
