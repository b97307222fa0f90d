-- GET /teacher/students/{student_id}/scores: a student's gold coins, and what this teacher paid them for, newest first.
--   :token_digest bytea   :student_id uuid   :limit integer   :cursor uuid
select json_build_object(
           'total_gold_coins', min(s.total_gold_coins),
           'hidden', min(s.total_hidden),
           'items', coalesce(array_to_json((array_agg(
               json_build_object('assignment_id', s.assignment_id, 'title', s.title, 'score', s.score,
                                 'max_score', s.max_score, 'feedback', s.feedback, 'graded_at', s.graded_at, 'hidden', s.hidden)
               order by s.submission_id desc) filter (where s.submission_id is not null))[1:(:limit::integer)]), '[]'),
           'next_cursor', case when count(s.submission_id) > :limit::integer
                               then (array_agg(s.submission_id order by s.submission_id desc))[:limit::integer] end) as body
  from api.list_student_scores(token_digest => :token_digest, student_id => :student_id, after => :cursor, most => :limit::integer + 1) as s;
