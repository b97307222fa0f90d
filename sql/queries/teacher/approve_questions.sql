-- POST /teacher/assignments/{assignment_id}/questions/approve: how many were approved, and which were refused by what rule.
--   :token_digest bytea   :assignment_id uuid   :body json {numbers: an array, or "all"}
select json_build_object(
           'approved', count(*) filter (where q.reason is null),
           'refused',  coalesce(json_agg(json_build_object('number', q.number, 'reason', q.reason) order by q.number)
                                filter (where q.reason is not null), '[]')) as body
  from api.approve_questions(
           token_digest => :token_digest, assignment_id => :assignment_id,
           numbers => case json_typeof(:body::json -> 'numbers') when 'array'
                      then array(select n.number::integer from json_array_elements_text(:body::json -> 'numbers') as n (number)) end) as q;
