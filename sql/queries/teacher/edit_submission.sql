-- PATCH /teacher/submissions/{submission_id}: the edited one; coins follow in the same transaction.
--   :token bytea   :submission_id uuid   :body json {score?, feedback?}
select to_json(s) as body
  from api.edit_submission(
           token          => :token,
           submission_id  => :submission_id,
           score          => (:body::json ->> 'score')::integer,
           feedback_given => :body::jsonb ? 'feedback',
           feedback       => :body::json ->> 'feedback') as s;
