-- POST /teacher/assignments/{assignment_id}/tries: how many were ordered, of all its cases.
--   :token_digest bytea   :traceparent text (of the request, for its jobs)   :assignment_id uuid   :body json {models (provider, model), tries}
select json_build_object('tries', n.tries) as body
  from (select array_agg(m.provider) as providers, array_agg(m.model) as models
          from json_to_recordset(:body::json -> 'models') as m (provider text, model text)) as sent
 cross join lateral api.add_tries(
           token_digest => case when set_config('request.traceparent', coalesce(:traceparent::text, ''), true) is not null then :token_digest::bytea end,
           assignment_id => :assignment_id, case_id => null, providers => sent.providers, models => sent.models, tries => (:body::json ->> 'tries')::integer) as n (tries);
