-- PUT /teacher/assignments/{assignment_id}/questions/order: the questions in their new order.
--   :token_digest bytea   :assignment_id uuid   :body json {numbers: the present ones, in the new order}
select json_build_object('items', coalesce(json_agg(q.question order by q.number), '[]'), 'next_cursor', null) as body
  from api.order_questions(
           token_digest => :token_digest, assignment_id => :assignment_id,
           numbers => array(select n.number::integer
                              from json_array_elements_text(:body::json -> 'numbers') with ordinality as n (number, place)
                             order by n.place)) as q;
