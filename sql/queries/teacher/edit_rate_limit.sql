-- PUT /teacher/rate-limits/{scope}: in force within a second in every process.
--   :token bytea   :scope text   :body json {limit}
select json_build_object('scope', r.scope, 'limit', r.rule) as body
  from api.edit_rate_limit(token => :token, scope => :scope, rule => :body::json ->> 'limit') as r;
