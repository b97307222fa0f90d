-- GET /student/scores: the gold coins of this student and what they were paid for, newest first.
--   :token_digest bytea   :limit integer   :cursor uuid
select json_build_object(
           'total_gold_coins', min(s.total_gold_coins),
           'items', coalesce(array_to_json((array_agg(
               json_object('assignment_id': s.assignment_id, 'title': s.title, 'score': s.score,
                           'max_score': s.max_score, 'feedback': s.feedback, 'graded_at': s.graded_at))
               filter (where s.submission_id is not null))[1:(:limit::integer)]), '[]'),
           'next_cursor', case when count(s.submission_id) > :limit::integer
                               then (array_agg(s.submission_id))[:limit::integer] end) as body
  from api.list_my_scores(token_digest => :token_digest, after => :cursor, most => :limit::integer + 1) as s;
