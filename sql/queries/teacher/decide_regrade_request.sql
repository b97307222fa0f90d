-- POST /teacher/regrade-requests/{request_id}/decide: the decided request; the score follows in the same transaction.
--   :token_digest bytea   :request_id uuid   :body json {accept, answer?, score?}
select to_json(r) as body
  from api.decide_regrade_request(
           token_digest => :token_digest,
           request_id   => :request_id,
           accepts      => (:body::json ->> 'accept')::boolean,
           answer       => :body::json ->> 'answer',
           score        => (:body::json ->> 'score')::integer) as r;
