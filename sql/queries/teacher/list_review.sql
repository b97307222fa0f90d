-- GET /teacher/assignments/{assignment_id}/review: what deserves a look, the greatest doubt first.
--   :token_digest bytea   :assignment_id uuid   :limit integer   :cursor uuid
select api.page(array_agg(to_json(r) order by r.doubt desc, r.submission_id desc),
                array_agg(r.submission_id order by r.doubt desc, r.submission_id desc), :limit::integer) as body
  from api.list_review(token_digest => :token_digest, assignment_id => :assignment_id, after => :cursor, most => :limit::integer + 1) as r;
