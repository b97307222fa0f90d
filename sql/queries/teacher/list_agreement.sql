-- GET /teacher/assignments/{assignment_id}/agreement: how well each marker agrees with people; today's prompt and rubric first, totals first.
--   :token_digest bytea   :assignment_id uuid
select json_build_object(
           'items', coalesce(json_agg(to_json(g) order by g.is_current desc, g.provider, g.model, g.prompt_version, g.rubric_digest,
                                                          g.question_number nulls first), '[]'),
           'next_cursor', null,
           'note', case when count(*) = 0 then 'No case has been marked yet.'
                        when count(*) filter (where g.model is not null) > 0 and not coalesce(bool_or(g.is_current and g.model is not null), false)
                        then 'All figures are of an earlier prompt or rubric: try the cases again.' end) as body
  from api.list_agreement(token_digest => :token_digest, assignment_id => :assignment_id) as g;
