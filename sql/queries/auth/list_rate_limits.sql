-- The rate limits, for this process.
select r.scope, r.rule
  from api.list_rate_limits() as r
 order by r.scope;
