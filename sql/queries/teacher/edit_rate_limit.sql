-- PUT /teacher/rate-limits/{scope}: in force within a second in every process.
--   :token_digest bytea   :scope text   :body json {limit}
select json_build_object('scope', r.scope, 'limit', r.rule) as body
  from api.edit_rate_limit(token_digest => :token_digest, scope => :scope, rule => :body::json ->> 'limit') as r;
