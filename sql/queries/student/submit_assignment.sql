-- POST /student/assignments/{assignment_id}/submission: 201 the graded submission, or 202 the job.
--   :token bytea   :assignment_id uuid   :content text
select job.id, false as finished, to_json(job) as body
  from api.submit_assignment(token => :token, assignment_id => :assignment_id, content => :content) as job;
