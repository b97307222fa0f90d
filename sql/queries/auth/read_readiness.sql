-- GET /ready: how the database stands to the SQL files of this process, who works, and how long work has waited.
--   :digest text   :migrations text[]
select r.schema_state, r.workers, r.oldest_job_seconds
  from api.read_readiness(digest => :digest, migrations => :migrations) as r;
