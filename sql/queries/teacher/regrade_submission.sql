-- POST /teacher/submissions/{submission_id}/regrade: 201 the submission with its new score, or 202 the job.
--   :token_digest bytea   :traceparent text (of the request, for its jobs)   :submission_id uuid   :body json {replace_teacher_score?}
select job.id, false as finished, to_json(job) as body
  from api.regrade_submission(
           token_digest                 => case when set_config('request.traceparent', coalesce(:traceparent::text, ''), true) is not null then :token_digest::bytea end,
           submission_id         => :submission_id,
           replace_teacher_score => coalesce((:body::json ->> 'replace_teacher_score')::boolean, false)) as job;
