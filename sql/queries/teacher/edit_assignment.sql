-- PATCH /teacher/assignments/{assignment_id}: the changed assignment; for new instructions the job that builds their template.
--   :token_digest bytea   :traceparent text (of the request, for its jobs)   :assignment_id uuid   :body json (what is to change; class_id null: for all classes)
--   :stated_maximum integer (by the new instructions)   :template_totals integer[] (that the new template names)   :if_match text[]
select (e.job).id, (e.job).id is null as finished,
       case when (e.job).id is null then to_json(e.assignment) else to_json(e.job) end as body
  from api.edit_assignment(
           token_digest               => case when set_config('request.traceparent', coalesce(:traceparent::text, ''), true) is not null then :token_digest::bytea end,
           assignment_id       => :assignment_id,
           title               => :body::json ->> 'title',
           instructions        => :body::json ->> 'instructions',
           correction_template => :body::json ->> 'correction_template',
           deadline            => (:body::json ->> 'deadline')::timestamptz,
           class_given         => :body::jsonb ? 'class_id',
           class_id            => (:body::json ->> 'class_id')::uuid,
           max_score           => (:body::json ->> 'max_score')::integer,
           stated_maximum      => :stated_maximum,
           template_totals     => :template_totals,
           reveal              => :body::json ->> 'reveal',
           encourage           => (:body::json ->> 'encourage')::boolean,
           language_given      => :body::jsonb ? 'language',
           language            => :body::json ->> 'language',
           terms               => json_populate_record(null::api.sent_terms, :body::json),
           attempts            => (:body::json ->> 'attempts')::smallint,
           collect             => (:body::json ->> 'collect')::boolean,
           criteria            => (select array_agg(row('criterion', c.title, c.prompt, c.max_score, null, null, null, null, null,
                                                        c.levels)::api.sent_question order by c.number)
                                     from rows from (json_to_recordset(case json_typeof(:body::json -> 'rubric') when 'array' then :body::json -> 'rubric' end)
                                                         as (title text, prompt text, max_score integer, levels api.sent_option[]))
                                          with ordinality as c (title, prompt, max_score, levels, number)),
           build_rubric        => coalesce(:body::json ->> 'rubric' = 'generate', false),
           if_match            => :if_match) as e;
