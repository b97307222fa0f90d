-- GET /teacher/questions: those of all your assignments, to copy from; newest first.
--   :token_digest bytea   :kind text   :search text   :assignment_id uuid   :limit integer   :cursor uuid
select api.page(
           array_agg(((b.question).question::jsonb
                      || jsonb_build_object('assignment_id', (b.question).assignment_id, 'assignment_title', b.assignment_title,
                                            'answered', b.answered, 'facility', b.facility))::json
                     order by (b.question).id desc),
           array_agg((b.question).id order by (b.question).id desc), :limit::integer) as body
  from api.list_bank(token_digest => :token_digest, kind => :kind, search => :search, assignment_id => :assignment_id,
                     after => :cursor, most => :limit::integer + 1) as b;
