-- PUT /teacher/assignments/{assignment_id}/rubric: the new one; without criteria the job that builds a template in its place.
--   :token_digest bytea   :traceparent text (of the request, for its jobs)   :assignment_id uuid   :body json {criteria (title, prompt, max_score, levels? (score, text))}   :if_match text[]
select (r.job).id, (r.job).id is null as finished,
       case when (r.job).id is null then json_build_object('criteria', (r.rubric).criteria, 'max_score', (r.rubric).max_score)
            else to_json(r.job) end as body
  from api.replace_rubric(
           token_digest         => case when set_config('request.traceparent', coalesce(:traceparent::text, ''), true) is not null then :token_digest::bytea end,
           assignment_id => :assignment_id,
           criteria      => (select array_agg(row('criterion', c.title, c.prompt, c.max_score, null, null, null, null, null,
                                                  c.levels)::api.sent_question order by c.number)
                               from rows from (json_to_recordset(:body::json -> 'criteria')
                                                   as (title text, prompt text, max_score integer, levels api.sent_option[]))
                                    with ordinality as c (title, prompt, max_score, levels, number)),
           if_match      => :if_match) as r;
