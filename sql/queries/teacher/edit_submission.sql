-- PATCH /teacher/submissions/{submission_id}: the edited one; coins follow in the same transaction.
--   :token_digest bytea   :submission_id uuid   :body json {score?, feedback?, comment?, answers? (by number: score, reason?)}   :if_match text[]
select to_json(s) as body
  from (select coalesce(array_agg(a.number::integer), '{}') as numbers,
               array_agg((a.answer ->> 'score')::integer) as scores,
               array_agg(a.answer ->> 'reason') as reasons
          from json_each(:body::json -> 'answers') as a (number, answer)) as sent,
       api.edit_submission(
           token_digest          => :token_digest,
           submission_id  => :submission_id,
           score          => (:body::json ->> 'score')::integer,
           feedback_given => :body::jsonb ? 'feedback',
           feedback       => :body::json ->> 'feedback',
           comment_given  => :body::jsonb ? 'comment',
           comment        => :body::json ->> 'comment',
           numbers        => sent.numbers,
           scores         => sent.scores,
           reasons        => sent.reasons,
           if_match       => :if_match) as s;
