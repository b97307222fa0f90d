-- POST /teacher/assignments: 201 the assignment with what it is graded by, or 202 the job.
--   :token_digest bytea   :traceparent text (of the request, for its jobs)   :stated_maximum integer (what the instructions clearly say, where a rubric is sent)
--   :body json {title?, instructions, deadline, class_id?, max_score?, rubric?, reveal?, encourage?, language?, takes?, attempts?, collect?, regrade_days?, questions?}
--   rubric: "generate", or an array of title, prompt, max_score, levels? (score, text)
select (m.job).id, (m.job).id is null as finished,
       case when (m.job).id is not null      then to_json(m.job)
            when (m.assignment).deadline <= (m.assignment).created_at
                 then json_build_object('assignment', m.assignment,
                                        'warning', 'The deadline has passed already: nobody can hand in a text.')
            else json_build_object('assignment', m.assignment) end as body
  from (select case json_typeof(:body::json -> 'rubric') when 'array' then :body::json -> 'rubric' end as rubric) as sent,
       api.create_assignment(
           token_digest            => case when set_config('request.traceparent', coalesce(:traceparent::text, ''), true) is not null then :token_digest::bytea end,
           title            => :body::json ->> 'title',
           instructions     => :body::json ->> 'instructions',
           deadline         => (:body::json ->> 'deadline')::timestamptz,
           class_id         => (:body::json ->> 'class_id')::uuid,
           max_score        => (:body::json ->> 'max_score')::integer,
           criteria         => case when :body::json ->> 'takes' = 'answers'
                                    then array(select json_populate_record(null::api.sent_question, q)
                                                 from json_array_elements(coalesce(:body::json -> 'questions', '[]')) q) else (select array_agg(row('criterion', c.title, c.prompt, c.max_score, null, null, null, null, null,
                                                     c.levels)::api.sent_question order by c.number)
                                  from rows from (json_to_recordset(sent.rubric)
                                                      as (title text, prompt text, max_score integer, levels api.sent_option[]))
                                       with ordinality as c (title, prompt, max_score, levels, number)) end,
           stated_maximum   => :stated_maximum,
           build_rubric     => :body::json ->> 'rubric' = 'generate',
           reveal           => :body::json ->> 'reveal',
           encourage        => (:body::json ->> 'encourage')::boolean,
           language         => :body::json ->> 'language',
           takes            => coalesce(:body::json ->> 'takes', 'text'),
           attempts         => (:body::json ->> 'attempts')::smallint,
           collect          => (:body::json ->> 'collect')::boolean,
           terms            => json_populate_record(null::api.sent_terms, :body::json)) as m;
