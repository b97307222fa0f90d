-- A submission as its student sees it.
create view api.graded_texts as
select s.id,
       s.assignment_id,
       s.content,
       s.score,
       s.max_score,
       s.feedback,
       s.submitted_at,
       s.graded_at
  from reporting.submissions s;

comment on view api.graded_texts is 'The shape of a submission in the HTTP API, for its student.';
