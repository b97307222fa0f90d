-- GET /teacher/submissions/{submission_id}/history: every score it had, newest first.
--   :token_digest bytea   :submission_id uuid   :limit integer   :cursor uuid
select api.page(
           array_agg(json_build_object(
               'score', h.score,
               -- Without a provider: regraded, but in part a person's still; or marked by the database for whoever handed in.
               'by', case when h.actor = 'teacher' then 'teacher'
                          when h.provider is not null or (h.actor = 'ai' and h.reason = 'regraded') then 'ai'
                          when h.actor in ('ai', 'student') then 'database'
                          else 'operator' end,
               'teacher', case when h.teacher_id is not null then json_build_object('id', h.teacher_id, 'name', h.teacher_name) end,
               'provider', h.provider, 'model', h.model, 'prompt_version', h.prompt_version,
               'reason', h.reason, 'created_at', h.created_at) order by h.id desc),
           array_agg(h.id order by h.id desc), :limit::integer) as body
  from api.list_score_history(token_digest => :token_digest, submission_id => :submission_id, after => :cursor, most => :limit::integer + 1) as h;
