-- GET /student/jobs: what became of all that this student handed in; newest first.
--   :token_digest bytea   :status text   :limit integer   :cursor uuid
select api.page(array_agg(to_json(j) order by j.id desc), array_agg(j.id order by j.id desc), :limit::integer) as body
  from api.list_my_jobs(token_digest => :token_digest, status => :status, after => :cursor, most => :limit::integer + 1) as j;
