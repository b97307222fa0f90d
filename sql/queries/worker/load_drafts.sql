-- What building correction templates needs.
--   :job_ids uuid[]
select d.job_id, d.instructions, d.max_score, d.keys
  from worker.load_drafts(job_ids => :job_ids) as d;
