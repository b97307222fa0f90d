-- What counting words needs.
--   :job_ids uuid[]
select w.job_id, w.instructions
  from worker.load_word_counts(job_ids => :job_ids) as w;
