-- A template that was built; answers its assignment, or null when the attempt was superseded.
--   :job_id uuid   :attempt integer   :correction_template text   :max_score integer   :provider text   :model text   :prompt_version text
select worker.finish_template(
           job_id => :job_id, attempt => :attempt, correction_template => :correction_template, max_score => :max_score,
           provider => :provider, model => :model, prompt_version => :prompt_version) as assignment_id;
