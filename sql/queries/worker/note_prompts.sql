-- Which versions of the prompts are in use.
--   :calls text[]   :versions text[]
select worker.note_prompts(calls => :calls, versions => :versions);
