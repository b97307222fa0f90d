-- POST /teacher/assignments: 201 the assignment with its template, or 202 the job.
--   :token bytea   :body json {title?, instructions, deadline, class_id?, max_score?}
select job.id, false as finished, to_json(job) as body
  from api.create_assignment(
           token        => :token,
           title        => :body::json ->> 'title',
           instructions => :body::json ->> 'instructions',
           deadline     => (:body::json ->> 'deadline')::timestamptz,
           class_id     => (:body::json ->> 'class_id')::uuid,
           max_score    => (:body::json ->> 'max_score')::integer) as job;
