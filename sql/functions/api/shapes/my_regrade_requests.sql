-- A request to look at a mark again, as its student sees it.
create view api.my_regrade_requests as
select r.id,
       r.assignment_id,
       r.submission_id,
       r.question_number as number,
       r.student_text as text,
       r.state,
       r.answer,
       r.score_before,
       r.score_after,
       r.max_score,
       r.created_at,
       r.decided_at
  from reporting.regrade_requests r;

comment on view api.my_regrade_requests is 'The shape of a regrade request in the HTTP API, for its student.';
comment on column api.my_regrade_requests.number    is 'The number of the question or criterion; null: the total.';
comment on column api.my_regrade_requests.text      is 'Why, in the student''s words.';
comment on column api.my_regrade_requests.max_score is 'The most that what is disputed could earn.';
