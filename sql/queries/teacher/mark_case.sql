-- PUT /teacher/cases/{case_id}/marks: the case, marked by this teacher.
--   :token_digest bytea   :case_id uuid   :body json {marks (by the number of the question, or total: score, reason?)}
select to_json(c) as body
  from (select coalesce(array_agg(m.key), '{}') as keys, array_agg((m.mark ->> 'score')::integer) as scores,
               array_agg(m.mark ->> 'reason') as reasons
          from json_each(:body::json -> 'marks') as m (key, mark)) as sent
 cross join lateral api.mark_case(token_digest => :token_digest, case_id => :case_id, keys => sent.keys, scores => sent.scores,
                                  reasons => sent.reasons) as c;
